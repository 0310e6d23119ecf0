"""Cada página del admin en un navegador de verdad, a 1440 y a 390 px: sin errores y sin salir de la máquina.

Deja las capturas en ``artefactos/BASE/admin/`` y dice cuánto pesa y cuántas consultas hace cada una.
"""

import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from conftest import CHROMIUM
from inventario.mantenimiento.demo.carga import cargar_demo
from inventario.panel.informes.catalogo import INFORMES
from inventario.panel.tests.muestra import un_dia_de_caja
from productos.models import Categoria
from usuarios.models import Usuario

BANDERAS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
ANCHOS = {1440: 900, 390: 844}
ARTEFACTOS = Path(settings.BASE_DIR) / "artefactos" / connection.vendor / "admin"
MAXIMO_KB = 2_400
"""Peso la primera vez, sin caché ni compresión; unos 1.290 kB son estilos y letras del tema."""
MAXIMO_CONSULTAS = 25

pytestmark = [
    pytest.mark.lento,
    pytest.mark.django_db(transaction=True),
    pytest.mark.necesita("chromium"),
]


@contextmanager
def _navegador() -> Iterator[Any]:
    """Un Chromium. Se abre con los datos ya cargados: adentro corre un bucle asíncrono."""
    with sync_playwright() as playwright:
        navegador = playwright.chromium.launch(
            executable_path=CHROMIUM, args=BANDERAS, env={**os.environ, "LANGUAGE": "es_CL"}
        )
        yield navegador
        navegador.close()


def _direcciones(cliente: Client, duena: Usuario, clienta: Usuario) -> dict[str, str]:
    """Nombre de captura → dirección de cada página que la dueña puede abrir."""
    paginas = {"inicio": "/admin/", "informes": "/admin/informes/"}
    for informe in INFORMES:
        consulta = f"?cliente={clienta.rut}" if informe.pide_cliente else ""
        paginas[f"informe-{informe.slug}"] = f"/admin/informes/{informe.slug}/{consulta}"
    categoria = Categoria.objects.order_by("pk").first()
    paginas["etiquetas"] = f"/admin/etiquetas/?categoria={categoria.pk if categoria else ''}"
    pedido = RequestFactory().get("/admin/")
    pedido.user = duena
    for modelo, suyo in admin.site._registry.items():
        base = f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}"
        nombre = f"{modelo._meta.app_label}-{modelo._meta.model_name}"
        paginas[f"{nombre}-lista"] = reverse(f"{base}_changelist")
        ultimo = modelo._default_manager.order_by("-pk").first()
        if ultimo is not None:
            paginas[f"{nombre}-ficha"] = reverse(f"{base}_change", args=(ultimo.pk,))
            for accion in getattr(suyo, "_get_base_actions_detail", list)():
                ruta = f"{base.split(':')[0]}:{accion.action_name}"
                respuesta = cliente.get(reverse(ruta, args=(ultimo.pk,)))
                if respuesta.status_code == 200 and respuesta["Content-Type"].startswith("text/html"):
                    paginas[f"{nombre}-{accion.path}"] = reverse(ruta, args=(ultimo.pk,))
        if suyo.has_add_permission(pedido):
            paginas[f"{nombre}-nuevo"] = reverse(f"{base}_add")
    return paginas


class _Vigia:
    """Junta lo que una página hace mal y lo que pesa por el cable, sin caché."""

    def __init__(self, contexto: Any, servidor: str) -> None:
        self.pagina = contexto.new_page()
        self.servidor = urlsplit(servidor).netloc
        self.problemas: list[str] = []
        self.bytes = 0
        red = contexto.new_cdp_session(self.pagina)
        red.send("Network.enable")
        red.send("Network.setCacheDisabled", {"cacheDisabled": True})
        red.on("Network.loadingFinished", self._llego)
        self.pagina.on("console", self._consola)
        self.pagina.on("pageerror", lambda error: self.problemas.append(f"error: {error}"))
        self.pagina.on("request", self._pedido)
        self.pagina.on("requestfailed", lambda pedido: self.problemas.append(f"falló {pedido.url}"))
        self.pagina.on("response", self._respuesta)

    def abrir(self, direccion: str) -> tuple[int, list[str]]:
        """(bytes, problemas) de la página ya quieta."""
        self.bytes, self.problemas = 0, []
        self.pagina.goto(direccion, wait_until="networkidle")
        return self.bytes, self.problemas

    def _llego(self, evento: Any) -> None:
        self.bytes += int(evento["encodedDataLength"])

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


