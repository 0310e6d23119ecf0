"""Casos de uso de las compras: lo que la API y el admin llaman."""

from compras.servicios.compras import (
    CompraYaAnulada,
    CompraYaVendida,
    DocumentoRepetido,
    PedidoCompra,
    anular_compra,
    comprar,
)
from compras.servicios.lineas import LineaPedida, LineasInvalidas
from compras.servicios.proveedores import (
    DatosProveedor,
    ProductoOfrecido,
    ProveedorDuplicado,
    crear_proveedor,
    desactivar_proveedor,
    editar_proveedor,
    fijar_productos,
)

__all__ = [
    "CompraYaAnulada",
    "CompraYaVendida",
    "DatosProveedor",
    "DocumentoRepetido",
    "LineaPedida",
    "LineasInvalidas",
    "PedidoCompra",
    "ProductoOfrecido",
    "ProveedorDuplicado",
    "anular_compra",
    "comprar",
    "crear_proveedor",
    "desactivar_proveedor",
    "editar_proveedor",
    "fijar_productos",
]
