"""Prueba que el stock de cada producto es lo que su kardex dice, con memoria que no crece con el kardex."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from productos.kardex import bloquear_productos
from productos.models import CERO, MovimientoStock, Producto

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
        return tuple(lista)


def verificar_inventario() -> Iterator[Diferencia]:
    """Los productos cuyo stock, valor o costo no es el que su kardex deja.

    Se recorre el kardex una vez, por trozos, sin detener la tienda; lo vendido entretanto parece
    una diferencia, así que cada sospechoso se vuelve a mirar bloqueado. En memoria queda una cuenta
    por producto, nunca el kardex.
    """
    cuentas: dict[int, Cuenta] = {}
    for movimiento in _por_trozos(MovimientoStock.objects.all()):
        cuentas.setdefault(movimiento.producto_id, Cuenta()).seguir(movimiento)
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
    problemas = cuenta.problemas(producto)
    if not problemas:
        return None
    return Diferencia(producto_id=producto_id, nombre=producto.nombre, problemas=problemas)


def _por_trozos(filas: QuerySet[M]) -> Iterator[M]:
    # ``iterator()`` no basta: mysqlclient se trae el resultado entero al cliente antes de darlo.
    ultimo = 0
    while trozo := list(filas.filter(pk__gt=ultimo).order_by("pk")[:TROZO]):
        yield from trozo
        ultimo = trozo[-1].pk
