"""Las compras, sus proveedores y sus órdenes en la API: todo es de un Administrador."""

from compras.views.compras import ComprasVista, CompraVista
from compras.views.proveedores import ProductosDeProveedorVista, ProveedoresVista, ProveedorVista

__all__ = [
    "CompraVista",
    "ComprasVista",
    "ProductosDeProveedorVista",
    "ProveedorVista",
    "ProveedoresVista",
]
