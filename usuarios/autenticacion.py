"""Tokens de una sesión y su comprobación: una consulta por petición, la sesión con su usuario.

El token de acceso lleva sólo el id de su ``Sesion``. Así una sesión cerrada, un usuario
desactivado o un rol cambiado se notan en la petición siguiente, con el token aún vigente.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from inventario.base.errores import NoAutenticado
from usuarios.models import Sesion, Usuario

CLAIM_SESION = "sid"


class TokenInvalido(NoAutenticado):
    """El token no es nuestro, no es de la clase que se esperaba, o expiró."""

    codigo = "token_invalido"
    msg = "La sesión no es válida o expiró"


class SesionCerrada(NoAutenticado):
    """El token está bien firmado, pero su sesión terminó o su usuario quedó Inactivo."""

    codigo = "sesion_cerrada"
    msg = "La sesión terminó; inicie sesión otra vez"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Lo que se entrega a un cliente. ``jti`` es el del refresco: sólo el último entregado sirve."""

    acceso: str
    refresco: str
    jti: str


def emitir(*, sesion_id: uuid.UUID, ahora: datetime) -> Tokens:
    """Un par nuevo de tokens para una sesión; guardar su ``jti`` es de quien llama."""
    refresco = RefreshToken()
    refresco[CLAIM_SESION] = sesion_id.hex
    refresco.set_iat(at_time=ahora)
    refresco.set_exp(from_time=ahora, lifetime=settings.SESION_REFRESCO)
    acceso = AccessToken()
    acceso[CLAIM_SESION] = sesion_id.hex
    acceso.set_iat(at_time=ahora)
    acceso.set_exp(from_time=ahora, lifetime=settings.SESION_ACCESO)
    return Tokens(acceso=str(acceso), refresco=str(refresco), jti=refresco["jti"])


def _sesion_de(token: Token) -> uuid.UUID:
    try:
        return uuid.UUID(hex=str(token.get(CLAIM_SESION)))
    except ValueError:
        raise TokenInvalido from None


def leer_refresco(token: str) -> tuple[uuid.UUID, str]:
    """(id de la sesión, jti) de un token de refresco bien firmado y vigente.

    Raises:
        TokenInvalido: no lo es.
    """
    try:
        refresco = RefreshToken(token)  # type: ignore[arg-type]
    except TokenError:
        raise TokenInvalido from None
    return _sesion_de(refresco), str(refresco["jti"])


def usuario_de_token(token: str) -> tuple[Usuario, Sesion]:
    """Usuario y sesión de un token de acceso. Una consulta; la usan HTTP y los sockets.

    Raises:
        TokenInvalido: mal firmado, de otra clase o vencido.
        SesionCerrada: su sesión se cerró o venció, o su usuario está Inactivo.
    """
    try:
        acceso = AccessToken(token)  # type: ignore[arg-type]
    except TokenError:
        raise TokenInvalido from None
    sesion = Sesion.objects.select_related("usuario").filter(pk=_sesion_de(acceso)).first()
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
