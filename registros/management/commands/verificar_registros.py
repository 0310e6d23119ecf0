"""``manage.py verificar_registros``: recorre la cadena y nombra el primer eslabón roto.

Termina con código 1 si algo no calza, para que un cron o un respaldo lo note.
"""

import argparse
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registros.archivo import ArchivoAlterado, verificar_archivos
from registros.cadena import Ancla, sellar_pendientes, verificar
from registros.progreso import Barra


def _ancla(texto: str) -> Ancla:
    forma = re.fullmatch(r"([1-9][0-9]*):([0-9a-f]{64})", texto)
    if forma is None:
        raise argparse.ArgumentTypeError("debe tener la forma SECUENCIA:HASH")
    return Ancla(secuencia=int(forma[1]), hash=forma[2])


class Command(BaseCommand):
    help = "Recorre la cadena de registros entera y nombra el primer eslabón roto."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--ancla", type=_ancla, help="SECUENCIA:HASH anotada antes; la cadena debe pasar por ella."
        )
        parser.add_argument(
            "--archivos", type=Path, metavar="CARPETA",
            help="Lee también los archivos firmados y comprueba que calzan.",
        )
        parser.add_argument(
            "--sin-sellar", action="store_true", help="Sólo lee: no sella antes lo que falte."
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        if not opciones["sin_sellar"]:
            sellar_pendientes(reloj=timezone.now, desde_el_principio=True)
        barra = Barra("Verificando")
        resultado = verificar(ancla=opciones["ancla"], progreso=barra)
        barra.cerrar()
        if resultado.rotura:
            raise CommandError(f"La cadena está rota en el {resultado.rotura}")
        if resultado.disparadores_faltantes:
            raise CommandError(
                "A la base le faltan disparadores que protegen los registros: "
                f"{', '.join(sorted(resultado.disparadores_faltantes))}. Reponga con manage.py migrate."
            )
        if opciones["archivos"]:
            try:
                cuantos = verificar_archivos(opciones["archivos"])
            except ArchivoAlterado as error:
                raise CommandError(error.msg) from error
            self.stdout.write(f"{cuantos} archivos íntegros, y calzan con la base.")
        self.stdout.write(
            f"Cadena íntegra: {resultado.revisados} registros revisados, {resultado.archivados} en archivos, "
            f"{resultado.borrados} con datos personales borrados.\n"
            f"Ancla: {resultado.cabeza.secuencia}:{resultado.cabeza.hash}"
        )
