"""Precios: cada uno queda en el historial con quién, cuándo y desde qué día rige."""

from datetime import date, datetime

from inventario.base.actor import Actor
from inventario.base.operacion import exigir_transaccion
from productos.models import Precio, Producto


def anotar_precio(
    *,
    producto: Producto,
    precio: int,
    desde: date,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
) -> Precio:
    """Agrega al historial el ``precio`` (CLP) que rige ``desde`` ese día."""
    exigir_transaccion()
    return Precio.objects.create(
        producto=producto,
        precio=precio,
        desde=desde,
        usuario_id=actor.usuario_id,
        fecha=ahora,
        motivo=motivo[:200],
    )
