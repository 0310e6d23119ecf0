"""``manage.py archivar_registros --antes 2025-01-01``: la retención de la auditoría."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.errores import ErrorDeDominio
from registros.archivo import archivar
from registros.cadena import CadenaRota, sellar_pendientes
from registros.progreso import Barra


def dia(texto: str) -> date:
    try:
        return date.fromisoformat(texto)
    except ValueError:
        raise argparse.ArgumentTypeError("debe ser un día, AAAA-MM-DD") from None


def con_carpeta(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--carpeta", type=Path, default=Path(settings.DATOS_DIR) / "registros",
        help="Dónde están los archivos (por omisión, DATOS_DIR/registros).",
    )


class Command(BaseCommand):
    help = "Saca de la base, a un archivo comprimido y firmado, los registros anteriores a un día."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--antes", type=dia, required=True, help="AAAA-MM-DD; ese día ya no sale.")
        con_carpeta(parser)

    def handle(self, *args: Any, **opciones: Any) -> None:
        sellar_pendientes(reloj=timezone.now, desde_el_principio=True)
        barra = Barra("Archivando")
        try:
            archivo = archivar(
                antes=opciones["antes"],
                carpeta=opciones["carpeta"],
                actor=Actor.sistema(puerta=Puerta.COMANDO),
                ahora=timezone.now(),
                progreso=barra,
            )
        except CadenaRota as error:
            raise CommandError(f"No se archivó nada: la cadena está rota en el {error}") from error
        except ErrorDeDominio as error:
            raise CommandError(error.msg) from error
        finally:
            barra.cerrar()
        if archivo is None:
            self.stdout.write("No hay registros anteriores a ese día")
            return
        self.stdout.write(
            f"{archivo.hasta - archivo.desde + 1} registros en {opciones['carpeta'] / archivo.nombre}\n"
            f"Ancla: {archivo.hasta}:{archivo.hash}\n"
            "Guarde el archivo y su .firma fuera de este equipo."
        )
