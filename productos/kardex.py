"""El kardex: la única puerta por la que cambia un stock, siempre con su movimiento al lado."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto
from inventario.base.fechas import dia_de
from inventario.base.insercion import insertar
from inventario.base.juntas import ejecutar, mandar
from inventario.base.operacion import exigir_transaccion
from inventario.base.preparada import Preparada
from productos.avisos import avisar_stock_minimo, bajo_al_minimo
from productos.costo import Existencia, costo_de, valor_de
from productos.lotes import DatosLote, Documento, Parte, StockInsuficiente, repartir
from productos.models import MovimientoStock, Producto, ProductoQuerySet, con_vencido

__all__ = [
    "Cambio",
    "DatosLote",
    "StockExcesivo",
    "StockInsuficiente",
    "bloquear_productos",
    "existencia_de",
    "mover_stock",
    "pedir_bloqueo",
]

STOCK_MAXIMO = Decimal("999999999.999")
"""Lo que cabe en la columna: más que esto es un error de digitación."""
_COLUMNAS = ("stock", "costo_promedio", "valor_stock")


class StockExcesivo(Conflicto):
    """Una entrada dejaría un stock que no se puede anotar; por id de producto."""

    codigo = "stock_excesivo"
    msg = "El stock quedaría demasiado grande"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cambio:
    """Lo que entra (+) o sale (-) de un producto ya bloqueado.

    ``cantidad`` en unidades o kilos. Lo que entra con costo propio (compras, devoluciones) trae su
    ``costo_unitario`` o el ``valor`` de todo lo movido (CLP sin IVA; éste con el signo de
    ``cantidad``, y manda). Sin ellos, y en toda salida sin ``valor``, se mueve al costo promedio.
    Con ``cantidad`` cero y ``costo_unitario`` se corrige el costo de lo que hay. ``queda`` dice sin
    más lo que resulta: es de la anulación de una compra, que lo saca de ``productos.historia``.

    En un producto que se lleva por lotes, ``lote`` es al que entra y ``lote_id`` el que se elige a mano;
    sin ellos decide ``productos.lotes``. En los demás no se miran.
    """

    producto: Producto
    cantidad: Decimal
    costo_unitario: Decimal | None = None
    valor: Decimal | None = None
    queda: Existencia | None = None
    lote: DatosLote | None = None
    lote_id: int | None = None
    motivo: str = ""


def bloquear_productos(ids: Collection[int], *, hoy: date | None = None) -> dict[int, Producto]:
    """Bloquea los productos en orden de id, con su descuento y código principal, en una consulta.

    El orden es el mismo para todos: dos ventas no pueden esperarse en círculo (MariaDB: en orden
    al azar, 126 de 240 se interbloquearon; en orden, ninguna). Los que no existen, faltan.

    Args:
        hoy: con él vienen ``precio_vigente`` y ``stock_vencido``; quien vende debe darlo
            (``Producto.precio_final``, ``Producto.stock_vendible``).
    """
    exigir_transaccion()
    unicos = sorted(set(ids))
    if not unicos:
        return {}
    productos = _BLOQUEADOS(ids=unicos) if hoy is None else _BLOQUEADOS_CON_PRECIO(ids=unicos, hoy=hoy)
    return {producto.pk: producto for producto in productos}


def pedir_bloqueo(ids: Collection[int], *, hoy: date) -> list[Producto]:
    """Como ``bloquear_productos``, para dentro de ``juntas``: la lista se llena cuando la consulta sale."""
    exigir_transaccion()
    unicos = sorted(set(ids))
    return _BLOQUEADOS_CON_PRECIO.pedir(ids=unicos, hoy=hoy) if unicos else []


def _bloqueados(ids: Collection[int]) -> ProductoQuerySet:
    return (
        Producto.objects.select_for_update()
        .filter(pk__in=ids)
        .select_related("descuento")
        .con_codigo_principal()
        .order_by("pk")
    )


_BLOQUEADOS: Preparada[Producto] = Preparada(_bloqueados)
_BLOQUEADOS_CON_PRECIO: Preparada[Producto] = Preparada(
    lambda ids, hoy: con_vencido(_bloqueados(ids).con_precio(hoy), hoy)
)


def mover_stock(
    *,
    cambios: Sequence[Cambio],
    tipo: MovimientoStock.Tipo,
    actor: Actor,
    ahora: datetime,
    documento: Documento | None = None,
    origen: Documento | None = None,
) -> list[MovimientoStock]:
    """Aplica ``cambios`` a productos bloqueados y escribe su kardex: dos sentencias, sean cuantos sean.

    Si alguno se lleva por lotes son hasta cinco más, también sean cuantos sean.

    Args:
        documento: (tipo, id) de lo que lo causó, p. ej. ``("venta", 7)``.
        origen: el documento que éste deshace (la venta de una devolución): sus lotes son los que
            se mueven de vuelta. La anulación de una compra lleva ya el de lo anulado.

    Raises:
        StockInsuficiente: con cada producto que quedaría bajo cero, o sin lotes vigentes, por su id.
        StockExcesivo: con cada uno cuyo stock no cabría.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    documento_tipo, documento_id = documento or ("", None)
    movimientos: list[MovimientoStock] = []
    al_entrar = {c.producto.pk: c.producto.stock for c in cambios}
    for cambio in cambios:
        producto = cambio.producto
        antes = existencia_de(producto)
        despues = _aplicar(cambio, antes)
        _poner_existencia(producto, despues)
        movimientos.append(
            MovimientoStock(
                producto_id=producto.pk,
                tipo=tipo,
                cantidad=cambio.cantidad,
                stock_resultante=producto.stock,
                costo_unitario=_costo_movido(cambio, antes, despues),
                costo_promedio=despues.costo,
                valor=despues.valor - antes.valor,
                valor_resultante=despues.valor,
                documento_tipo=documento_tipo,
                documento_id=documento_id,
                usuario_id=actor.usuario_id,
                motivo=cambio.motivo[:200],
                fecha=ahora,
            )
        )
    movidos = list({c.producto.pk: c.producto for c in cambios}.values())
    _exigir_posible(movidos)
    partes = [
        Parte(producto=c.producto, movimiento=m, entra=c.lote, lote_id=c.lote_id)
        for c, m in zip(cambios, movimientos, strict=True)
        if c.producto.por_lotes and c.cantidad
    ]
    if origen is None and tipo == MovimientoStock.Tipo.ANULACION_COMPRA:
        origen = documento
    reparto = repartir(partes, origen=origen, hoy=dia_de(ahora), ahora=ahora) if partes else None
    _guardar_stock(movidos)
    avisar_stock_minimo([p for p in movidos if bajo_al_minimo(p, al_entrar[p.pk])], ahora=ahora)
    insertar(movimientos)
    if reparto is not None:
        # Cada parte nombra a su movimiento, que recién al salir tiene id.
        mandar()
        reparto.guardar()
    return movimientos


