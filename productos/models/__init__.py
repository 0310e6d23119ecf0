"""El catálogo y su stock."""

from productos.models.catalogo import (
    CERO,
    Categoria,
    ClaseTributaria,
    CodigoBarras,
    Descuento,
    EstadoProducto,
    PatronBalanza,
    Precio,
    Producto,
    ProductoQuerySet,
    Unidad,
)
from productos.models.kardex import MotivoAjuste, MovimientoStock

__all__ = [
    "CERO",
    "Categoria",
    "ClaseTributaria",
    "CodigoBarras",
    "Descuento",
    "EstadoProducto",
    "MotivoAjuste",
    "MovimientoStock",
    "PatronBalanza",
    "Precio",
    "Producto",
    "ProductoQuerySet",
    "Unidad",
]
