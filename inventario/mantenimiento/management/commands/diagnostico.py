"""``manage.py diagnostico``: una página que dice qué anda mal. Termina con código 1 si algo lo está."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventario.mantenimiento.diagnostico import Estado, diagnosticar


class Command(BaseCommand):
    help = "Revisa versiones, base, Redis, tareas, respaldos, disco, reloj, migraciones y cuentas."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rapido", action="store_true", help="Sin recorrer las cuentas enteras.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        colores = {
            Estado.BIEN: self.style.SUCCESS, Estado.OJO: self.style.WARNING, Estado.MAL: self.style.ERROR,
        }
        malos = 0
        for hallazgo in diagnosticar(ahora=timezone.now(), rapido=opciones["rapido"]):
            malos += hallazgo.estado == Estado.MAL
            self.stdout.write(
                f"{colores[hallazgo.estado](f'{hallazgo.estado:<5}')} {hallazgo.que:<28} {hallazgo.detalle}"
            )
        if malos:
            raise CommandError(f"{malos} cosas andan mal")
        self.stdout.write("Todo anda bien")
