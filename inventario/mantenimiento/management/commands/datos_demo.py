"""``manage.py datos_demo``: una tienda de muestra, con su gente y 90 días de ventas."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventario.base.errores import ErrorDeDominio
from inventario.mantenimiento.cuentas import contrasena_nueva
from inventario.mantenimiento.demo.carga import cargar_demo


class Command(BaseCommand):
    help = "Carga la tienda de muestra. Se puede repetir; no toca una base con ventas reales."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--contrasena", default="", help="La de las cuentas nuevas; si falta, se inventa y se muestra."
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            cargar_demo(
                contrasena=opciones["contrasena"] or contrasena_nueva(),
                ahora=timezone.now(),
                contar=self.stdout.write,
            )
        except ErrorDeDominio as error:
            raise CommandError(error.msg) from error
