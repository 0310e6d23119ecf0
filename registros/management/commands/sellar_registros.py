"""``manage.py sellar_registros``: sella ahora lo que la tarea sellaría en el próximo minuto."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registros.cadena import sellar_pendientes
from registros.progreso import Barra


class Command(BaseCommand):
    help = "Sella los registros confirmados que todavía no están en la cadena."

    def handle(self, *args: Any, **opciones: Any) -> None:
        barra = Barra("Sellando")
        cuantos = sellar_pendientes(reloj=timezone.now, desde_el_principio=True, progreso=barra)
        barra.cerrar()
        self.stdout.write(f"{cuantos} registros sellados")
