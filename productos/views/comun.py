"""Lo que las vistas del catálogo comparten."""

from django.utils import timezone

from inventario.base.api.esquema import error
from inventario.base.fechas import dia_de
from productos.consultas import resolver_codigos
from productos.servicios import ProductoNoEncontrado

NO_ESTA = error("producto_no_encontrado", "Producto no encontrado")
SIN_STOCK = error(
    "stock_insuficiente",
    "No hay stock suficiente",
    {"12": ["Stock insuficiente de Azúcar granulada 1 kg"]},
)


def id_de(codigo: str) -> int:
    """El id del producto que tiene ``codigo``.

    Raises:
        ProductoNoEncontrado: nadie lo tiene.
    """
    resuelto = resolver_codigos([codigo], dia_de(timezone.now())).get(codigo)
    if resuelto is None:
        raise ProductoNoEncontrado
    return resuelto.producto_id
