"""Las páginas de la caja: HTML sin datos de nadie.

Lo que muestran lo piden a la API, con la sesión de cada cual.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.generic import View

from inventario.base.models import Tienda

ESTATICOS = Path(settings.BASE_DIR) / "ventas" / "static"
PAGINAS = {"/caja/": "caja/caja.html", "/caja/cliente/": "caja/cliente.html"}
"""Las que el navegador guarda para abrir sin servidor."""


class PaginaVista(View):
    """Una plantilla que sólo lleva el nombre de la tienda."""

    plantilla = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        respuesta = HttpResponse(_dibujar(self.plantilla))
        respuesta["Cache-Control"] = "no-cache"
        return respuesta


class GuionSinRedVista(View):
    """El service worker: la lista de lo que guarda y su versión van con él; un cambio lo renueva entero."""

    def get(self, request: HttpRequest) -> HttpResponse:
        archivos, huella = _guardables()
        paginas = {ruta: _dibujar(plantilla) for ruta, plantilla in PAGINAS.items()}
        version = hashlib.sha256((huella + json.dumps(paginas)).encode()).hexdigest()[:16]
        cabeza = (
            f"const VERSION = {json.dumps(version)};\n"
            f"const PAGINAS = {json.dumps(list(paginas))};\n"
            f"const ARCHIVOS = {json.dumps(archivos)};\n"
        )
        guion = (ESTATICOS / "caja" / "sw.js").read_text()
        return HttpResponse(
            cabeza + guion,
            content_type="text/javascript; charset=utf-8",
            # /caja, sin barra, es la misma página.
            headers={"Service-Worker-Allowed": "/caja", "Cache-Control": "no-cache"},
        )


def _dibujar(plantilla: str) -> str:
    tienda = Tienda.objects.filter(pk=1).values_list("razon_social", flat=True).first()
    contexto: dict[str, Any] = {"tienda": tienda or "Caja"}
    return render_to_string(plantilla, contexto)


@cache
def _guardables() -> tuple[list[str], str]:
    """(direcciones, huella) de lo que las páginas sin red necesitan."""
    archivos = sorted(
        ruta for ruta in (ESTATICOS / "caja").rglob("*")
        if ruta.suffix in (".js", ".mjs", ".css") and not ruta.is_relative_to(ESTATICOS / "caja" / "escaner")
    )
    huella = hashlib.sha256(b"".join(ruta.read_bytes() for ruta in archivos)).hexdigest()
    direcciones = [static(ruta.relative_to(ESTATICOS).as_posix()) for ruta in archivos]
    return [*direcciones, static("panel/favicon.svg")], huella
