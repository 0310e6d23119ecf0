"""Lecturas de las compras: con lo relacionado cargado y un número constante de consultas; nunca escriben."""

from compras.consultas.compras import (
    CompraNoEncontrada,
    ProveedorNoEncontrado,
    buscar_compras,
    buscar_proveedores,
    coincide_proveedor,
    compra_cargada,
    leer_productos,
    productos_de_proveedor,
    proveedor_nombrado,
    proveedor_por_id,
    tasa_iva,
)
from compras.consultas.ordenes import (
    LineaSugerida,
    OrdenNoEncontrada,
    buscar_ordenes,
    codigos_del_proveedor,
    orden_cargada,
    sugerencia,
)

__all__ = [
    "CompraNoEncontrada",
    "LineaSugerida",
    "OrdenNoEncontrada",
    "ProveedorNoEncontrado",
    "buscar_compras",
    "buscar_ordenes",
    "buscar_proveedores",
    "codigos_del_proveedor",
    "coincide_proveedor",
    "compra_cargada",
    "leer_productos",
    "orden_cargada",
    "productos_de_proveedor",
    "proveedor_nombrado",
    "proveedor_por_id",
    "sugerencia",
    "tasa_iva",
]
