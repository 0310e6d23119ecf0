"""``manage.py tienda_nueva``: las reglas de caja con que parte una tienda que todavía no vende."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.errores import ErrorDeDominio
from inventario.mantenimiento.tienda import estrenar_tienda


class Command(BaseCommand):
    help = (
        "En una tienda sin ventas: exigir turno, límite al descuento del Cajero y anular con permiso. "
        "Repetirlo no hace nada; después se cambian en el admin, en Tienda."
    )

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            estrenar_tienda(actor=Actor.sistema(puerta=Puerta.COMANDO), ahora=timezone.now())
        except ErrorDeDominio as error:
            raise CommandError(error.msg) from error