def test_cada_pagina_se_abre_limpia(live_server: Any) -> None:
    logging.getLogger("inventario.accesos").setLevel(logging.WARNING)
    cargar_demo(contrasena="Pan-con-palta-2026", ahora=timezone.now(), contar=lambda _: None)
    un_dia_de_caja(timezone.now())
    duena = Usuario.objects.administradores().order_by("pk")[0]
    clienta = Usuario.objects.clientes().order_by("pk")[0]
    cliente = Client()
    cliente.force_login(duena)
    paginas = _direcciones(cliente, duena, clienta)
    consultas = {nombre: _contar(cliente, direccion) for nombre, direccion in paginas.items()}
    problemas = {nombre: [f"{n} consultas"] for nombre, n in consultas.items() if n > MAXIMO_CONSULTAS}
    pesos: dict[str, list[int]] = {}
    with _navegador() as navegador:
        for ancho in ANCHOS:
            _recorrer(navegador, ancho, live_server.url, cliente, paginas, pesos, problemas)
    _anotar(pesos, consultas)
    malas = {nombre: lista for nombre, lista in problemas.items() if lista}
    assert not malas, "\n".join(f"{nombre}: {lista}" for nombre, lista in malas.items())


def _recorrer(
    navegador: Any,
    ancho: int,
    servidor: str,
    cliente: Client,
    paginas: dict[str, str],
    pesos: dict[str, list[int]],
    problemas: dict[str, list[str]],
) -> None:
    """Abre cada página a ``ancho``, la captura y agrega lo que pesa y lo que tiene mal."""
    carpeta = ARTEFACTOS / str(ancho)
    shutil.rmtree(carpeta, ignore_errors=True)
    carpeta.mkdir(parents=True)
    contexto = navegador.new_context(
        viewport={"width": ancho, "height": ANCHOS[ancho]}, locale="es-CL", timezone_id="America/Santiago"
    )
    vigia = _Vigia(contexto, servidor)
    for nombre, direccion in {"entrada": "/admin/login/", **paginas}.items():
        if nombre != "entrada":
            contexto.add_cookies([_cookie(cliente, servidor)])
        pesa, mal = vigia.abrir(servidor + direccion)
        mal = [*mal, *_revisar(vigia.pagina, ancho)]
        if pesa > MAXIMO_KB * 1024:
            mal.append(f"pesa {pesa // 1024} kB")
        pesos.setdefault(nombre, []).append(pesa // 1024)
        problemas.setdefault(nombre, []).extend(f"{ancho} px: {problema}" for problema in mal)
        for tono in ("light", "dark"):
            oscuro = "oscuro => document.documentElement.classList.toggle('dark', oscuro)"
            vigia.pagina.evaluate(oscuro, tono == "dark")
            vigia.pagina.screenshot(path=carpeta / tono / f"{nombre}.png", full_page=True)
    contexto.close()


def _cookie(cliente: Client, servidor: str) -> dict[str, str]:
    nombre = settings.SESSION_COOKIE_NAME
    return {"name": nombre, "url": servidor, "value": cliente.cookies[nombre].value}


def _contar(cliente: Client, direccion: str) -> int:
    with CaptureQueriesContext(connection) as consultas:
        cliente.get(direccion)
        return len(consultas)


def _anotar(pesos: dict[str, list[int]], consultas: dict[str, int]) -> None:
    """La tabla, en la salida y junto a las capturas."""
    lineas = [f"{'página':44}" + "".join(f"{f'kB a {ancho}':>12}" for ancho in ANCHOS) + f"{'consultas':>11}"]
    for nombre, kilos in pesos.items():
        lineas.append(
            f"{nombre:44}" + "".join(f"{kilo:>12}" for kilo in kilos) + f"{consultas.get(nombre, 0):>11}"
        )
    (ARTEFACTOS / "medidas.txt").write_text("\n".join(lineas) + "\n")
    print("\n" + "\n".join(lineas))


def _revisar(pagina: Any, ancho: int) -> list[str]:
    """Lo que se ve mal sin mirar: páginas que se salen de lado y palabras que el tema no tradujo."""
    problemas = []
    if (real := pagina.evaluate("document.documentElement.scrollWidth")) > ancho:
        problemas.append(f"se sale de lado: {real} px")
    texto = pagina.inner_text("body")
    ingles = r"\b(Add|Save|Delete|Search|Filters?|Select|Reset|Change|Home|Apply|None|True|False|Results?)\b"
    problemas += [f"en inglés: {palabra}" for palabra in sorted(set(re.findall(ingles, texto)))]
    # Un ícono cuyo dibujo no está se ve como la palabra que lo nombra.
    problemas += [f"sin dibujo: {icono}" for icono in pagina.evaluate(
        """() => [...document.querySelectorAll(".material-symbols-outlined")]
            .filter((i) => i.offsetWidth > 2 * parseFloat(getComputedStyle(i).fontSize))
            .map((i) => i.textContent.trim())"""
    )]
    return problemas
