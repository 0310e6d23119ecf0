"""La página de inicio y los informes con un millón de ventas: cuánto tardan y cuántas consultas hacen.

    python benchmarks/inicio_millon.py [--ventas 1000000] [--productos 5000] [--json salida.json]

Usa la base que digan los ajustes (DB_HOST, o DB_ARCHIVO): una vacía, que no sea la de la tienda. Si ya
tiene ventas no agrega, sólo mide.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RAIZ), str(RAIZ / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402

VECES = 15
LIMITE_INICIO_MS = 300


def preparar(ventas: int, productos: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone
    from llenado import llenar

    from inventario.base.fechas import dia_de
    from ventas.models import Venta

    call_command("migrate", verbosity=0)
    if Venta.objects.exists():
        print(f"La base ya tiene {Venta.objects.count():,} ventas: sólo se mide")
        return
    inicio = time.perf_counter()
    llenar(ventas=ventas, productos=productos, dias=365, hasta=dia_de(timezone.now()))
    print(f"{ventas:,} ventas escritas en {time.perf_counter() - inicio:.0f} s")
    inicio = time.perf_counter()
    call_command("reconstruir_resumenes", stdout=open(os.devnull, "w"))  # noqa: SIM115
    print(f"reconstruir_resumenes: {time.perf_counter() - inicio:.0f} s")


def medir(direcciones: list[str]) -> list[dict[str, object]]:
    """Mediana y peor de ``VECES`` de cada dirección, con la sesión y la plantilla incluidas."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from usuarios.models import Usuario

    duena, _ = Usuario.objects.get_or_create(
        rut="111111111", defaults={"nombre": "Dueña", "apellido": "De Prueba", "rol": 1, "is_superuser": True}
    )
    cliente = Client(headers={"host": "localhost"})
    cliente.force_login(duena)
    filas: list[dict[str, object]] = []
    for direccion in direcciones:
        with CaptureQueriesContext(connection) as consultas:
            respuesta = cliente.get(direccion)
            # Aquí adentro: la petición siguiente vacía la cuenta.
            cuantas = len(consultas)
        if respuesta.status_code != 200:
            raise SystemExit(f"{direccion} respondió {respuesta.status_code}")
        veces = VECES if direccion == "/admin/" else 3
        tiempos = []
        for _ in range(veces):
            inicio = time.perf_counter()
            cliente.get(direccion)
            tiempos.append((time.perf_counter() - inicio) * 1000)
        filas.append({
            "direccion": direccion,
            "mediana_ms": round(statistics.median(tiempos), 1),
            "peor_ms": round(max(tiempos), 1),
            "consultas": cuantas,
            "kb": round(len(respuesta.content) / 1024, 1),
        })
    return filas


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__)
    opciones.add_argument("--ventas", type=int, default=1_000_000)
    opciones.add_argument("--productos", type=int, default=5_000)
    opciones.add_argument("--json", type=Path)
    pedido = opciones.parse_args()
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    preparar(pedido.ventas, pedido.productos)
    from inventario.panel.informes.catalogo import INFORMES

    filas = medir(["/admin/", *(f"/admin/informes/{informe.slug}/" for informe in INFORMES)])
    print(f"{'dirección':44}{'mediana':>10}{'peor':>10}{'consultas':>11}{'kB':>8}")
    for fila in filas:
        direccion, mediana, peor, consultas, kb = fila.values()
        print(f"{direccion:44}{mediana:>7} ms{peor:>7} ms{consultas:>11}{kb:>8}")
    if pedido.json:
        pedido.json.write_text(json.dumps(filas, indent=2, ensure_ascii=False))
    if filas[0]["mediana_ms"] > LIMITE_INICIO_MS:  # type: ignore[operator]
        raise SystemExit(f"El inicio pasa de {LIMITE_INICIO_MS} ms")


if __name__ == "__main__":
    main()
