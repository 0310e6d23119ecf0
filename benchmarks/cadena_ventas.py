"""Ventas por segundo con la cadena de registros y sin ella: cuánto le cuesta a una caja que se audite.

    python benchmarks/cadena_ventas.py [--clientes 8] [--segundos 10] [--pares 7] [--json salida.json]

Usa la base que digan los ajustes (DB_HOST, o DB_ARCHIVO): una vacía, que no sea la de la tienda.
Cada par son dos tandas seguidas de ventas de 5 líneas por ``ventas.servicios.vender``: en una, otro
proceso sella sin parar lo que se va confirmando (en la tienda, una tarea cada minuto); en la otra nadie
sella. El orden dentro del par se alterna. Lo que queda sin sellar se sella entre tandas, sin medir.
"""

import argparse
import json
import multiprocessing as mp
import os
import random
import resource
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

RAIZ = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RAIZ))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402

PRODUCTOS = 500
LINEAS = 5
SELLA_CADA_S = 1.0


def preparar(cajas: int) -> tuple[list[int], list[int]]:
    """Productos con stock de sobra y un cajero por caja; devuelve sus ids."""
    from django.core.management import call_command
    from django.utils import timezone

    from inventario.base.actor import Actor, Puerta, Rol
    from productos.models import Producto
    from productos.servicios import DatosProducto, crear_categoria, crear_producto
    from usuarios.models import Usuario

    call_command("migrate", verbosity=0)
    sistema = Actor.sistema(puerta=Puerta.COMANDO)
    if not Producto.objects.exists():
        crear_categoria(nombre="Carga", actor=sistema, ahora=timezone.now())
        for n in range(PRODUCTOS):
            crear_producto(
                datos=DatosProducto(
                    nombre=f"Producto {n}", categoria="Carga", codigo_barras=f"CARGA-{n}",
                    precio_venta=1000 + n, stock=Decimal(9_000_000), costo=Decimal(500),
                ),
                actor=sistema, ahora=timezone.now(),
            )
    for n in range(cajas):
        Usuario.objects.get_or_create(
            rut=f"{n + 1}K", defaults={"nombre": "Caja", "apellido": str(n), "rol": Rol.CAJERO}
        )
    cajeros = Usuario.objects.filter(nombre="Caja").order_by("pk").values_list("pk", flat=True)
    return list(Producto.objects.values_list("pk", flat=True)), list(cajeros[:cajas])


def caja(cajero: int, productos: list[int], partida: Any, segundos: float, cola: Any) -> None:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from inventario.base.actor import Actor, Puerta, Rol
    from ventas.models import FormaPago
    from ventas.reglas.pagos import PagoPedido
    from ventas.servicios import LineaPedida, PedidoDeVenta, vender

    connection.ensure_connection()
    actor = Actor(puerta=Puerta.API, usuario_id=cajero, rol=Rol.CAJERO, nombre="Caja", ip="10.0.0.1")
    azar = random.Random(cajero)  # noqa: S311 - elegir productos no es criptografía
    partida.wait()
    hechas, fin = 0, time.monotonic() + segundos
    while time.monotonic() < fin:
        lineas = [
            LineaPedida(id_producto=p, cantidad=Decimal(1)) for p in azar.sample(productos, LINEAS)
        ]
        pedido = PedidoDeVenta(lineas=lineas, pagos=[PagoPedido(forma=FormaPago.DEBITO)])
        vender(actor=actor, pedido=pedido, ahora=timezone.now())
        hechas += 1
    cola.put(hechas)


def sellador(partida: Any, segundos: float, cola: Any) -> None:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from registros.cadena import sellar_pendientes

    connection.ensure_connection()
    partida.wait()
    fin, sellados = time.monotonic() + segundos, 0
    while time.monotonic() < fin:
        sellados += sellar_pendientes(reloj=timezone.now)
        time.sleep(SELLA_CADA_S)
    uso = resource.getrusage(resource.RUSAGE_SELF)
    cola.put((sellados, uso.ru_utime + uso.ru_stime))


def tanda(cajeros: list[int], productos: list[int], *, segundos: float, sellar: bool) -> float:
    """Ventas por segundo."""
    from django.utils import timezone

    from registros.cadena import sellar_pendientes

    sellar_pendientes(reloj=timezone.now)
    contexto = mp.get_context("spawn")
    partida, ventas, sellos = contexto.Event(), contexto.Queue(), contexto.Queue()
    procesos = [
        contexto.Process(target=caja, args=(cajero, productos, partida, segundos, ventas))
        for cajero in cajeros
    ]
    if sellar:
        procesos.append(contexto.Process(target=sellador, args=(partida, segundos, sellos)))
    for proceso in procesos:
        proceso.start()
    time.sleep(6)
    partida.set()
    hechas = sum(ventas.get() for _ in cajeros)
    if sellar:
        sellados, cpu = sellos.get()
        print(f"    selló {sellados}; CPU del sellador desde que nació: {cpu:.2f} s", flush=True)
    for proceso in procesos:
        proceso.join()
    return hechas / segundos


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("--clientes", type=int, default=8)
    opciones.add_argument("--segundos", type=float, default=10)
    opciones.add_argument("--pares", type=int, default=7)
    opciones.add_argument("--json", type=Path)
    args = opciones.parse_args()
    django.setup()
    from django.db import connection

    productos, cajeros = preparar(args.clientes)
    con, sin = [], []
    for par in range(args.pares):
        for sellar in (True, False) if par % 2 else (False, True):
            ritmo = tanda(cajeros, productos, segundos=args.segundos, sellar=sellar)
            (con if sellar else sin).append(ritmo)
            print(f"par {par + 1} {'con' if sellar else 'sin'} cadena {ritmo:7.1f} ventas/s", flush=True)
    razones = [c / s for c, s in zip(con, sin, strict=True)]
    resultado = {
        "base": connection.vendor,
        "clientes": args.clientes,
        "con": statistics.median(con),
        "sin": statistics.median(sin),
        "razon": statistics.median(razones),
        "razones": [round(r, 3) for r in sorted(razones)],
    }
    print(
        f"\n{resultado['base']}, {args.clientes} cajas, ventas de {LINEAS} líneas, {args.pares} pares\n"
        f"  sin cadena  {resultado['sin']:7.1f} ventas/s (de {min(sin):.1f} a {max(sin):.1f})\n"
        f"  con cadena  {resultado['con']:7.1f} ventas/s (de {min(con):.1f} a {max(con):.1f})\n"
        f"  razón       {resultado['razon']:.3f} (mediana de los pares: {resultado['razones']})"
    )
    if args.json:
        args.json.write_text(json.dumps(resultado, indent=2) + "\n")


if __name__ == "__main__":
    main()
