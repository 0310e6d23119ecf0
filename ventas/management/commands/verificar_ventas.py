"""``manage.py verificar_ventas``: prueba que ventas, pagos, devoluciones y folios cuadran."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ventas.verificacion import problemas_de_ventas


class Command(BaseCommand):
    help = "Comprueba folios, pagos, líneas, devoluciones y kardex de todas las ventas. No escribe nada."

    def handle(self, *args: Any, **opciones: Any) -> None:
        cuantos = 0
        for problema in problemas_de_ventas():
            cuantos += 1
            self.stdout.write(problema)
        if cuantos:
            raise CommandError(f"{cuantos} problemas en las ventas")
        self.stdout.write("Las ventas cuadran: folios, pagos, líneas, devoluciones y kardex")
