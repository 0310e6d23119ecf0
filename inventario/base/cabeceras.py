"""Lo que un navegador puede hacer con lo que la tienda le manda.

Nada se carga de internet y ningún guion va escrito dentro de una página. El admin es la excepción que
hay que conceder: su tema usa Alpine, que evalúa expresiones (``unsafe-eval``) y pone estilos en línea;
Swagger UI también pone los suyos.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PAGINA = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ESTILOS_EN_LINEA = {"style-src": "'self' 'unsafe-inline'"}
POR_RUTA = {
    "/admin": PAGINA | ESTILOS_EN_LINEA | {"script-src": "'self' 'unsafe-eval'"},
    "/docs": PAGINA | ESTILOS_EN_LINEA,
    # El lector de códigos de la cámara, donde el navegador no trae uno, es WebAssembly.
    "/escaner": PAGINA | {"script-src": "'self' 'wasm-unsafe-eval'"},
}
DATOS = {"default-src": "'none'", "frame-ancestors": "'none'"}
"""Una respuesta JSON no carga nada, aunque alguien logre que un navegador la tome por una página."""


def _escribir(politica: dict[str, str]) -> str:
    return "; ".join(f"{que} {de_donde}" for que, de_donde in politica.items())


_DATOS = _escribir(DATOS)
_PAGINA = _escribir(PAGINA)
_POR_RUTA = {ruta: _escribir(politica) for ruta, politica in POR_RUTA.items()}
_PERMISOS = "camera=({}), microphone=(), geolocation=(), payment=(), usb=(self), serial=(self)"
_SIN_CAMARA, _CON_CAMARA = _PERMISOS.format(""), _PERMISOS.format("self")


class CabecerasMiddleware:
    """Pone la política de contenido que toca, los permisos del navegador y que nada de la API se guarde."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        respuesta = self.get_response(request)
        tipo = respuesta.get("Content-Type", "")
        if tipo.startswith("application/json"):
            # El caché de un navegador compartido mostraría al siguiente lo que vio el anterior.
            respuesta.headers.setdefault("Cache-Control", "no-store")
            politica = _DATOS
        else:
            politica = next(
                (p for ruta, p in _POR_RUTA.items() if request.path_info.startswith(ruta)), _PAGINA
            )
        respuesta.headers.setdefault("Content-Security-Policy", politica)
        camara = request.path_info.startswith("/escaner")
        respuesta.headers.setdefault("Permissions-Policy", _CON_CAMARA if camara else _SIN_CAMARA)
        return respuesta
