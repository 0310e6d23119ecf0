"""``manage.py verificar_inventario``: cada stock es la suma de su kardex, o se dice cuál no."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from productos.models import Producto
from productos.verificacion import verificar_inventario


class Command(BaseCommand):
    help = "Prueba que stock, valor y costo de cada producto son los que su kardex deja."

    def handle(self, *args: Any, **options: Any) -> None:
        difieren = 0
        for diferencia in verificar_inventario():
            difieren += 1
            problemas = "; ".join(diferencia.problemas)
            self.stdout.write(f"{diferencia.producto_id} {diferencia.nombre}: {problemas}")
        total = Producto.objects.count()
        if difieren:
            raise CommandError(f"{difieren} de {total} productos no calzan con su kardex")
        self.stdout.write(f"{total} productos: el stock es lo que dice el kardex")
