"""El traslado de SQLite a MariaDB con un millón de ventas: cuánto tarda y cuánta memoria pide.

    DATOS_DIR=/tmp/millon python benchmarks/traslado_millon.py --llenar      (sin DB_HOST: crea el origen)
    DB_HOST=… DB_NAME=vacia python benchmarks/traslado_millon.py /tmp/millon/inventario.sqlite3
"""

import argparse
import os
import resource
import sys
import time
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RAIZ), str(RAIZ / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402


def main() -> None:
    argumentos = argparse.ArgumentParser()
    argumentos.add_argument("origen", nargs="?", type=Path)
    argumentos.add_argument("--llenar", action="store_true")
    argumentos.add_argument("--ventas", type=int, default=1_000_000)
    opciones = argumentos.parse_args()
    django.setup()
    partio = time.monotonic()
    if opciones.llenar:
        from django.core.management import call_command
        from django.utils import timezone
        from llenado import llenar

        from inventario.base.fechas import dia_de

        call_command("migrate", verbosity=0)
        llenar(ventas=opciones.ventas, productos=5_000, dias=365, hasta=dia_de(timezone.now()))
        print(f"{opciones.ventas:,} ventas escritas en {time.monotonic() - partio:.0f} s")
        return
    from inventario.mantenimiento.traslado import trasladar
    from registros.progreso import Barra

    filas = trasladar(origen=opciones.origen, progreso=Barra("Trasladando"))
    memoria = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{sum(filas.values()):,} filas ({filas['ventas_venta']:,} ventas), copiadas y comprobadas en "
        f"{time.monotonic() - partio:.0f} s; memoria máxima {memoria} MB"
    )


if __name__ == "__main__":
    main()
