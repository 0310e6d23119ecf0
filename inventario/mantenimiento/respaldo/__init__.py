"""Respaldar y restaurar la tienda entera: un archivo, con su manifiesto y sus sumas."""

from inventario.mantenimiento.respaldo.errores import ErrorDeRespaldo
from inventario.mantenimiento.respaldo.restauracion import Restauracion, restaurar
from inventario.mantenimiento.respaldo.servicios import Respaldo, guardados, respaldar

__all__ = ["ErrorDeRespaldo", "Respaldo", "Restauracion", "guardados", "respaldar", "restaurar"]
