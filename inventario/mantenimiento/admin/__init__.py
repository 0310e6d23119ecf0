"""La tienda y sus tareas programadas en el admin."""

from inventario.mantenimiento.admin.tareas import ProgramadaAdmin
from inventario.mantenimiento.admin.tienda import TasaIVAAdmin, TiendaAdmin

__all__ = ["ProgramadaAdmin", "TasaIVAAdmin", "TiendaAdmin"]
