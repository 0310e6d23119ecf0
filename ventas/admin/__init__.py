"""Ventas, devoluciones, folios y cajas en el admin."""

from ventas.admin.caja import CajaAdmin, TurnoCajaAdmin
from ventas.admin.documentos import CorrelativoFolioAdmin, DevolucionAdmin, VentaAdmin

__all__ = ["CajaAdmin", "CorrelativoFolioAdmin", "DevolucionAdmin", "TurnoCajaAdmin", "VentaAdmin"]
