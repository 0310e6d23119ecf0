"""Tareas de fondo de las ventas."""

from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from ventas.privacidad import olvidar_facturas_viejas


def olvidar_facturas() -> str:
    """Cada mes: el nombre de los anonimizados, en lo que ya no hay que guardar."""
    cuantas = olvidar_facturas_viejas(actor=Actor.sistema(puerta=Puerta.TAREA), ahora=timezone.now())
    return f"{cuantas} documentos"
