"""Casos de uso: cobrar una venta y devolverla."""

from ventas.servicios.devolucion import (
    DevolucionHecha,
    NotaNoExiste,
    ParteDevuelta,
    PedidoDeDevolucion,
    VentaNoExiste,
    devolver,
)
from ventas.servicios.lineas import LineaPedida
from ventas.servicios.venta import PedidoDeVenta, VentaHecha, vender

__all__ = [
    "DevolucionHecha",
    "LineaPedida",
    "NotaNoExiste",
    "ParteDevuelta",
    "PedidoDeDevolucion",
    "PedidoDeVenta",
    "VentaHecha",
    "VentaNoExiste",
    "devolver",
    "vender",
]
