"""``manage.py reconstruir_resumenes``: vuelve a sumar los resúmenes de ventas, y a contar el catálogo."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from inventario.base.fechas import dia_de
from productos.disparadores import rehacer
from ventas.recientes import recientes_cuadran, resumir_recientes
from ventas.resumenes import dias_con_movimiento, dias_distintos, reconstruir_dia


class Command(BaseCommand):
    help = (
        "Vuelve a sumar los resúmenes de ventas, día por día, desde las ventas y notas de crédito. "
        "También cuenta otra vez los productos, y copia sus códigos y su último precio. "
        "Se puede correr mientras se vende."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--desde", type=date.fromisoformat, help="Primer día, AAAA-MM-DD.")
        parser.add_argument("--hasta", type=date.fromisoformat, help="Último día, AAAA-MM-DD.")
        parser.add_argument(
            "--verificar", action="store_true", help="Sólo dice qué días no cuadran; no escribe."
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        if not opciones["verificar"]:
            rehacer(connection)
        extremos = dias_con_movimiento()
        if extremos is None:
            self.stdout.write("No hay ventas que resumir")
            return
        desde = opciones["desde"] or extremos[0]
        hasta = opciones["hasta"] or extremos[1]
        if opciones["verificar"]:
            self._verificar(desde, hasta)
            return
        corregidos = 0
        for n in range((hasta - desde).days + 1):
            dia = desde + timedelta(days=n)
            if reconstruir_dia(dia=dia):
                corregidos += 1
                self.stdout.write(f"{dia}: corregido")
        resumir_recientes(hoy=dia_de(timezone.now()))
        self.stdout.write(f"Listo: {corregidos} días corregidos del {desde} al {hasta}")

    def _verificar(self, desde: date, hasta: date) -> None:
        if not recientes_cuadran(hoy=dia_de(timezone.now())):
            raise CommandError(
                "No cuadra la suma de los últimos días. Para rehacerla: "
                "python manage.py reconstruir_resumenes"
            )
        if distintos := dias_distintos(desde=desde, hasta=hasta):
            raise CommandError(
                "No cuadran los resúmenes de: " + ", ".join(map(str, distintos))
                + ". Para rehacerlos: python manage.py reconstruir_resumenes"
            )
        self.stdout.write(f"Todo cuadra del {desde} al {hasta}")
