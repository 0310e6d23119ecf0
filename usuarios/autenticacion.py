"""Quién es el dueño de un token de acceso: una consulta por petición, la sesión con su usuario.

El token lleva sólo el id de su ``Sesion``. Así una sesión cerrada, un usuario desactivado o un rol
cambiado se notan en la petición siguiente, con el token aún vigente.
"""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from usuarios.models import Sesion, Usuario
from usuarios.tokens import SesionCerrada, leer_acceso


def usuario_de_token(token: str) -> tuple[Usuario, Sesion]:
    """Usuario y sesión de un token de acceso. Una consulta; la usan HTTP y los sockets.

    Raises:
        TokenInvalido: mal firmado, de otra clase o vencido.
        SesionCerrada: su sesión se cerró o venció, o su usuario está Inactivo.
    """
    sesion = Sesion.objects.select_related("usuario").filter(pk=leer_acceso(token)).first()
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
        return usuario_de_token(crudo.decode("latin-1"))


class EsquemaSesion(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Cómo se documenta en OpenAPI."""

    target_class = "usuarios.autenticacion.SesionJWTAuthentication"
    name = "Bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
