"""El único lugar donde un error de dominio, de DRF o de Django se vuelve HTTP.

Forma única: ``{"msg": …, "codigo": …, "errores": {…}}``. Nunca HTML, nunca una traza.
"""

import logging
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from inventario.base import errores as dominio
from inventario.base.caidas import NoDisponible, SinEspacio, caida_de

bitacora = logging.getLogger(__name__)

R = TypeVar("R", Response, JsonResponse)

ESTADOS: dict[type[dominio.ErrorDeDominio], int] = {
    dominio.Invalido: status.HTTP_400_BAD_REQUEST,
    dominio.NoAutenticado: status.HTTP_401_UNAUTHORIZED,
    dominio.SinPermiso: status.HTTP_403_FORBIDDEN,
    dominio.NoExiste: status.HTTP_404_NOT_FOUND,
    dominio.Conflicto: status.HTTP_409_CONFLICT,
    dominio.ClaveReutilizada: status.HTTP_422_UNPROCESSABLE_ENTITY,
    dominio.Demasiados: status.HTTP_429_TOO_MANY_REQUESTS,
}


class CuerpoDemasiadoGrande(exceptions.APIException):
    """El cuerpo pasa de ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


# Código y mensaje de lo que DRF lanza por su cuenta.
DE_DRF: dict[type[exceptions.APIException], tuple[str, str]] = {
    exceptions.ParseError: ("json_invalido", "El cuerpo no es JSON válido"),
    exceptions.AuthenticationFailed: ("no_autenticado", "La sesión no es válida o expiró"),
    exceptions.NotAuthenticated: ("no_autenticado", "Debe iniciar sesión"),
    exceptions.PermissionDenied: ("sin_permiso", "No tiene permiso para hacer esto"),
    exceptions.NotFound: ("no_existe", "No encontrado"),
    exceptions.MethodNotAllowed: ("metodo_no_permitido", "Ese método no se permite en esta dirección"),
    exceptions.NotAcceptable: ("formato_no_disponible", "No hay una respuesta en el formato pedido"),
    exceptions.UnsupportedMediaType: ("tipo_no_soportado", "El contenido debe ser application/json"),
    CuerpoDemasiadoGrande: ("cuerpo_demasiado_grande", "El contenido es demasiado grande"),
    exceptions.Throttled: ("demasiados_intentos", "Demasiadas peticiones; espere un momento"),
}


# Lo que Django lanza por su cuenta, como lo diría DRF.
DE_DJANGO: dict[type[Exception], type[exceptions.APIException]] = {
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    RequestDataTooBig: CuerpoDemasiadoGrande,
}


def estado_de(error: dominio.ErrorDeDominio) -> int:
    """Estado HTTP de un error de dominio, según su clase o la más cercana de sus madres."""
    return next(ESTADOS[c] for c in type(error).__mro__ if c in ESTADOS)


def cuerpo(
    msg: str, codigo: str, errores: dict[str, list[str]] | None = None, **datos: Any
) -> dict[str, Any]:
    return {"msg": msg, "codigo": codigo, "errores": errores or {}, **datos}


def aplanar(detalle: Any, prefijo: str = "") -> dict[str, list[str]]:
    """Errores anidados de un serializer → ``{"productos.0.cantidad": ["…"]}``."""
    if isinstance(detalle, dict):
        pares: Any = detalle.items()
    elif isinstance(detalle, list) and any(isinstance(d, dict | list) for d in detalle):
        pares = enumerate(detalle)
    else:
        mensajes = detalle if isinstance(detalle, list) else [detalle]
        return {prefijo or "general": [str(m) for m in mensajes]} if mensajes else {}
    salida: dict[str, list[str]] = {}
    for clave, valor in pares:
        nombre = "general" if clave == "non_field_errors" else str(clave)
        for campo, mensajes in aplanar(valor, f"{prefijo}.{nombre}" if prefijo else nombre).items():
            salida.setdefault(campo, []).extend(mensajes)
    return salida


def a_respuesta(error: Exception, contexto: dict[str, Any]) -> Response | None:
    """Manejador de excepciones de DRF. ``None`` deja pasar lo inesperado al 500."""
    if isinstance(error, dominio.ErrorDeDominio):
        respuesta = Response(
            cuerpo(error.msg, error.codigo, error.errores, **error.datos), status=estado_de(error)
        )
        if isinstance(error, dominio.Demasiados):
            respuesta["Retry-After"] = str(error.espera)
        if isinstance(error, dominio.NoAutenticado):
            respuesta["WWW-Authenticate"] = 'Bearer realm="api"'
        return respuesta
    if caida := caida_de(error):
        bitacora.error("%s: %r", caida.codigo, error)
        return _de_caida(Response, caida)
    error = next((de_drf() for clase, de_drf in DE_DJANGO.items() if isinstance(error, clase)), error)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(error, exceptions.ValidationError):
        datos = cuerpo(dominio.Invalido.msg, dominio.Invalido.codigo, aplanar(error.detail))
    else:
        codigo, msg = next(
            (DE_DRF[c] for c in type(error).__mro__ if c in DE_DRF),
            ("error", "No se pudo completar la operación"),
        )
        datos = cuerpo(msg, codigo)
    respuesta = Response(datos, status=error.status_code)
    if autenticar := getattr(error, "auth_header", None):
        respuesta["WWW-Authenticate"] = autenticar
    if espera := getattr(error, "wait", None):
        respuesta["Retry-After"] = str(int(espera) + 1)
    return respuesta


def _de_caida(clase: Callable[..., R], caida: NoDisponible) -> R:
    sin_espacio = isinstance(caida, SinEspacio)
    estado = status.HTTP_507_INSUFFICIENT_STORAGE if sin_espacio else status.HTTP_503_SERVICE_UNAVAILABLE
    return clase(
        cuerpo(caida.msg, caida.codigo), status=estado, headers={"Retry-After": str(caida.espera_s)}
    )


def _es_pagina(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin")


def no_encontrado(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _es_pagina(request):
        return defaults.page_not_found(request, exception)
    return JsonResponse(cuerpo("Esa dirección no existe", "no_existe"), status=404)


def prohibido(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _es_pagina(request):
        return defaults.permission_denied(request, exception)
    return JsonResponse(cuerpo("No tiene permiso para hacer esto", "sin_permiso"), status=403)


def peticion_mala(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse(cuerpo("La petición está mal formada", "peticion_invalida"), status=400)


def error_interno(request: HttpRequest) -> HttpResponse:
    if _es_pagina(request):
        return defaults.server_error(request)
    if caida := caida_de(sys.exception()):
        return _de_caida(JsonResponse, caida)
    return JsonResponse(
        cuerpo("Ocurrió un error inesperado; ya quedó anotado", "error_interno"), status=500
    )
