"""Lo que un navegador puede hacer con cada respuesta."""

import re

import pytest

from conftest import CONTRASENA


def politica(respuesta) -> dict[str, str]:
    partes = (parte.split(" ", 1) for parte in respuesta["Content-Security-Policy"].split("; "))
    return dict(partes)


@pytest.mark.parametrize("ruta", ["/products", "/no-existe", "/openapi.json"])
@pytest.mark.django_db
def test_los_datos_no_cargan_nada_ni_quedan_en_el_navegador(client, ruta):
    respuesta = client.get(ruta)
    assert politica(respuesta) == {"default-src": "'none'", "frame-ancestors": "'none'"}
    assert respuesta["Cache-Control"] == "no-store"
    assert respuesta["X-Content-Type-Options"] == "nosniff"
    assert respuesta["X-Frame-Options"] == "DENY"
    assert respuesta["Referrer-Policy"] == "same-origin"
    assert "microphone=()" in respuesta["Permissions-Policy"]


@pytest.mark.parametrize("ruta", ["/docs", "/admin/login/"])
@pytest.mark.django_db
def test_una_pagina_no_lleva_guiones_dentro_ni_trae_nada_de_afuera(client, ruta):
    respuesta = client.get(ruta)
    assert respuesta.status_code == 200
    reglas = politica(respuesta)
    assert "unsafe-inline" not in reglas["script-src"]
    assert reglas["frame-ancestors"] == reglas["base-uri"] == "'none'"
    assert not any("http" in valor or "*" in valor for valor in reglas.values())
    pagina = respuesta.content.decode()
    en_linea = [g for g in re.findall(r"<script\b([^>]*)>", pagina) if "src=" not in g and "json" not in g]
    assert not en_linea
    assert not re.search(r"\son(click|load|change|submit|error)=", pagina)


@pytest.mark.django_db
def test_solo_el_admin_evalua_expresiones(client, ana):
    assert "unsafe-eval" not in politica(client.get("/docs"))["script-src"]
    client.login(rut=ana.rut, password=CONTRASENA)
    assert "unsafe-eval" in politica(client.get("/admin/"))["script-src"]


@pytest.mark.django_db
def test_el_guion_de_la_documentacion_viene_aparte(client):
    assert "javascript" in client.get("/docs?script=").headers["Content-Type"]
