"""Errores de dominio: una sola forma, un código estable y un mensaje que se muestra tal cual.

Quien los lanza no sabe de HTTP, de sockets ni de la consola: cada puerta los traduce
(``inventario.base.api.errores`` a una respuesta, los sockets a un evento ``error``,
el admin a un mensaje y los comandos a ``CommandError``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

Errores = Mapping[str, Sequence[str]]


class ErrorDeDominio(Exception):
    """Raíz de los errores que un usuario puede entender.

    Args:
        msg: frase en español, lista para mostrarse.
        codigo: palabra estable para programas (``stock_insuficiente``); si falta, la de la clase.
        errores: campo o número de línea → sus mensajes.
        datos: claves extra para el cuerpo de la respuesta (p. ej. el total correcto, en CLP).
    """

    codigo = "error"
    msg = "No se pudo completar la operación"

    def __init__(
        self,
        msg: str | None = None,
        *,
        codigo: str | None = None,
        errores: Errores | None = None,
        datos: Mapping[str, Any] | None = None,
    ) -> None:
        self.msg = msg or self.msg
        self.codigo = codigo or self.codigo
        self.errores: dict[str, list[str]] = {k: list(v) for k, v in (errores or {}).items()}
        self.datos: dict[str, Any] = dict(datos or {})
        super().__init__(self.msg)


class Invalido(ErrorDeDominio):
    """El pedido está mal formado o un valor no es válido (400)."""

    codigo = "invalido"
    msg = "Hay datos que no son válidos"


class NoAutenticado(ErrorDeDominio):
    """No se sabe quién pide, o su credencial ya no sirve (401)."""

    codigo = "no_autenticado"
    msg = "Debe iniciar sesión"


class SinPermiso(ErrorDeDominio):
    """Se sabe quién pide, y no le está permitido (403)."""

    codigo = "sin_permiso"
    msg = "No tiene permiso para hacer esto"


class NoExiste(ErrorDeDominio):
    """Lo pedido no existe, o no es visible para quien lo pide (404)."""

    codigo = "no_existe"
    msg = "No encontrado"


class Conflicto(ErrorDeDominio):
    """El pedido es válido, pero choca con el estado actual: stock, duplicado, precio (409)."""

    codigo = "conflicto"
    msg = "La operación choca con el estado actual"


class ClaveReutilizada(ErrorDeDominio):
    """Una ``Idempotency-Key`` ya usada llegó con otro cuerpo (422)."""

    codigo = "clave_reutilizada"
    msg = "La Idempotency-Key ya se usó con otro contenido"


class Demasiados(ErrorDeDominio):
    """Demasiados intentos (429).

    Args:
        espera: segundos que conviene esperar antes de repetir.
    """

    codigo = "demasiados_intentos"
    msg = "Demasiados intentos; espere un momento"

    def __init__(self, msg: str | None = None, *, espera: int = 1, **resto: Any) -> None:
        super().__init__(msg, **resto)
        self.espera = espera