def _exigir_posible(productos: Collection[Producto]) -> None:
    faltan = {
        str(p.pk): [f"Stock insuficiente de {p.nombre}"] for p in productos if p.stock < 0
    }
    if faltan:
        raise StockInsuficiente(errores=faltan)
    sobran = {
        str(p.pk): [f"Sería demasiado stock de {p.nombre}"]
        for p in productos
        if p.stock > STOCK_MAXIMO
    }
    if sobran:
        raise StockExcesivo(errores=sobran)


def existencia_de(producto: Producto) -> Existencia:
    """Lo que hay de ``producto`` y lo que vale, según la fila leída."""
    return Existencia(
        stock=producto.stock, valor=producto.valor_stock, costo=producto.costo_promedio
    )


def _poner_existencia(producto: Producto, existencia: Existencia) -> None:
    producto.stock = existencia.stock
    producto.valor_stock = existencia.valor
    producto.costo_promedio = existencia.costo


def _aplicar(cambio: Cambio, antes: Existencia) -> Existencia:
    if cambio.queda is not None:
        return cambio.queda
    costo = cambio.costo_unitario
    if cambio.valor is not None or costo is None or cambio.cantidad < 0:
        return antes.tras(cambio.cantidad, cambio.valor)
    if cambio.cantidad == 0:
        return antes.a_costo(costo)
    return antes.tras(cambio.cantidad, valor_de(cambio.cantidad, costo))


def _costo_movido(cambio: Cambio, antes: Existencia, despues: Existencia) -> Decimal:
    if cambio.valor is not None or cambio.queda is not None:
        return costo_de(despues.valor - antes.valor, cambio.cantidad)
    if cambio.costo_unitario is not None and cambio.cantidad >= 0:
        return cambio.costo_unitario
    return antes.costo


def _guardar_stock(productos: Collection[Producto]) -> None:
    """Un UPDATE para todos. A mano: los CASE de ``bulk_update`` eran la cuarta parte de una venta."""
    if not productos:
        return
    columnas = list(_COLUMNAS)
    if any(producto.por_lotes for producto in productos):
        columnas.append("fecha_vencimiento")
    casos = " ".join(["WHEN %s THEN %s"] * len(productos))
    asignar = ", ".join(f"{columna} = CASE id {casos} END" for columna in columnas)
    ids = ", ".join(["%s"] * len(productos))
    valores = [v for c in columnas for p in productos for v in (p.pk, _para_la_base(p, c))]
    ejecutar(
        f"UPDATE {Producto._meta.db_table} SET {asignar} WHERE id IN ({ids})",  # noqa: S608
        [*valores, *(p.pk for p in productos)],
    )


def _para_la_base(producto: Producto, columna: str) -> Any:
    valor = getattr(producto, columna)
    return str(valor) if isinstance(valor, date) else valor
