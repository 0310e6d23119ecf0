"""Pasos de la venta y de la devolución con el turno de caja: cuál es, y que no se cierre entretanto.

La fila del turno se bloquea antes que los productos. Es de una sola caja: dos cajas no se esperan por
ella, y un cierre que llega a la vez espera a la venta en curso (o ella a él, y ya no lo encuentra).
"""

from collections.abc import Sequence

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto
from inventario.base.operacion import exigir_transaccion
from inventario.base.preparada import Preparada
from ventas.models import TurnoCaja, Venta

# Por ``abierto_por`` y no por cajero: el índice único bloquea esa fila y ninguna otra.
TURNO_ABIERTO: Preparada[TurnoCaja] = Preparada(
    lambda cajero: TurnoCaja.objects.select_for_update().filter(abierto_por=cajero).only("id").order_by()
)
"""El turno abierto de un cajero, bloqueado: ninguno o uno. Sólo cuál es: lo demás, si se mira, se busca."""


class SinTurno(Conflicto):
    """Se mueve efectivo y quien lo hace no tiene un turno de caja abierto."""

    codigo = "sin_turno"
    msg = "Abra un turno de caja para cobrar en efectivo"


class TurnoCerrado(Conflicto):
    """El turno que se nombró ya se cerró, no existe, o es de otra persona."""

    codigo = "turno_cerrado"
    msg = "Ese turno de caja ya no está abierto"


def turno_para_vender(abiertos: Sequence[TurnoCaja], *, id_turno: int | None) -> TurnoCaja | None:
    """El turno con que se vende; ``None`` si el cajero no tiene.

    Args:
        abiertos: lo que dio ``TURNO_ABIERTO`` del cajero, bloqueado hasta el fin de la transacción.
        id_turno: el que la caja cree tener; si no es ése, no se vende.

    Raises:
        TurnoCerrado: ``id_turno`` no es el turno abierto del cajero.
    """
    turno = next(iter(abiertos), None)
    if id_turno is not None and (turno is None or turno.pk != id_turno):
        raise TurnoCerrado(errores={"id_turno": ["No es su turno abierto"]})
    return turno


def turno_para_devolver(*, actor: Actor, venta: Venta) -> TurnoCaja | None:
    """El turno del que sale el dinero: el de quien devuelve; si no tiene, el de la venta, si sigue abierto.

    Un Administrador devuelve también sin turno: el dinero no sale entonces de ningún cajón.
    """
    turno = _abierto_de(actor.usuario_id) if actor.usuario_id is not None else None
    if turno is None and venta.turno_id is not None and actor.es_administrador:
        return TurnoCaja.objects.abiertos().select_for_update().filter(pk=venta.turno_id).first()
    return turno


def _abierto_de(cajero_id: int) -> TurnoCaja | None:
    exigir_transaccion()
    return next(iter(TURNO_ABIERTO(cajero=cajero_id)), None)
