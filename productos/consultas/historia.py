"""La historia de un producto: su kardex y sus precios."""

from datetime import date

from django.db.models import QuerySet

from inventario.base.fechas import rango
from productos.models import MovimientoStock, Precio


def kardex_de(
    producto_id: int, *, desde: date | None = None, hasta: date | None = None, tipo: str = ""
) -> "QuerySet[MovimientoStock]":
    """Movimientos de un producto, del más nuevo al más viejo; días de la tienda, inclusive."""
    movimientos = (
        MovimientoStock.objects.filter(producto=producto_id)
        .select_related("usuario")
        .order_by("-pk")
    )
    inicio, fin = rango(desde, hasta)
    if inicio is not None:
        movimientos = movimientos.filter(fecha__gte=inicio)
    if fin is not None:
        movimientos = movimientos.filter(fecha__lt=fin)
    return movimientos.filter(tipo=tipo) if tipo else movimientos


def precios_de(producto_id: int) -> "QuerySet[Precio]":
    """Precios de un producto, programados incluidos, del que rige más tarde al más viejo."""
    return (
        Precio.objects.filter(producto=producto_id)
        .select_related("usuario")
        .order_by("-desde", "-pk")
    )
