"""Toda petición que no se permite (401, 403 y 429) deja un registro; una inundación de ellas, no.

De lo mismo (quién, qué respuesta, qué dirección) se anota uno por minuto, y el siguiente dice
cuántos más hubo. Un desconocido deja a lo más uno por hora y por red. Sea como sea, un proceso no
escribe más de ``TOPE_POR_HORA``: nadie llena el disco a punta de rechazos.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from inventario.base.actor import Puerta
from inventario.base.api.peticion import actor_de
from inventario.base.red import red_de
from inventario.base.secretos import enmascarar
from registros.servicios import anotar_rechazo

bitacora = logging.getLogger(__name__)

RECHAZOS = frozenset({401, 403, 429})
CADA_S = 60
CADA_DESCONOCIDO_S = 3600
TOPE_POR_HORA = 500
CLAVES_MAXIMAS = 10_000

_SE_REGISTRAN_SOLAS = frozenset({"/login", "/token/refresh", "/admin/login/"})


class Cedazo:
    """Decide qué rechazo se anota y cuántos iguales se callaron antes."""

    def __init__(self, reloj: Callable[[], float] = time.monotonic) -> None:
        self._reloj = reloj
        self._candado = threading.Lock()
        self._vistos: dict[tuple[object, ...], tuple[float, int]] = {}
        self._hora = reloj()
        self._en_la_hora = 0

    def pasa(self, clave: tuple[object, ...], cada_s: int) -> int | None:
        """Cuántos iguales se callaron desde el último anotado, o ``None`` si éste también se calla."""
        with self._candado:
            ahora = self._reloj()
            if ahora - self._hora >= 3600:
                self._hora, self._en_la_hora = ahora, 0
            desde, callados = self._vistos.get(clave, (-float("inf"), 0))
            if ahora - desde < cada_s or self._en_la_hora >= TOPE_POR_HORA:
                if clave in self._vistos:
                    self._vistos[clave] = (desde, callados + 1)
                return None
            if len(self._vistos) >= CLAVES_MAXIMAS:
                self._vistos.clear()
            self._vistos[clave] = (ahora, 0)
            self._en_la_hora += 1
            return callados


cedazo = Cedazo()


class RechazosMiddleware:
    """Va antes que los límites, para ver también lo que ellos rechazan."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        respuesta = self.get_response(request)
        if respuesta.status_code in RECHAZOS and request.path_info not in _SE_REGISTRAN_SOLAS:
            try:
                _anotar(request, respuesta)
            except Exception:
                # El rechazo ya está decidido: que no se pueda anotar no lo vuelve un 500.
                bitacora.exception("no se pudo anotar un rechazo")
        return respuesta


def _anotar(request: HttpRequest, respuesta: HttpResponseBase) -> None:
    if not hasattr(request, "user"):
        # El 429 de una dirección se decide antes de saber quién es.
        request.user = AnonymousUser()
    puerta = Puerta.ADMIN if request.path_info.startswith("/admin/") else Puerta.API
    actor = actor_de(cast(Request, request), puerta=puerta)
    clave: tuple[object, ...] = (red_de(actor.ip), respuesta.status_code)
    cada_s = CADA_DESCONOCIDO_S
    if actor.usuario_id is not None:
        llamada = request.resolver_match.route if request.resolver_match else ""
        clave = (actor.usuario_id, respuesta.status_code, request.method, llamada)
        cada_s = CADA_S
    callados = cedazo.pasa(clave, cada_s)
    if callados is None:
        return
    codigo = (getattr(respuesta, "data", None) or {}).get("codigo", "")
    donde = f"{request.method} {enmascarar(request.path_info[:150])}"
    anotar_rechazo(
        actor=actor,
        mensaje=f"Rechazado ({respuesta.status_code}): {donde}",
        descripcion=f"{codigo}; {callados} más desde el anterior" if callados else codigo,
        ahora=timezone.now(),
    )
