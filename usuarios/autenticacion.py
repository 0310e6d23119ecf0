"""Quién es el dueño de un token de acceso: una consulta por petición, la sesión con su usuario.

El token lleva sólo el id de su ``Sesion``. Así una sesión cerrada, un usuario desactivado o un rol
cambiado se notan en la petición siguiente, con el token aún vigente.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from inventario.base.preparada import Preparada
from usuarios.models import Sesion, Usuario
from usuarios.tokens import SesionCerrada, leer_acceso

SESION: Preparada[Sesion] = Preparada(
    lambda sesion: Sesion.objects.select_related("usuario").filter(pk=sesion).order_by()
)

SESION_BREVE: Preparada[Sesion] = Preparada(
    lambda sesion: Sesion.objects.select_related("usuario")
    .only(
        "cerrada", "vence",
        "usuario__rut", "usuario__nombre", "usuario__apellido", "usuario__rol", "usuario__estado",
    )
    .filter(pk=sesion)
    .order_by()
)
"""Lo justo para saber quién es y si puede. El resto de sus campos, si se miran, se buscan entonces."""


def buscar_sesion(sesion_id: uuid.UUID, request: Request) -> Sesion | None:
    """La sesión con su usuario."""
    return next(iter(SESION(sesion=sesion_id)), None)


def buscar_sesion_breve(sesion_id: uuid.UUID, request: Request) -> Sesion | None:
    """Para la vista que sólo pregunta quién es y qué puede."""
    return next(iter(SESION_BREVE(sesion=sesion_id)), None)


def usuario_de_token(token: str) -> tuple[Usuario, Sesion]:
    """Usuario y sesión de un token de acceso. Una consulta; la usan HTTP y los sockets.

    Raises:
        TokenInvalido: mal firmado, de otra clase o vencido.
        SesionCerrada: su sesión se cerró o venció, o su usuario está Inactivo.
    """
    return exigir_abierta(next(iter(SESION(sesion=leer_acceso(token))), None))


def exigir_abierta(sesion: Sesion | None) -> tuple[Usuario, Sesion]:
    """Usuario y sesión, si la recién leída sigue valiendo.

    Raises:
        SesionCerrada: no está, se cerró o venció, o su usuario está Inactivo.
    """
    if sesion is None or not sesion.abierta(timezone.now()) or not sesion.usuario.is_active:
        raise SesionCerrada
    return sesion.usuario, sesion


class SesionJWTAuthentication(JWTAuthentication):
    """``Authorization: Bearer <token de acceso>`` de una sesión abierta; ``request.auth`` es la Sesion."""

    def authenticate(self, request: Request) -> tuple[Usuario, Sesion] | None:  # type: ignore[override]
        cabecera = self.get_header(request)
        crudo = None if cabecera is None else self.get_raw_token(cabecera)
        if crudo is None:
            return None
        # Una vista puede traer lo suyo en la misma consulta: dice cómo con ``buscar_sesion``.
        vista = request.parser_context["view"]
        buscar: Callable[[uuid.UUID, Request], Sesion | None] = getattr(
            vista, "buscar_sesion", buscar_sesion
        )
        return exigir_abierta(buscar(leer_acceso(crudo.decode("latin-1")), request))


class EsquemaSesion(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Cómo se documenta en OpenAPI."""

    target_class = "usuarios.autenticacion.SesionJWTAuthentication"
    name = "Bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
