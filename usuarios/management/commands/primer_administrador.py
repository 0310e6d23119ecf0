"""``manage.py primer_administrador``: la primera cuenta de una tienda nueva. Repetirlo no hace nada."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventario.base.errores import ErrorDeDominio
from inventario.base.rut import canonico, con_formato
from usuarios.semilla import crear_primer_administrador


class Command(BaseCommand):
    help = "Crea el primer Administrador con ADMIN_RUT y ADMIN_CONTRASENA, si aún no hay ninguno."

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            cuenta = crear_primer_administrador(
                rut=canonico(settings.ADMIN_RUT) if settings.ADMIN_RUT else "",
                contrasena=settings.ADMIN_CONTRASENA,
                ahora=timezone.now(),
            )
        except ValueError as error:
            raise CommandError(f"ADMIN_RUT no sirve: {error}") from None
        except ErrorDeDominio as error:
            detalle = " ".join(m for mensajes in error.errores.values() for m in mensajes)
            raise CommandError(
                f"No se pudo crear el primer Administrador: {detalle or error.msg}\n"
                "Corrija ADMIN_RUT y ADMIN_CONTRASENA en el entorno o en .env y vuelva a partir."
            ) from None
        if cuenta is None:
            return
        contrasena = (
            f"{cuenta.contrasena}   (se muestra sólo esta vez: anótela)"
            if cuenta.contrasena
            else "la de ADMIN_CONTRASENA"
        )
        self.stdout.write(
            "Primer Administrador de la tienda:\n"
            f"  RUT:        {con_formato(cuenta.rut)}\n"
            f"  Contraseña: {contrasena}"
        )
