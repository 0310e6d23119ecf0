"""El paso ``registrar``: la fila de auditoría, en la misma transacción que lo que cuenta."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inventario.base.actor import Actor
from inventario.base.operacion import exigir_transaccion
from registros.models import Registro, TipoRegistro

Cambios = Mapping[str, tuple[Any, Any]]


def registrar(
    *,
    actor: Actor,
    tipo: TipoRegistro,
    mensaje: str,
    ahora: datetime,
    objeto: tuple[str, int] | None = None,
    descripcion: str = "",
    cambios: Cambios | None = None,
) -> Registro:
    """Agrega un Registro.

    Args:
        objeto: (tipo, id) de lo afectado, p. ej. ``("producto", 12)``.
        cambios: campo → (antes, después), ya en tipos JSON; nunca una contraseña ni un token.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    objeto_tipo, objeto_id = objeto or ("", None)
    return Registro.objects.create(
        mensaje=mensaje[:255],
        descripcion=descripcion,
        tipo=tipo,
        fecha_y_hora=ahora,
        usuario_id=actor.usuario_id,
        objeto_tipo=objeto_tipo,
        objeto_id=objeto_id,
        cambios={campo: list(par) for campo, par in (cambios or {}).items()},
        puerta=actor.puerta,
        ip=actor.ip or None,
        dispositivo=actor.dispositivo[:200],
        peticion_id=actor.peticion_id[:64],
    )
