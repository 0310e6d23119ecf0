"""Tareas de fondo de los usuarios."""

from django.utils import timezone

from usuarios.freno import olvidar_frenos
from usuarios.notificaciones import borrar_leidas_viejas
from usuarios.sesiones import borrar_sesiones_viejas


def limpiar() -> str:
    """Borra frenos de ingreso olvidados, sesiones terminadas hace tiempo y notificaciones ya leídas."""
    ahora = timezone.now()
    frenos, sesiones = olvidar_frenos(ahora=ahora), borrar_sesiones_viejas(ahora=ahora)
    leidas = borrar_leidas_viejas(ahora=ahora)
    return f"{frenos} frenos, {sesiones} sesiones y {leidas} notificaciones"
