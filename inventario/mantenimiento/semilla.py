"""Lo que el mantenimiento necesita para partir."""

from inventario.mantenimiento.programacion import poner


def sembrar() -> None:
    """La agenda de tareas."""
    poner()
