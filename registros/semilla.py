"""Lo que los registros necesitan para partir."""

from inventario.base.tareas import programar


def sembrar() -> None:
    programar(nombre="sellar registros", funcion="registros.tasks.sellar", cada_minutos=1, guardar=False)
