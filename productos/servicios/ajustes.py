"""Ajustes de inventario con su motivo."""

from datetime import datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.errores import Invalido
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import operacion
from productos.kardex import Cambio, mover_stock
from productos.models import Lote, MotivoAjuste, MovimientoStock
from productos.servicios.comun import exigir_cantidad, exigir_producto
from registros.models import TipoRegistro
from registros.servicios import registrar

SOLO_SALIDAS = frozenset(MotivoAjuste) - {MotivoAjuste.ERROR, MotivoAjuste.HALLAZGO}
SOLO_ENTRADAS = frozenset({MotivoAjuste.HALLAZGO})


@operacion
def ajustar_stock(
    *,
    codigo: str,
    cantidad: Decimal,
    motivo: MotivoAjuste,
    actor: Actor,
    ahora: datetime,
    detalle: str = "",
    id_lote: int | None = None,
) -> MovimientoStock:
    """Agrega (+) o quita (-) ``cantidad`` al stock, fuera de compras y ventas.

    Args:
        id_lote: de qué lote; sin él, sale de lo que vence primero.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
        Invalido: cantidad cero, que no se puede medir, o con el signo contrario a su motivo; o un
            lote que no es de ese producto.
        StockInsuficiente: quita más de lo que hay.
    """
    _exigir_signo(cantidad, motivo)
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    exigir_cantidad(producto, "cantidad", cantidad)
    if id_lote is not None and not Lote.objects.filter(pk=id_lote, producto=producto).exists():
        raise Invalido(errores={"id_lote": [f"{producto.nombre} no tiene ese lote"]})
    antes = producto.stock
    [movimiento] = mover_stock(
        cambios=[
            Cambio(
                producto=producto,
                cantidad=cantidad,
                lote_id=id_lote,
                motivo=f"{motivo.label}: {detalle}" if detalle else motivo.label,
            )
        ],
        tipo=MovimientoStock.Tipo.AJUSTE,
        actor=actor,
        ahora=ahora,
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.STOCK,
        mensaje=f"{motivo.label} de {sin_ceros(abs(cantidad))} {producto.unidad}: {producto.nombre}",
        descripcion=detalle,
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={"stock": (sin_ceros(antes), sin_ceros(producto.stock))},
    )
    return movimiento


def _exigir_signo(cantidad: Decimal, motivo: MotivoAjuste) -> None:
    if cantidad == 0:
        raise Invalido(errores={"cantidad": ["No puede ser cero"]})
    if cantidad > 0 and motivo in SOLO_SALIDAS:
        raise Invalido(errores={"cantidad": [f"{motivo.label} quita stock: debe ser negativa"]})
    if cantidad < 0 and motivo in SOLO_ENTRADAS:
        raise Invalido(errores={"cantidad": [f"{motivo.label} agrega stock: debe ser positiva"]})
