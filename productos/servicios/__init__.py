"""Casos de uso del catálogo: lo que las puertas y las demás aplicaciones llaman."""

from productos.servicios.catalogo import (
    CambiosProducto,
    DatosProducto,
    ProductoNoEncontrado,
    crear_producto,
    desactivar_producto,
    editar_producto,
)
from productos.servicios.categorias import CategoriaDuplicada, crear_categoria, renombrar_categoria
from productos.servicios.codigos import CodigoDuplicado

__all__ = [
    "CambiosProducto",
    "CategoriaDuplicada",
    "CodigoDuplicado",
    "DatosProducto",
    "ProductoNoEncontrado",
    "crear_categoria",
    "crear_producto",
    "desactivar_producto",
    "editar_producto",
    "renombrar_categoria",
]
