"""``manage.py eliminar_descuentos_vencidos``: lo mismo que la tarea de cada noche, a mano."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import hasta_agotar
from productos.servicios.descuentos import descuentos_vencidos, quitar_descuentos_vencidos


class Command(BaseCommand):
    help = "Borra los descuentos cuyo último día ya pasó; de cada uno queda un registro."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--simular", action="store_true", help="Sólo los muestra; no borra nada.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        ahora = timezone.now()
        if opciones["simular"]:
            vencidos = descuentos_vencidos(dia_de(ahora)).select_related("producto")
            for descuento in vencidos:
                self.stdout.write(
                    f"{descuento.producto.nombre}: {sin_ceros(descuento.porcentaje)} % "
                    f"hasta el {descuento.ultimo_dia:%d-%m-%Y}"
                )
            self.stdout.write(f"Se borrarían {len(vencidos)} descuentos")
            return
        sistema = Actor.sistema(puerta=Puerta.COMANDO)
        cuantos = hasta_agotar(lambda: quitar_descuentos_vencidos(actor=sistema, ahora=ahora))
        self.stdout.write(f"{cuantos} descuentos borrados")
