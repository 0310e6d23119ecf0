"""Casos de uso: cobrar una venta y devolverla; las cajas y sus turnos."""

from ventas.servicios.caja import (
    TurnoNoExiste,
    abrir_turno,
    cerrar_turno,
    crear_caja,
    editar_caja,
    mover_efectivo,
)
from ventas.servicios.devolucion import (
    DevolucionHecha,
    NotaNoExiste,
    ParteDevuelta,
    PedidoDeDevolucion,
    VentaNoExiste,
    devolver,
)
from ventas.servicios.lineas import LineaPedida, Miscelaneo, MiscelaneoNoPermitido
from ventas.servicios.venta import PedidoDeVenta, VentaHecha, vender

__all__ = [
    "DevolucionHecha",
    "LineaPedida",
    "Miscelaneo",
    "MiscelaneoNoPermitido",
    "NotaNoExiste",
    "ParteDevuelta",
    "PedidoDeDevolucion",
    "PedidoDeVenta",
    "TurnoNoExiste",
    "VentaHecha",
    "VentaNoExiste",
    "abrir_turno",
    "cerrar_turno",
    "crear_caja",
    "devolver",
    "editar_caja",
    "mover_efectivo",
    "vender",
]
