"""Lo que vence: los lotes, y los productos que llevan una sola fecha."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from productos.lotes import esta_vencido
from productos.models import Lote, Producto


@dataclass(frozen=True, slots=True, kw_only=True)
class PorVencer:
    """Algo que venció o está por vencer. ``lote`` es vacío en un producto que no va por lotes."""

    producto_id: int
    nombre: str
    lote: str
    vencimiento: date
    stock: Decimal
    vencido: bool


def lotes_de(producto_id: int) -> "QuerySet[Lote]":
    """Los lotes con stock de un producto, en el orden en que se abrieron."""
    return Lote.objects.filter(producto=producto_id, stock__gt=0).order_by("pk")


def por_vencer(hasta: date, *, hoy: date) -> list[PorVencer]:
    """Lo que tiene stock y vence a más tardar en ``hasta``, vencido o no, por fecha: dos consultas."""
    de_lotes = [
        PorVencer(
            producto_id=lote.producto_id,
            nombre=lote.producto.nombre,
            lote=lote.codigo,
            vencimiento=lote.vencimiento,
            stock=lote.stock,
            vencido=esta_vencido(lote.vencimiento, hoy),
        )
        for lote in Lote.objects.filter(stock__gt=0, vencimiento__lte=hasta).select_related("producto")
        if lote.vencimiento is not None
    ]
    de_fichas = [
        PorVencer(
            producto_id=producto.pk,
            nombre=producto.nombre,
            lote="",
            vencimiento=producto.fecha_vencimiento,
            stock=producto.stock,
            vencido=esta_vencido(producto.fecha_vencimiento, hoy),
        )
        for producto in Producto.objects.activos().filter(
            por_lotes=False, stock__gt=0, fecha_vencimiento__lte=hasta
        )
        if producto.fecha_vencimiento is not None
    ]
    return sorted(
        [*de_lotes, *de_fichas], key=lambda uno: (uno.vencimiento, uno.nombre, uno.producto_id)
    )
