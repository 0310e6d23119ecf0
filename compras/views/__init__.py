"""Las compras, sus proveedores y sus órdenes en la API: todo es de un Administrador."""

from compras.views.compras import ComprasVista, CompraVista
from compras.views.ordenes import OrdenesVista, OrdenImpresaVista, OrdenVista
from compras.views.proveedores import ProductosDeProveedorVista, ProveedoresVista, ProveedorVista

__all__ = [
    "CompraVista",
    "ComprasVista",
    "OrdenImpresaVista",
    "OrdenVista",
    "OrdenesVista",
    "ProductosDeProveedorVista",
    "ProveedorVista",
    "ProveedoresVista",
]
