"""El kardex: la única puerta por la que cambia un stock, siempre con su movimiento al lado."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db import OperationalError, connection

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto
from inventario.base.fechas import dia_de
from inventario.base.insercion import insertar, marcas_de
from inventario.base.instancias import nueva
from inventario.base.juntas import ejecutar, mandar
from inventario.base.operacion import exigir_transaccion
from inventario.base.preparada import Preparada
from productos.avisos import avisar_stock_minimo, bajo_al_minimo
from productos.costo import Existencia, costo_de, valor_de
from productos.lotes import DatosLote, Documento, Parte, StockInsuficiente, repartir
from productos.models import CERO, MovimientoStock, Producto, ProductoQuerySet, con_vencido

__all__ = [
    "Cambio",
    "DatosLote",
    "StockExcesivo",
    "StockInsuficiente",
    "bloquear_productos",
    "completar_productos",
    "existencia_de",
    "mover_stock",
    "pedir_bloqueo",
    "pedir_productos",
    "poner_al_dia",
]

STOCK_MAXIMO = Decimal("999999999.999")
"""Lo que cabe en la columna: más que esto es un error de digitación."""
_COLUMNAS = ("stock", "costo_promedio", "valor_stock")
Bloqueado = tuple[Any, ...]
"""Los campos de ``_SE_RELEE`` de un producto bloqueado."""
CAMBIO_DESDE_QUE_SE_LEYO = 1020
"""El código con que MariaDB dice lo mismo; ``operacion`` lo repite."""


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
        hoy: con él viene ``precio_vigente`` (``Producto.precio_final``). Quien vende usa ``pedir_productos``.
    """
    exigir_transaccion()
    unicos = sorted(set(ids))
    if not unicos:
        return {}
    productos = _BLOQUEADOS(ids=unicos) if hoy is None else _BLOQUEADOS_CON_PRECIO(ids=unicos, hoy=hoy)
    return {producto.id: producto for producto in productos}


def pedir_productos(ids: Collection[int]) -> list[Producto]:
    """Lo que se va a vender, sin bloquear nada todavía, para dentro de ``juntas``.

    La lista se llena cuando la consulta sale; después, ``completar_productos``. Con ello se puede calcular
    todo lo que no es el stock; antes de moverlo, ``pedir_bloqueo`` y ``poner_al_dia``. Mientras se tiene un
    producto bloqueado los demás que lo venden esperan: calcular antes deja vender un tercio más de lo que
    todos llevan.
    """
    unicos = sorted(set(ids))
    return _POR_VENDER.pedir(ids=unicos) if unicos else []


def completar_productos(productos: Collection[Producto], *, hoy: date) -> None:
    """Les pone ``precio_vigente`` y ``stock_vencido``. Casi siempre se saben de su fila.

    Sólo se buscan los de quien tiene un precio programado o se lleva por lotes: pedirlos para todos, aunque
    la base no llegara a buscarlos, era más de un cuarto de lo que ella tardaba en leer los productos.
    """
    por_buscar = {}
    for producto in productos:
        precio = producto.ultimo_si_ya_rige(hoy)
        if precio is None or producto.por_lotes:
            por_buscar[producto.id] = producto
        else:
            producto.precio_vigente, producto.stock_vencido = precio, CERO
    for buscado in _LO_QUE_FALTA.por_partes("ids", list(por_buscar), hoy=hoy):
        producto = por_buscar[buscado.pk]
        producto.precio_vigente, producto.stock_vencido = buscado.precio_vigente, buscado.stock_vencido


def pedir_bloqueo(productos: Collection[Producto]) -> list[Bloqueado]:
    """Bloquea ``productos`` en orden de id, para dentro de ``juntas``; lo que vuelve, a ``poner_al_dia``.

    En SQLite no hay nada que bloquear ni que volver a leer: quien escribe está solo desde que empezó.
    """
    exigir_transaccion()
    if not productos or not connection.features.has_select_for_update:
        return [_COMO_ESTA(producto) for producto in productos]
    return _AL_DIA.pedir_columnas(*_SE_RELEE, ids=[producto.id for producto in productos])


def poner_al_dia(productos: Collection[Producto], bloqueados: Collection[Bloqueado]) -> None:
    """Deja en ``productos`` el stock, el costo y el vencimiento de los ``bloqueados``.

    Raises:
        OperationalError: alguno dejó de venderse como se leyó (precio, unidad, estado, lotes). Repetible:
            la operación parte otra vez y lo lee de nuevo.
    """
    al_dia = {fila[0]: fila for fila in bloqueados}
    for producto in productos:
        ahora = al_dia.get(producto.id)
        if ahora is None or ahora[_DECIDE:] != _COMO_SE_VENDE(producto):
            raise OperationalError(CAMBIO_DESDE_QUE_SE_LEYO, f"{producto.nombre} cambió mientras se cobraba")
        _, producto.stock, producto.costo_promedio, producto.valor_stock, vence = ahora[:_DECIDE]
        producto.fecha_vencimiento = vence


