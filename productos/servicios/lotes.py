"""Repartir en lotes el stock que ya hay. Lo que entra y sale lo reparte ``productos.lotes``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import exigir_transaccion, operacion
from productos.lotes import DatosLote, primer_vencimiento
from productos.models import CERO, Lote, MovimientoLote, Producto
from productos.reglas import codigo_de_lote
from productos.servicios.comun import exigir_cantidad, exigir_producto
from registros.models import TipoRegistro
from registros.servicios import registrar


class RepartoNoSuma(Conflicto):
    """Lo pedido no suma el stock que hay."""

    codigo = "reparto_no_suma"
    msg = "Los lotes deben sumar el stock del producto"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotePedido:
    """Cuánto del stock (unidades o kilos) es de un lote."""

    cantidad: Decimal
    codigo: str = ""
    vencimiento: date | None = None


@operacion
def repartir_en_lotes(
    *, codigo: str, lotes: Sequence[LotePedido], actor: Actor, ahora: datetime
) -> list[Lote]:
    """Deja el stock de un producto repartido tal como se pide, y desde ahora se lleva por lotes.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
        Invalido: un código mal formado, una cantidad que no es positiva o no se puede medir, o el
            mismo lote dos veces.
        RepartoNoSuma: no suman el stock.
    """
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    pedidos = _exigir_lotes(producto, lotes)
    suma = sum(pedidos.values(), CERO)
    if suma != producto.stock:
        raise RepartoNoSuma(
            errores={"lotes": [f"Suman {sin_ceros(suma)} y el stock es {sin_ceros(producto.stock)}"]}
        )
    antes = _descripcion(producto)
    producto.por_lotes = True
    quedan = _poner(producto, pedidos, actor=actor, ahora=ahora)
    producto.fecha_vencimiento = primer_vencimiento(quedan)
    producto.save(update_fields=["por_lotes", "fecha_vencimiento"])
    registrar(
        actor=actor,
        tipo=TipoRegistro.STOCK,
        mensaje=f"Stock repartido en lotes: {producto.nombre}",
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={"lotes": (antes, _descripcion(producto))},
    )
    return quedan


def llevar_por_lotes(producto: Producto, *, actor: Actor, ahora: datetime) -> None:
    """Según ``producto.por_lotes``: todo el stock a un lote, o todos los lotes a cero."""
    exigir_transaccion()
    inicial = DatosLote(vencimiento=producto.fecha_vencimiento)
    pedidos = {inicial: producto.stock} if producto.por_lotes and producto.stock else {}
    _poner(producto, pedidos, actor=actor, ahora=ahora)


def _exigir_lotes(
    producto: Producto, lotes: Sequence[LotePedido]
) -> dict[DatosLote, Decimal]:
    pedidos: dict[DatosLote, Decimal] = {}
    for n, lote in enumerate(lotes):
        if lote.cantidad <= 0:
            raise Invalido(errores={f"lotes.{n}.cantidad": ["Debe ser mayor que cero"]})
        exigir_cantidad(producto, f"lotes.{n}.cantidad", lote.cantidad)
        try:
            datos = DatosLote(codigo=codigo_de_lote(lote.codigo), vencimiento=lote.vencimiento)
        except ValueError as error:
            raise Invalido(errores={f"lotes.{n}.codigo": [str(error)]}) from error
        if datos in pedidos:
            raise Invalido(errores={f"lotes.{n}": ["Ese lote está dos veces"]})
        pedidos[datos] = lote.cantidad
    return pedidos


def _poner(
    producto: Producto, pedidos: Mapping[DatosLote, Decimal], *, actor: Actor, ahora: datetime
) -> list[Lote]:
    """Lleva los lotes del producto, ya bloqueado, a ``pedidos``; los que no están, a cero."""
    lotes = {
        DatosLote(codigo=lote.codigo, vencimiento=lote.vencimiento): lote
        for lote in Lote.objects.filter(producto=producto)
    }
    nuevos = [
        Lote(producto=producto, codigo=d.codigo, vencimiento=d.vencimiento, creado=ahora)
        for d in pedidos
        if d not in lotes
    ]
    Lote.objects.bulk_create(nuevos)
    todos = [*lotes.values(), *nuevos]
    filas = []
    for lote in todos:
        datos = DatosLote(codigo=lote.codigo, vencimiento=lote.vencimiento)
        cantidad = pedidos.get(datos, CERO) - lote.stock
        if cantidad:
            lote.stock += cantidad
            filas.append(
                MovimientoLote(
                    lote=lote, cantidad=cantidad, stock_resultante=lote.stock,
                    usuario_id=actor.usuario_id, fecha=ahora,
                )
            )
    Lote.objects.bulk_update([fila.lote for fila in filas], ["stock"])
    MovimientoLote.objects.bulk_create(filas)
    return [lote for lote in todos if lote.stock]


def _descripcion(producto: Producto) -> list[str]:
    lotes = Lote.objects.filter(producto=producto, stock__gt=0)
    return [f"{lote}: {sin_ceros(lote.stock)}" for lote in lotes]
