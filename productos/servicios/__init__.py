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
from productos.servicios.pendientes import (
    PendienteNoExiste,
    aprobar_pendiente,
    enviar_pendiente,
    preparar_foto,
    rechazar_pendiente,
)
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
    "PendienteNoExiste",
    "PreciosCambiados",
    "ProductoNoEncontrado",
    "abrir_conteo",
    "ajustar_stock",
    "anular_conteo",
    "aprobar_pendiente",
    "cerrar_conteo",
    "crear_categoria",
    "crear_producto",
    "desactivar_producto",
    "editar_producto",
    "enviar_pendiente",
    "leer_en_conteo",
    "preparar_foto",
    "programar_precio",
    "quitar_precio_programado",
    "reajustar_precios",
    "rechazar_pendiente",
    "renombrar_categoria",
    "repartir_en_lotes",
]
