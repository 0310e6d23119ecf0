"""El catálogo y su stock."""

from productos.models.busqueda import GramaNombre
from productos.models.catalogo import (
    CERO,
    Atencion,
    Categoria,
    ClaseTributaria,
    CodigoBarras,
    Descuento,
    EstadoProducto,
    PatronBalanza,
    Precio,
    Producto,
    ProductoQuerySet,
    TotalProductos,
    Unidad,
)
from productos.models.conteos import ConteoInventario, LecturaConteo
from productos.models.importaciones import Importacion
from productos.models.kardex import MotivoAjuste, MovimientoStock
from productos.models.lotes import Lote, MovimientoLote, con_vencido
from productos.models.pendientes import FotoPendiente, ProductoPendiente

__all__ = [
    "CERO",
    "Atencion",
    "Categoria",
    "ClaseTributaria",
    "CodigoBarras",
    "ConteoInventario",
    "Descuento",
    "EstadoProducto",
    "FotoPendiente",
    "GramaNombre",
    "Importacion",
    "LecturaConteo",
    "Lote",
    "MotivoAjuste",
    "MovimientoLote",
    "MovimientoStock",
    "PatronBalanza",
    "Precio",
    "Producto",
    "ProductoPendiente",
    "ProductoQuerySet",
    "TotalProductos",
    "Unidad",
    "con_vencido",
]
