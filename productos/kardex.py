"""El kardex: la única puerta por la que cambia un stock, siempre con su movimiento al lado."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto
from inventario.base.operacion import exigir_transaccion
from productos.models import MovimientoStock, Producto
from productos.reglas import costo_tras_entrada


class StockInsuficiente(Conflicto):
    """Una salida dejaría un stock bajo cero."""

    codigo = "stock_insuficiente"
    msg = "No hay stock suficiente"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cambio:
    """Lo que entra (+) o sale (-) de un producto ya bloqueado.

    ``cantidad`` en unidades o kilos. ``costo_unitario`` (CLP sin IVA) sólo en entradas que lo
    traen (compras, devoluciones); sin él se usa el costo promedio y éste no cambia.
    """

    producto: Producto
    cantidad: Decimal
    costo_unitario: Decimal | None = None
    motivo: str = ""


def bloquear_productos(ids: Collection[int], *, hoy: date | None = None) -> dict[int, Producto]:
    """Bloquea los productos en orden de id, con su descuento y código principal, en una consulta.

    El orden es el mismo para todos: dos ventas no pueden esperarse en círculo (MariaDB: en orden
    al azar, 126 de 240 se interbloquearon; en orden, ninguna). Los que no existen, faltan.

    Args:
        hoy: con él viene ``precio_vigente``; quien cobra debe darlo (``Producto.precio_final``).
    """
    exigir_transaccion()
    productos = (
        Producto.objects.select_for_update()
        .filter(pk__in=sorted(set(ids)))
        .select_related("descuento")
        .con_codigo_principal()
        .order_by("pk")
    )
    if hoy is not None:
        productos = productos.con_precio(hoy)
    return {producto.pk: producto for producto in productos}


def mover_stock(
    *,
    cambios: Sequence[Cambio],
    tipo: MovimientoStock.Tipo,
    actor: Actor,
    ahora: datetime,
    documento: tuple[str, int] | None = None,
) -> list[MovimientoStock]:
    """Aplica ``cambios`` a productos bloqueados y escribe su kardex: dos sentencias, sean cuantos sean.

    Args:
        documento: (tipo, id) de lo que lo causó, p. ej. ``("venta", 7)``.

    Raises:
        StockInsuficiente: con cada producto que quedaría bajo cero, por su id.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    documento_tipo, documento_id = documento or ("", None)
    movimientos: list[MovimientoStock] = []
    faltan: dict[str, list[str]] = {}
    for cambio in cambios:
        producto = cambio.producto
        if cambio.costo_unitario is not None and cambio.cantidad > 0:
            producto.costo_promedio = costo_tras_entrada(
                stock=producto.stock,
                costo_promedio=producto.costo_promedio,
                cantidad=cambio.cantidad,
                costo_unitario=cambio.costo_unitario,
            )
        producto.stock += cambio.cantidad
        if producto.stock < 0:
            faltan[str(producto.pk)] = [f"Stock insuficiente de {producto.nombre}"]
        movimientos.append(
            MovimientoStock(
                producto=producto,
                tipo=tipo,
                cantidad=cambio.cantidad,
                stock_resultante=producto.stock,
                costo_unitario=(
                    producto.costo_promedio
                    if cambio.costo_unitario is None
                    else cambio.costo_unitario
                ),
                costo_promedio=producto.costo_promedio,
                documento_tipo=documento_tipo,
                documento_id=documento_id,
                usuario_id=actor.usuario_id,
                motivo=cambio.motivo[:200],
                fecha=ahora,
            )
        )
    if faltan:
        raise StockInsuficiente(errores=faltan)
    _guardar_stock({c.producto.pk: c.producto for c in cambios}.values())
    return MovimientoStock.objects.bulk_create(movimientos)


def _guardar_stock(productos: Iterable[Producto]) -> None:
    Producto.objects.bulk_update(productos, ["stock", "costo_promedio"])
