"""Tareas de fondo de los registros."""

from django.utils import timezone

from registros.cadena import sellar_pendientes


def sellar() -> int:
    """Cada minuto: pone en la cadena lo confirmado. Devuelve cuántos registros selló."""
    return sellar_pendientes(reloj=timezone.now)
