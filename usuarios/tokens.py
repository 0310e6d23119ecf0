"""Los tokens de una sesión: se firman y se leen. Ninguno vale por sí solo: quien manda es su ``Sesion``."""

import functools
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from inventario.base.errores import NoAutenticado

CLAIM_SESION = "sid"
_T = TypeVar("_T", bound=Token)


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
    refresco = _firmable(RefreshToken(), sesion_id, ahora, settings.SESION_REFRESCO)
    acceso = _firmable(AccessToken(), sesion_id, ahora, settings.SESION_ACCESO)
    return Tokens(acceso=str(acceso), refresco=str(refresco), jti=refresco["jti"])


def leer_acceso(token: str) -> uuid.UUID:
    """Id de la sesión de un token de acceso bien firmado y vigente.

    Raises:
        TokenInvalido: no lo es.
    """
    sesion_id, vence = _acceso_firmado(token)
    if vence <= time.time():
        raise TokenInvalido
    return sesion_id


@functools.lru_cache(maxsize=2048)
def _acceso_firmado(token: str) -> tuple[uuid.UUID, int]:
    """Sesión y vencimiento de un token bien firmado: no cambian nunca, y la firma cuesta como media consulta.

    Se recuerda sólo eso. Si venció se mira cada vez; y si su sesión sigue, en la base.
    """
    acceso = _leer(AccessToken, token)
    return _sesion_de(acceso), int(acceso["exp"])


def leer_refresco(token: str) -> tuple[uuid.UUID, str]:
    """(id de la sesión, jti) de un token de refresco bien firmado y vigente.

    Raises:
        TokenInvalido: no lo es.
    """
    refresco = _leer(RefreshToken, token)
    return _sesion_de(refresco), str(refresco["jti"])


def _firmable(token: _T, sesion_id: uuid.UUID, ahora: datetime, dura: timedelta) -> _T:
    token[CLAIM_SESION] = sesion_id.hex
    # Sin fecha de emisión: si el reloj del servidor volviera atrás, vendría del futuro y echaría a todos.
    del token.payload["iat"]
    token.set_exp(from_time=ahora, lifetime=dura)
    return token


def _leer(clase: type[_T], token: str) -> _T:
    try:
        return clase(token)  # type: ignore[arg-type]
    except TokenError:
        raise TokenInvalido from None


def _sesion_de(token: Token) -> uuid.UUID:
    try:
        return uuid.UUID(hex=str(token.get(CLAIM_SESION)))
    except ValueError:
        raise TokenInvalido from None
