"""Tareas de fondo del mantenimiento."""

from django.utils import timezone

from inventario.mantenimiento.models import Latido

TRABAJADOR = "tareas"


def latir() -> None:
    """Prueba de vida del trabajador de tareas; ``/salud`` mira cuándo fue la última."""
    Latido.objects.update_or_create(nombre=TRABAJADOR, defaults={"momento": timezone.now()})
