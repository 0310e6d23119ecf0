"""Prueba que el stock de cada producto es lo que su kardex dice, con memoria que no crece con el kardex."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from productos.kardex import bloquear_productos
from productos.models import CERO, CodigoBarras, Lote, MovimientoLote, MovimientoStock, Precio, Producto

TROZO = 5000

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diferencia:
    """Un producto que no calza, y en qué."""

    producto_id: int
    nombre: str
    problemas: tuple[str, ...]


@dataclass(slots=True)
class Cuenta:
    """Lo que resulta de recorrer el kardex de un producto, del primer movimiento al último."""

    stock: Decimal = CERO
    valor: Decimal = CERO
    costo: Decimal = CERO
    roto_en: int | None = None
    lotes: Decimal = CERO
    lote_roto: int | None = None

    def seguir(self, movimiento: MovimientoStock) -> None:
        """Suma ``movimiento`` y anota el primero cuyo resultado no sigue del anterior."""
        self.stock += movimiento.cantidad
        self.valor += movimiento.valor
        self.costo = movimiento.costo_promedio
        calza = (
            self.stock == movimiento.stock_resultante and self.valor == movimiento.valor_resultante
        )
        if not calza and self.roto_en is None:
            self.roto_en = movimiento.pk

    def contar_lote(self, lote: Lote, suma: Decimal) -> None:
        """Agrega el stock de ``lote``, y anota si no es la ``suma`` de sus movimientos."""
        self.lotes += lote.stock
        if lote.stock != suma and self.lote_roto is None:
            self.lote_roto = lote.pk

    def problemas(self, producto: Producto) -> tuple[str, ...]:
        """En qué difiere la fila del producto de su kardex."""
        lista = []
        if self.stock != producto.stock:
            lista.append(f"stock {producto.stock}, el kardex suma {self.stock}")
        if self.valor != producto.valor_stock:
            lista.append(f"valor {producto.valor_stock}, el kardex suma {self.valor}")
        if self.costo != producto.costo_promedio:
            lista.append(f"costo {producto.costo_promedio}, el kardex deja {self.costo}")
        if self.roto_en is not None:
            lista.append(f"el movimiento {self.roto_en} no sigue del anterior")
        if self.lotes != (producto.stock if producto.por_lotes else CERO):
            lista.append(f"stock {producto.stock}, los lotes suman {self.lotes}")
        if self.lote_roto is not None:
            lista.append(f"el lote {self.lote_roto} no es la suma de sus movimientos")
        return tuple(lista)


def verificar_inventario() -> Iterator[Diferencia]:
    """Los productos cuyo stock, valor, costo o lotes no son los que su kardex deja.

    Se recorre el kardex una vez, por trozos, sin detener la tienda; lo vendido entretanto parece
    una diferencia, así que cada sospechoso se vuelve a mirar bloqueado. En memoria queda una cuenta
    por producto y una suma por lote, nunca el kardex.
    """
    cuentas: dict[int, Cuenta] = {}
    for movimiento in _por_trozos(MovimientoStock.objects.all()):
        cuentas.setdefault(movimiento.producto_id, Cuenta()).seguir(movimiento)
    _contar_lotes(cuentas, Lote.objects.all(), MovimientoLote.objects.all())
    for producto in _por_trozos(Producto.objects.all()):
        cuenta = cuentas.pop(producto.pk, Cuenta())
        if cuenta.problemas(producto) and (diferencia := _revisar(producto.pk)):
            yield diferencia


def _revisar(producto_id: int) -> Diferencia | None:
    with transaction.atomic():
        producto = bloquear_productos([producto_id])[producto_id]
        cuenta = Cuenta()
        for movimiento in _por_trozos(MovimientoStock.objects.filter(producto=producto)):
            cuenta.seguir(movimiento)
        _contar_lotes(
            {producto_id: cuenta},
            Lote.objects.filter(producto=producto),
            MovimientoLote.objects.filter(lote__producto=producto),
        )
    problemas = cuenta.problemas(producto)
    if not problemas:
        return None
    return Diferencia(producto_id=producto_id, nombre=producto.nombre, problemas=problemas)


def _contar_lotes(
    cuentas: dict[int, Cuenta],
    lotes: "QuerySet[Lote]",
    movimientos: "QuerySet[MovimientoLote]",
) -> None:
    sumas: dict[int, Decimal] = {}
    for movimiento in _por_trozos(movimientos):
        sumas[movimiento.lote_id] = sumas.get(movimiento.lote_id, CERO) + movimiento.cantidad
    for lote in _por_trozos(lotes):
        cuentas.setdefault(lote.producto_id, Cuenta()).contar_lote(lote, sumas.get(lote.pk, CERO))


def _por_trozos(filas: QuerySet[M]) -> Iterator[M]:
    # ``iterator()`` no basta: mysqlclient se trae el resultado entero al cliente antes de darlo.
    ultimo = 0
    while trozo := list(filas.filter(pk__gt=ultimo).order_by("pk")[:TROZO]):
        yield from trozo
        ultimo = trozo[-1].pk


def productos_con_codigos_distintos() -> list[str]:
    """Nombres de los productos cuya fila no dice los códigos que tienen (``productos.disparadores``)."""
    suyos: dict[int, tuple[list[str], list[str]]] = {}
    for producto_id, codigo, principal in CodigoBarras.objects.values_list(
        "producto_id", "codigo", "principal"
    ).iterator(chunk_size=TROZO):
        suyos.setdefault(producto_id, ([], []))[0 if principal else 1].append(codigo)
    filas = Producto.objects.order_by("pk").values_list("pk", "nombre", "codigo_principal", "otros_codigos")
    distintos = []
    for pk, nombre, el_principal, juntos in filas.iterator(chunk_size=TROZO):
        principales, otros = suyos.get(pk, ([], []))
        dicen = ([el_principal] if el_principal else [], sorted(juntos.split(",")) if juntos else [])
        if dicen != (principales, sorted(otros)):
            distintos.append(nombre)
    return distintos


def productos_con_otro_ultimo_precio() -> list[str]:
    """Nombres de los productos cuya fila no dice el último de sus precios (``productos.disparadores``)."""
    ultimos: dict[int, tuple[int | None, date | None]] = {
        producto_id: (precio, desde)
        for producto_id, precio, desde in Precio.objects.order_by("desde", "pk")
        .values_list("producto_id", "precio", "desde").iterator(chunk_size=TROZO)
    }
    filas = Producto.objects.order_by("pk").values_list(
        "pk", "nombre", "ultimo_precio", "ultimo_precio_desde"
    )
    return [
        nombre for pk, nombre, *dicen in filas.iterator(chunk_size=TROZO)
        if tuple(dicen) != ultimos.get(pk, (None, None))
    ]
