"""``manage.py exportar_productos archivo``: el catálogo a CSV o XLSX, listo para volver a importar."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from inventario.base.fechas import dia_de
from productos.consultas.exportacion import filas_de_productos
from productos.planilla.escritura import escribir_xlsx, lineas_csv


class Command(BaseCommand):
    help = "Escribe todos los productos en una planilla, CSV o XLSX según su extensión."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archivo", type=Path)

    def handle(self, *args: Any, archivo: Path, **options: Any) -> None:
        filas = filas_de_productos(dia_de(timezone.now()))
        if archivo.suffix.lower() == ".xlsx":
            escribir_xlsx(filas, archivo)
        else:
            with archivo.open("w", encoding="utf-8", newline="") as salida:
                salida.writelines(lineas_csv(filas))
        self.stdout.write(f"Productos exportados a {archivo}")
