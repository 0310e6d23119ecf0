"""El catálogo en el admin."""

from productos.admin.balanza import PatronBalanzaAdmin
from productos.admin.categorias import CategoriaAdmin
from productos.admin.conteos import ConteoInventarioAdmin
from productos.admin.importaciones import ImportacionAdmin
from productos.admin.kardex import MovimientoStockAdmin
from productos.admin.lotes import LoteAdmin
from productos.admin.productos import ProductoAdmin

__all__ = [
    "CategoriaAdmin",
    "ConteoInventarioAdmin",
    "ImportacionAdmin",
    "LoteAdmin",
    "MovimientoStockAdmin",
    "PatronBalanzaAdmin",
    "ProductoAdmin",
]
