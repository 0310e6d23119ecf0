"""Compras, proveedores y órdenes en el admin."""

from compras.admin.compras import CompraAdmin
from compras.admin.ordenes import OrdenCompraAdmin
from compras.admin.proveedores import ProveedorAdmin, ProveedorProductoAdmin

__all__ = ["CompraAdmin", "OrdenCompraAdmin", "ProveedorAdmin", "ProveedorProductoAdmin"]
