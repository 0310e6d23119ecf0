"""Ventas por segundo con la cadena de registros y sin ella: cuánto le cuesta a una caja que se audite.

    python benchmarks/cadena_ventas.py [--clientes 8] [--segundos 10] [--pares 20] [--json salida.json]

Usa la base que digan los ajustes (DB_HOST, o DB_ARCHIVO): una vacía, que no sea la de la tienda.
Las cajas viven toda la corrida y venden por turnos: en una tanda otro proceso sella dos veces lo que se va
confirmando (en la tienda, una tarea cada minuto), en la otra nadie sella. El orden dentro del par se
alterna. Lo que queda sin sellar se sella entre tandas, sin medir. La segunda medida, el procesador que
gasta cada venta (cajas, base y sellador), se mueve mucho menos que las ventas por segundo.
"""

import argparse
import json
import multiprocessing as mp
import os
import random
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

RAIZ = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RAIZ), str(RAIZ / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402
from medicion.servicios import cpu_s  # noqa: E402

PRODUCTOS = 500
LINEAS = 5
SELLA_A = (0.5, 0.95)
"""En qué partes de la tanda se sella."""


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


class Control:
    """Lo que comparten el que mide, las cajas y el sellador."""

    def __init__(self, contexto: Any, cajas: int) -> None:
        self.vendiendo, self.fin = contexto.Event(), contexto.Event()
        self.sellar, self.sellado = contexto.Event(), contexto.Event()
        self.listos = contexto.Semaphore(0)
        self.ventas = contexto.Array("q", cajas)


def caja(n: int, cajero: int, productos: list[int], control: Control) -> None:
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
    control.listos.release()
    while not control.fin.is_set():
        if not control.vendiendo.wait(0.05):
            continue
        lineas = [
            LineaPedida(id_producto=p, cantidad=Decimal(1)) for p in azar.sample(productos, LINEAS)
        ]
        pedido = PedidoDeVenta(lineas=lineas, pagos=[PagoPedido(forma=FormaPago.DEBITO)])
        vender(actor=actor, pedido=pedido, ahora=timezone.now())
        control.ventas[n] += 1


def sellador(control: Control) -> None:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from registros.cadena import sellar_pendientes

    connection.ensure_connection()
    control.listos.release()
    while not control.fin.is_set():
        if control.sellar.wait(0.05):
            control.sellar.clear()
            sellar_pendientes(reloj=timezone.now)
            control.sellado.set()


def base_de_datos() -> list[int]:
    """El proceso de MariaDB, si la base es ésa y está en esta máquina."""
    from django.db import connection

    if connection.vendor != "mysql":
        return []
    nombres = {int(p.parent.name): p.read_text().strip() for p in Path("/proc").glob("[0-9]*/comm")}
    return [pid for pid, nombre in nombres.items() if nombre in {"mariadbd", "mysqld"}]


def tanda(control: Control, pids: list[int], *, segundos: float, sellar: bool) -> tuple[float, float]:
    """Ventas por segundo, y milisegundos de procesador por venta."""
    control.sellado.clear()
    control.sellar.set()
    control.sellado.wait()
    antes, gastado, partida = sum(control.ventas), sum(map(cpu_s, pids)), time.monotonic()
    control.vendiendo.set()
    for parte in SELLA_A:
        time.sleep(max(0, partida + segundos * parte - time.monotonic()))
        if sellar:
            control.sellado.clear()
            control.sellar.set()
    time.sleep(max(0, partida + segundos - time.monotonic()))
    control.vendiendo.clear()
    duro = time.monotonic() - partida
    if sellar:
        control.sellado.wait()
    hechas = sum(control.ventas) - antes
    gastado = sum(map(cpu_s, pids)) - gastado
    time.sleep(0.3)
    return hechas / duro, 1000 * gastado / hechas


def razon(razones: list[float]) -> dict[str, float]:
    """Mediana y cuartiles de las razones de cada par."""
    q1, mediana, q3 = statistics.quantiles(razones, n=4, method="inclusive")
    return {"mediana": mediana, "q1": q1, "q3": q3}


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("--clientes", type=int, default=8)
    opciones.add_argument("--segundos", type=float, default=10)
    opciones.add_argument("--pares", type=int, default=20)
    opciones.add_argument("--json", type=Path)
    args = opciones.parse_args()
    django.setup()
    from django.db import connection

    productos, cajeros = preparar(args.clientes)
    connection.close()
    contexto = mp.get_context("spawn")
    control = Control(contexto, args.clientes)
    procesos = [
        contexto.Process(target=caja, args=(n, cajero, productos, control), daemon=True)
        for n, cajero in enumerate(cajeros)
    ]
    procesos.append(contexto.Process(target=sellador, args=(control,), daemon=True))
    for proceso in procesos:
        proceso.start()
    for _ in procesos:
        control.listos.acquire()
    pids = [p.pid for p in procesos if p.pid] + base_de_datos()
    connection.close()
    tanda(control, pids, segundos=args.segundos, sellar=True)
    con, sin = [], []
    for par in range(args.pares):
        for sellar in (True, False) if par % 2 else (False, True):
            medida = tanda(control, pids, segundos=args.segundos, sellar=sellar)
            (con if sellar else sin).append(medida)
            print(
                f"par {par + 1:2} {'con' if sellar else 'sin'} cadena {medida[0]:7.1f} ventas/s"
                f"  {medida[1]:5.2f} ms de procesador por venta", flush=True,
            )
    control.fin.set()
    for proceso in procesos:
        proceso.join()
    resultado: dict[str, Any] = {
        "base": connection.vendor, "clientes": args.clientes, "pares": args.pares,
        "con": statistics.median(c for c, _ in con), "sin": statistics.median(s for s, _ in sin),
        "ventas_por_segundo": razon([c / s for (c, _), (s, _) in zip(con, sin, strict=True)]),
        "procesador_por_venta": razon([c / s for (_, c), (_, s) in zip(con, sin, strict=True)]),
    }
    print(
        f"\n{resultado['base']}, {args.clientes} cajas, ventas de {LINEAS} líneas, {args.pares} pares\n"
        f"  sin cadena  {resultado['sin']:7.1f} ventas/s\n"
        f"  con cadena  {resultado['con']:7.1f} ventas/s"
    )
    for nombre in ("ventas_por_segundo", "procesador_por_venta"):
        r = resultado[nombre]
        print(f"  {nombre:22} con/sin: mediana {r['mediana']:.3f} (cuartiles {r['q1']:.3f} y {r['q3']:.3f})")
    if args.json:
        args.json.write_text(json.dumps(resultado, indent=2) + "\n")


if __name__ == "__main__":
    main()
