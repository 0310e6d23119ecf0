"""``manage.py restaurar archivo``: pone un respaldo en una base vacía y prueba que todo cuadra.

Termina con código 1 si no se pudo, o si algo de lo restaurado no cuadra.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from inventario.mantenimiento.respaldo import ErrorDeRespaldo, respaldar, restaurar


class Command(BaseCommand):
    help = "Restaura un respaldo en una base vacía, con la tienda detenida, y prueba que todo cuadra."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archivo", type=Path)
        parser.add_argument(
            "--reemplazar",
            action="store_true",
            help="Si la base no está vacía, la respalda, la vacía y pone ésta en su lugar.",
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            if opciones["reemplazar"] and "django_migrations" in connection.introspection.table_names():
                # Sin rotar: podría borrar justo el archivo que se va a restaurar.
                previo = respaldar(ahora=timezone.now(), rotando=False)
                self.stdout.write(f"Lo que había quedó en {previo.ruta}")
            hecho = restaurar(
                origen=opciones["archivo"], reemplazar=opciones["reemplazar"], decir=self.stdout.write
            )
        except ErrorDeRespaldo as error:
            raise CommandError(str(error)) from error
        for problema in hecho.problemas:
            self.stdout.write(problema)
        if hecho.problemas:
            raise CommandError("Se restauró, pero hay cuentas que no cuadran")
        self.stdout.write(
            f"Restaurado el respaldo del {hecho.manifiesto.creado}: {hecho.filas} filas en "
            f"{len(hecho.manifiesto.filas)} tablas; folios, pagos, kardex, resúmenes y cadena cuadran"
        )
