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
from compras.servicios.ordenes import (
    PedidoOrden,
    Recepcion,
    cerrar_orden,
    crear_orden,
    editar_orden,
    enviar_orden,
    recibir_orden,
    sugerir_orden,
)
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
    "PedidoOrden",
    "ProductoOfrecido",
    "ProveedorDuplicado",
    "Recepcion",
    "anular_compra",
    "cerrar_orden",
    "comprar",
    "crear_orden",
    "crear_proveedor",
    "desactivar_proveedor",
    "editar_orden",
    "editar_proveedor",
    "enviar_orden",
    "fijar_productos",
    "recibir_orden",
    "sugerir_orden",
]
