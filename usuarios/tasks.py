"""Tareas de fondo de los usuarios."""

from django.utils import timezone

from usuarios.freno import olvidar_frenos
from usuarios.sesiones import borrar_sesiones_viejas


def limpiar() -> str:
    """Borra frenos de ingreso olvidados y sesiones terminadas hace tiempo."""
    ahora = timezone.now()
    frenos, sesiones = olvidar_frenos(ahora=ahora), borrar_sesiones_viejas(ahora=ahora)
    return f"{frenos} frenos y {sesiones} sesiones"
