"""Casos de uso del catálogo y su stock: lo que las puertas y las demás aplicaciones llaman."""

from productos.servicios.ajustes import ajustar_stock
from productos.servicios.catalogo import (
    CambiosProducto,
    DatosProducto,
    crear_producto,
    desactivar_producto,
    editar_producto,
)
from productos.servicios.categorias import CategoriaDuplicada, crear_categoria, renombrar_categoria
from productos.servicios.codigos import CodigoDuplicado
from productos.servicios.comun import ProductoNoEncontrado
from productos.servicios.conteos import (
    abrir_conteo,
    anular_conteo,
    cerrar_conteo,
    leer_en_conteo,
)
from productos.servicios.lotes import LotePedido, repartir_en_lotes
from productos.servicios.precios import (
    PreciosCambiados,
    programar_precio,
    quitar_precio_programado,
    reajustar_precios,
)

__all__ = [
    "CambiosProducto",
    "CategoriaDuplicada",
    "CodigoDuplicado",
    "DatosProducto",
    "LotePedido",
    "PreciosCambiados",
    "ProductoNoEncontrado",
    "abrir_conteo",
    "ajustar_stock",
    "anular_conteo",
    "cerrar_conteo",
    "crear_categoria",
    "crear_producto",
    "desactivar_producto",
    "editar_producto",
    "leer_en_conteo",
    "programar_precio",
    "quitar_precio_programado",
    "reajustar_precios",
    "renombrar_categoria",
    "repartir_en_lotes",
]
