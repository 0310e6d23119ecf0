"""``manage.py trasladar datos/inventario.sqlite3``: la tienda entera, de la base embebida a MariaDB.

Termina con código 1 si no se pudo, o si algo de lo trasladado no cuadra.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventario.mantenimiento.invariantes import todo_lo_que_no_cuadra
from inventario.mantenimiento.traslado import ErrorDeTraslado, trasladar
from registros.progreso import Barra


class Command(BaseCommand):
    help = "Copia una base embebida a la MariaDB (vacía) de los ajustes y prueba que nada difiere."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("origen", type=Path, help="El archivo SQLite, con la tienda detenida.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        partio = time.monotonic()
        barra = Barra("Trasladando")
        try:
            filas = trasladar(origen=opciones["origen"], progreso=barra)
        except ErrorDeTraslado as error:
            barra.cerrar()
            raise CommandError(str(error)) from error
        barra.cerrar()
        self.stdout.write(
            f"{sum(filas.values())} filas en {len(filas)} tablas, iguales en las dos bases "
            f"({time.monotonic() - partio:.0f} s)"
        )
        problemas = todo_lo_que_no_cuadra()
        for problema in problemas:
            self.stdout.write(problema)
        if problemas:
            raise CommandError("Quedó igual que el origen, y en los dos hay cuentas que no cuadran")
        self.stdout.write("Folios, pagos, kardex, resúmenes y cadena cuadran")