def _con_lo_suyo(productos: ProductoQuerySet, ids: Collection[int]) -> ProductoQuerySet:
    return productos.filter(pk__in=ids).select_related("descuento").order_by("pk")


def _bloqueados(ids: Collection[int]) -> ProductoQuerySet:
    return _con_lo_suyo(Producto.objects.select_for_update(), ids)


_BLOQUEADOS: Preparada[Producto] = Preparada(_bloqueados)
_BLOQUEADOS_CON_PRECIO: Preparada[Producto] = Preparada(
    lambda ids, hoy: _bloqueados(ids).con_precio(hoy)
)
_POR_VENDER: Preparada[Producto] = Preparada(
    # Lo que no se mira al vender: sólo convertir su fecha era un vigésimo de la venta.
    lambda ids: _con_lo_suyo(Producto.objects.all(), ids).defer(
        "nombre_normalizado", "categoria", "fecha_registro", "otros_codigos", "atencion", "vence_con_stock"
    )
)
_LO_QUE_FALTA: Preparada[Producto] = Preparada(
    lambda ids, hoy: con_vencido(Producto.objects.filter(pk__in=ids).con_precio(hoy), hoy).only("id")
)
_DECIDEN = ("precio_venta", "unidad", "clase_tributaria", "estado", "por_lotes")
_COMO_SE_VENDE = attrgetter(*_DECIDEN)
_SE_RELEE = ("id", *_COLUMNAS, "fecha_vencimiento", *_DECIDEN)
_DECIDE = len(_SE_RELEE) - len(_DECIDEN)
_COMO_ESTA = attrgetter(*_SE_RELEE)
_AL_DIA: Preparada[Producto] = Preparada(
    lambda ids: Producto.objects.select_for_update().filter(pk__in=ids).only(*_SE_RELEE).order_by("pk")
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
    cambia_el_costo = False
    al_entrar = {c.producto.id: c.producto.stock for c in cambios}
    for cambio in cambios:
        producto = cambio.producto
        antes = existencia_de(producto)
        despues = _aplicar(cambio, antes)
        _poner_existencia(producto, despues)
        cambia_el_costo = cambia_el_costo or despues.costo != antes.costo
        movimientos.append(
            nueva(
                MovimientoStock,
                producto_id=producto.id,
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
    movidos = list({c.producto.id: c.producto for c in cambios}.values())
    _exigir_posible(movidos)
    partes = [
        Parte(producto=c.producto, movimiento=m, entra=c.lote, lote_id=c.lote_id)
        for c, m in zip(cambios, movimientos, strict=True)
        if c.producto.por_lotes and c.cantidad
    ]
    if origen is None and tipo == MovimientoStock.Tipo.ANULACION_COMPRA:
        origen = documento
    reparto = repartir(partes, origen=origen, hoy=dia_de(ahora), ahora=ahora) if partes else None
    _guardar_stock(movidos, con_costo=cambia_el_costo)
    avisar_stock_minimo([p for p in movidos if bajo_al_minimo(p, al_entrar[p.id])], ahora=ahora)
    # Sólo un lote nombra al movimiento que lo tocó.
    insertar(movimientos, con_ids=reparto is not None)
    if reparto is not None:
        # Cada parte nombra a su movimiento, que recién al salir tiene id.
        mandar()
        reparto.guardar()
    return movimientos


def _exigir_posible(productos: Collection[Producto]) -> None:
    faltan = {
        str(p.id): [f"Stock insuficiente de {p.nombre}"] for p in productos if p.stock < 0
    }
    if faltan:
        raise StockInsuficiente(errores=faltan)
    sobran = {
        str(p.id): [f"Sería demasiado stock de {p.nombre}"]
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


def _guardar_stock(productos: Collection[Producto], *, con_costo: bool) -> None:
    """Un UPDATE para todos. A mano: los CASE de ``bulk_update`` eran la cuarta parte de una venta."""
    if not productos:
        return
    # Lo que sale no cambia su costo promedio.
    columnas = [columna for columna in _COLUMNAS if con_costo or columna != "costo_promedio"]
    if any(producto.por_lotes for producto in productos):
        columnas.append("fecha_vencimiento")
    ids = [str(producto.id) for producto in productos]
    parametros: list[Any] = []
    asignar = []
    for columna in columnas:
        quedan = marcas_de([_para_la_base(producto, columna) for producto in productos], parametros)
        casos = " ".join([f"WHEN {pk} THEN {queda}" for pk, queda in zip(ids, quedan, strict=True)])
        asignar.append(f"{columna} = CASE id {casos} END")
    ejecutar(
        f"UPDATE {Producto._meta.db_table} SET {', '.join(asignar)} WHERE id IN ({', '.join(ids)})",  # noqa: S608
        parametros,
    )


def _para_la_base(producto: Producto, columna: str) -> Any:
    valor = getattr(producto, columna)
    return str(valor) if isinstance(valor, date) else valor
