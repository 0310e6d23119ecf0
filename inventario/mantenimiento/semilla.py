"""Lo que el mantenimiento necesita para partir."""

from inventario.base.tareas import programar


def sembrar() -> None:
    programar(
        nombre="latido", funcion="inventario.mantenimiento.tasks.latir", cada_minutos=1, guardar=False
    )
