"""Un millón de registros: cuánto toma sellarlos y verificarlos, y cuánta memoria.

    python benchmarks/cadena_millon.py [--filas 1000000]

Usa la base que digan los ajustes (DB_HOST, o DB_ARCHIVO): una vacía, que no sea la de la tienda.
Si ya tiene registros, no agrega: sólo sella lo que falte y verifica.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RAIZ))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402

LOTE = 2000


def filas(cuantas: int) -> Iterator[object]:
    from django.utils import timezone

    from registros.models import Registro, TipoRegistro

    inicio = timezone.now() - timedelta(seconds=cuantas)
    for n in range(cuantas):
        yield Registro(
            mensaje=f"Venta {n} por $ {n % 90_000 + 100}",
            tipo=TipoRegistro.VENTA,
            fecha_y_hora=inicio + timedelta(seconds=n),
            objeto_tipo="venta",
            objeto_id=n,
            cambios={"stock": [n % 100 + 5, n % 100]},
            puerta="api",
            ip="192.168.1.20",
            dispositivo="Mozilla/5.0 (Linux; Android 14) caja",
            peticion_id=f"{n:032x}",
            busqueda=f"venta {n}",
        )


def memoria_mb() -> int:
    """La máxima de este proceso. No ``getrusage``: ésa hereda la del padre."""
    estado = Path("/proc/self/status").read_text()
    return int(next(linea for linea in estado.splitlines() if linea.startswith("VmHWM")).split()[1]) // 1024


def hijo(orden: str) -> None:
    """Cada medida en su proceso: la memoria máxima es de esa medida y de ninguna otra."""
    django.setup()
    from django.utils import timezone

    from registros.cadena import sellar_pendientes, verificar

    base, antes = memoria_mb(), time.perf_counter()
    if orden == "sellar":
        cuantos = sellar_pendientes(reloj=timezone.now, desde_el_principio=True)
    else:
        resultado = verificar()
        cuantos = resultado.revisados
        if not resultado.integra:
            raise SystemExit(str(resultado.rotura))
    segundos = time.perf_counter() - antes
    print(
        f"{orden:10} {cuantos:>9} filas {segundos:7.1f} s {cuantos / segundos:>9,.0f} filas/s"
        f"   memoria máxima {memoria_mb()} MB (al partir {base} MB)"
    )


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__)
    opciones.add_argument("--filas", type=int, default=1_000_000)
    opciones.add_argument("--hijo", choices=["sellar", "verificar"], help=argparse.SUPPRESS)
    args = opciones.parse_args()
    if args.hijo:
        hijo(args.hijo)
        return
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from registros.models import Registro

    call_command("migrate", verbosity=0)
    if not Registro.objects.exists():
        nuevas = filas(args.filas)
        while lote := list(islice(nuevas, LOTE)):
            Registro.objects.bulk_create(lote)
    print(f"{connection.vendor}: {Registro.objects.count()} registros")
    connection.close()
    for orden in ("sellar", "verificar"):
        subprocess.run([sys.executable, __file__, "--hijo", orden], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
