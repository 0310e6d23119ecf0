"""Ventas, devoluciones, folios y cajas en el admin."""

from ventas.admin.caja import AutorizacionAdmin, CajaAdmin, TurnoCajaAdmin
from ventas.admin.documentos import CorrelativoFolioAdmin, DevolucionAdmin, VentaAdmin
from ventas.admin.pendientes import ProductoPendienteAdmin

__all__ = [
    "AutorizacionAdmin",
    "CajaAdmin",
    "CorrelativoFolioAdmin",
    "DevolucionAdmin",
    "ProductoPendienteAdmin",
    "TurnoCajaAdmin",
    "VentaAdmin",
]
