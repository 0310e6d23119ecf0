"""``manage.py depurar_archivos_de_registros``: la anonimización, también en lo ya archivado."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registros.archivo import ArchivoAlterado, depurar
from registros.management.commands.archivar_registros import con_carpeta


class Command(BaseCommand):
    help = "Borra de los archivos de registros los datos personales de los clientes anonimizados."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        con_carpeta(parser)

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            vaciados = depurar(opciones["carpeta"])
        except ArchivoAlterado as error:
            raise CommandError(error.msg) from error
        self.stdout.write(f"{vaciados} registros vaciados")
