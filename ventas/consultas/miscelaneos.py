"""Lo que se vendió sin ficha, por el código que nadie conocía."""

from django.db.models import QuerySet

from productos.consultas.pendientes import formas_de_escribir
from ventas.models import DetalleVenta


def vendido_sin_ficha(clave: str) -> QuerySet[DetalleVenta]:
    """Las líneas misceláneas cuyo código tiene esa clave, con su venta, de la más nueva a la más vieja."""
    return (
        DetalleVenta.objects.filter(producto=None, codigo__in=formas_de_escribir(clave))
        .select_related("venta")
        .order_by("-pk")
    )
