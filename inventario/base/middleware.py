"""Lo primero de cada petición: su id, la dirección de quien pide y la barra final que no importa."""

import contextvars
import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from inventario.base.rut import enmascarado

_ID_VALIDO = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_peticion: contextvars.ContextVar[HttpRequest | None] = contextvars.ContextVar("peticion", default=None)
accesos = logging.getLogger("inventario.accesos")
# El admin de Django usa la barra final en todas sus rutas.
_CON_BARRA = ("/admin/",)


class FiltroPeticion(logging.Filter):
    """Pone en cada línea de la bitácora el id de la petición y quién la hizo, si ya se sabe."""

    def filter(self, record: logging.LogRecord) -> bool:
        peticion = _peticion.get()
        record.peticion_id = getattr(peticion, "peticion_id", "-")
        record.usuario = _quien(peticion)
        return True


def _quien(peticion: HttpRequest | None) -> str:
    """RUT enmascarado de quien pide. Nunca va a buscarlo: escribir en la bitácora no hace consultas."""
    if peticion is None:
        return ""
    # ``user`` de Django es perezoso y consulta al mirarlo; el que la API autenticó ya está puesto.
    usuario = getattr(peticion, "_cached_user", None) or peticion.__dict__.get("user")
    if isinstance(usuario, SimpleLazyObject):
        return ""
    rut = getattr(usuario, "rut", "")
    return enmascarado(rut) if rut else ""


def ip_real(directa: str, reenviada_por: str) -> str:
    """Dirección del cliente. ``X-Forwarded-For`` (``reenviada_por``) sólo se cree a un proxy de confianza."""
    if directa in settings.PROXIES_DE_CONFIANZA:
        try:
            return str(ipaddress.ip_address(reenviada_por.rsplit(",", 1)[-1].strip()))
        except ValueError:
            return directa
    return directa


def ip_de(request: HttpRequest) -> str:
    """Dirección de quien hizo la petición; ver ``ip_real``."""
    return ip_real(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


class PeticionMiddleware:
    """Da ``request.peticion_id`` y lo devuelve en ``X-Request-ID``; quita la barra final de la ruta."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        propuesto = request.headers.get("X-Request-ID", "")
        identificador = propuesto if _ID_VALIDO.fullmatch(propuesto) else uuid.uuid4().hex
        request.peticion_id = identificador  # type: ignore[attr-defined]
        ruta = request.path_info
        if len(ruta) > 1 and ruta.endswith("/") and not ruta.startswith(_CON_BARRA):
            request.path_info = ruta.rstrip("/") or "/"
        marca, partio = _peticion.set(request), time.perf_counter()
        try:
            respuesta = self.get_response(request)
            datos = {
                "metodo": request.method,
                "ruta": ruta,
                "estado": respuesta.status_code,
                "ms": round((time.perf_counter() - partio) * 1000, 1),
            }
            accesos.info("%(metodo)s %(ruta)s %(estado)s", datos, extra={"datos": datos})
        finally:
            _peticion.reset(marca)
        respuesta["X-Request-ID"] = identificador
        return respuesta
