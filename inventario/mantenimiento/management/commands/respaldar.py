"""``manage.py respaldar``: guarda un respaldo ahora. La tienda puede seguir vendiendo."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventario.mantenimiento.respaldo import ErrorDeRespaldo, respaldar


class Command(BaseCommand):
    help = "Guarda la base entera en un archivo comprimido y con sus sumas; borra los respaldos que sobran."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--carpeta", type=Path, help="Dónde, en vez de RESPALDOS_DIR.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        partio = time.monotonic()
        try:
            respaldo = respaldar(ahora=timezone.now(), carpeta=opciones["carpeta"])
        except ErrorDeRespaldo as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{respaldo.ruta} ({respaldo.tamano / 2**20:.1f} MB, {time.monotonic() - partio:.1f} s)"
        )
