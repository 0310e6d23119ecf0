"""Paso de la venta y de la devolución: exigir y gastar la autorización de lo que un Cajero no hace solo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventario.base.actor import Actor
from inventario.base.errores import SinPermiso
from inventario.base.operacion import exigir_transaccion
from ventas.models import Autorizacion
from ventas.reglas.autorizacion import Accion, huella


class RequiereAutorizacion(SinPermiso):
    """Quien llama no puede hacerlo solo: debe pedir una autorización."""

    codigo = "requiere_autorizacion"
    msg = "Necesita la autorización de un Administrador"

    def __init__(self, accion: Accion, motivo: str) -> None:
        super().__init__(f"{motivo}: {self.msg[0].lower()}{self.msg[1:]}",
                         errores={"accion": [accion.value], "motivo": [motivo]})


class AutorizacionInvalida(SinPermiso):
    """La que se trajo no es para esto, no está aprobada, ya se usó o venció."""

    codigo = "autorizacion_invalida"
    msg = "Esa autorización no sirve para esto: pida otra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amparo:
    """La autorización que trae un pedido, y el pedido tal como llegó.

    Args:
        id_autorizacion: ``None`` si no trae ninguna.
        objeto: el cuerpo de la petición; en una devolución, con su ``id_venta``.
    """

    id_autorizacion: int | None = None
    objeto: Mapping[str, Any]


def exigir_autorizacion(
    *, actor: Actor, accion: Accion, motivo: str, amparo: Amparo, ahora: datetime
) -> Autorizacion:
    """Gasta la autorización en la transacción de lo que ampara: si eso se deshace, sigue sin usar.

    Raises:
        RequiereAutorizacion: el pedido no trae ninguna.
        AutorizacionInvalida: la que trae no es suya, es de otro pedido, ya se usó o venció.
    """
    exigir_transaccion()
    if amparo.id_autorizacion is None:
        raise RequiereAutorizacion(accion, motivo)
    autorizacion = (
        # Con candado: dos ventas a la vez no gastan la misma.
        Autorizacion.objects.select_for_update()
        .filter(
            pk=amparo.id_autorizacion, solicitante=actor.usuario_id, accion=accion.value,
            estado=Autorizacion.Estado.APROBADA, vence__gt=ahora,
        )
        .first()
    )
    if autorizacion is None or autorizacion.huella != huella(accion, amparo.objeto):
        raise AutorizacionInvalida(errores={"autorizacion": [AutorizacionInvalida.msg]})
    autorizacion.estado, autorizacion.usada = Autorizacion.Estado.USADA, ahora
    autorizacion.save(update_fields=["estado", "usada"])
    return autorizacion


def quien_autorizo(autorizacion: Autorizacion | None) -> str:
    """La frase que los registros de la acción llevan; vacía si no hubo autorización."""
    if autorizacion is None or autorizacion.supervisor is None:
        return ""
    return f"Autorizó {autorizacion.supervisor.nombre_completo} (autorización {autorizacion.pk})"
