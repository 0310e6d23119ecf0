"""Cada página del admin en un navegador de verdad, a 1440 y a 390 px: sin errores y sin salir de la máquina.

Deja las capturas en ``artefactos/admin/`` y dice cuánto pesa y cuántas consultas hace cada una.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventario.panel.informes.catalogo import INFORMES
from inventario.panel.periodo import Periodo
from usuarios.models import Usuario

sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BANDERAS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
ANCHOS = {1440: 900, 390: 844}
ARTEFACTOS = Path(settings.BASE_DIR) / "artefactos" / "admin"
MAXIMO_KB = 1_500
"""Peso de una página con todo lo que trae la primera vez, sin comprimir."""
MAXIMO_CONSULTAS = 25

pytestmark = [
    pytest.mark.lento,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"falta {CHROMIUM} (apt install chromium)"),
]


@pytest.fixture
def navegador(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # Playwright corre en un bucle asíncrono y Django, al verlo, no deja usar la base.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        navegador = playwright.chromium.launch(executable_path=CHROMIUM, args=BANDERAS)
        yield navegador
        navegador.close()


def _direcciones(cliente: Client, clara: Usuario) -> dict[str, str]:
    """Nombre de captura → dirección de cada página que Ana puede abrir."""
    paginas = {"inicio": "/admin/", "informes": "/admin/informes/"}
    for informe in INFORMES:
        consulta = f"?cliente={clara.rut}" if informe.pide_cliente else "?desde=2026-11-01&hasta=2026-11-30"
        paginas[f"informe-{informe.slug}"] = f"/admin/informes/{informe.slug}/{consulta}"
    for modelo in admin.site._registry:
        base = f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}"
        nombre = f"{modelo._meta.app_label}-{modelo._meta.model_name}"
        paginas[f"{nombre}-lista"] = reverse(f"{base}_changelist")
        if (primero := modelo._default_manager.order_by("-pk").first()) is not None:
            paginas[f"{nombre}-ficha"] = reverse(f"{base}_change", args=(primero.pk,))
        nuevo = reverse(f"{base}_add")
        if cliente.get(nuevo).status_code == 200:
            paginas[f"{nombre}-nuevo"] = nuevo
    return paginas


class _Vigia:
    """Junta lo que una página hace mal y lo que pesa."""

    def __init__(self, pagina: Any, servidor: str) -> None:
        self.servidor = urlsplit(servidor).netloc
        self.problemas: list[str] = []
        self.bytes = 0
        pagina.on("console", self._consola)
        pagina.on("pageerror", lambda error: self.problemas.append(f"error: {error}"))
        pagina.on("request", self._pedido)
        pagina.on("requestfailed", lambda pedido: self.problemas.append(f"falló {pedido.url}"))
        pagina.on("response", self._respuesta)

    def _consola(self, mensaje: Any) -> None:
        if mensaje.type in ("error", "warning"):
            self.problemas.append(f"{mensaje.type}: {mensaje.text}")

    def _pedido(self, pedido: Any) -> None:
        destino = urlsplit(pedido.url)
        if destino.scheme in ("http", "https", "ws", "wss") and destino.netloc != self.servidor:
            self.problemas.append(f"sale de la máquina: {pedido.url}")

    def _respuesta(self, respuesta: Any) -> None:
        if respuesta.status >= 400:
            self.problemas.append(f"{respuesta.status} {respuesta.url}")
        elif respuesta.status == 200:
            self.bytes += len(respuesta.body())


@pytest.mark.parametrize("ancho", ANCHOS)
def test_cada_pagina_se_abre_limpia(
    ancho: int, mes: Periodo, navegador: Any, live_server: Any, admin_de_ana: Client, clara: Usuario
) -> None:
    carpeta = ARTEFACTOS / str(ancho)
    shutil.rmtree(carpeta, ignore_errors=True)
    carpeta.mkdir(parents=True)
    problemas: dict[str, list[str]] = {}
    print(f"\n{'página':44}{'kB':>8}{'consultas':>11}")
    paginas = {"entrada": "/admin/login/", **_direcciones(admin_de_ana, clara)}
    for nombre, direccion in paginas.items():
        contexto = navegador.new_context(
            viewport={"width": ancho, "height": ANCHOS[ancho]}, locale="es-CL",
            timezone_id="America/Santiago",
        )
        if nombre != "entrada":
            contexto.add_cookies([{
                "name": settings.SESSION_COOKIE_NAME, "url": live_server.url,
                "value": admin_de_ana.cookies[settings.SESSION_COOKIE_NAME].value,
            }])
        pagina = contexto.new_page()
        vigia = _Vigia(pagina, live_server.url)
        pagina.goto(live_server.url + direccion, wait_until="networkidle")
        problemas[nombre] = [*vigia.problemas, *_revisar(pagina, ancho)]
        with CaptureQueriesContext(connection) as consultas:
            (Client() if nombre == "entrada" else admin_de_ana).get(direccion)
            cuantas = len(consultas)
        if vigia.bytes > MAXIMO_KB * 1024:
            problemas[nombre].append(f"pesa {vigia.bytes // 1024} kB")
        if cuantas > MAXIMO_CONSULTAS:
            problemas[nombre].append(f"{cuantas} consultas")
        print(f"{nombre:44}{vigia.bytes // 1024:>8}{cuantas:>11}")
        pagina.screenshot(path=carpeta / f"{nombre}.png", full_page=True)
        contexto.close()
    malas = {nombre: lista for nombre, lista in problemas.items() if lista}
    assert not malas, "\n".join(f"{nombre}: {lista}" for nombre, lista in malas.items())


def _revisar(pagina: Any, ancho: int) -> list[str]:
    """Lo que se ve mal sin mirar: páginas que se salen de lado y palabras que el tema no tradujo."""
    problemas = []
    if (real := pagina.evaluate("document.documentElement.scrollWidth")) > ancho:
        problemas.append(f"se sale de lado: {real} px")
    texto = pagina.inner_text("body")
    ingles = r"\b(Add|Save|Delete|Search|Filters?|Select|Reset|Change|Home|Apply|None|True|False|Results?)\b"
    problemas += [f"en inglés: {palabra}" for palabra in sorted(set(re.findall(ingles, texto)))]
    return problemas
