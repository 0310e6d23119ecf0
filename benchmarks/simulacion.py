"""Hasta dónde llega una máquina: una simulación con los costos que ``make medir`` mide.

    .venv/bin/python benchmarks/simulacion.py
    .venv/bin/python benchmarks/simulacion.py --venta-ms 3.5 --lectura-ms 0.9 --nucleos 4

Cada caja escanea y cobra al ritmo de su hora más cargada, con llegadas al azar; cada petición espera su turno
en los procesadores (un servidor para todo: aplicación, MariaDB, Redis y nginx) y cada venta, además, en lo
único que todas comparten: el folio, tomado hasta que el disco confirma. Simulación de eventos, con semilla:
da siempre lo mismo. Imprime cuántas cajas caben con holgura, y qué se llena primero.
"""

import argparse
import heapq
import random
from dataclasses import dataclass

SEGUNDOS = 60
PLAZO_MS = 300
"""Lo que una caja nota: de apretar «cobrar» a la boleta."""
LLENO = 0.7
"""De lo que más se usa, la parte que conviene ocupar: más arriba, cualquier atraso tarda en irse."""


@dataclass(frozen=True)
class Costos:
    """Milisegundos de procesador por petición, de todos los procesos; y lo que el folio queda tomado."""

    venta_ms: float
    lectura_ms: float
    folio_ms: float
    nucleos: int


@dataclass(frozen=True)
class Ritmo:
    """Una caja en su hora más cargada."""

    ventas_hora: float
    lecturas_por_venta: float
    horas_dia: float
    """Cuántas horas como ésa tiene el día: lo vendido en él, dividido por lo de su hora más cargada."""


@dataclass(frozen=True)
class Resultado:
    """Lo que pasó con tantas cajas. Milisegundos, y partes de uno."""

    cajas: int
    p50_ms: float
    p99_ms: float
    procesador: float
    folio: float


class Estacion:
    """Una cola con ``servidores`` iguales: dice cuándo termina lo que llega, en orden de llegada."""

    def __init__(self, servidores: int) -> None:
        self._libres = [0.0] * servidores
        self.ocupado = 0.0

    def atender(self, llega: float, dura: float) -> float:
        termina = max(llega, heapq.heappop(self._libres)) + dura
        heapq.heappush(self._libres, termina)
        self.ocupado += dura
        return termina


def simular(cajas: int, costos: Costos, ritmo: Ritmo, semilla: int = 1) -> Resultado:
    """``SEGUNDOS`` de tienda con tantas cajas."""
    azar = random.Random(semilla)  # noqa: S311 - no es criptografía
    ventas_s = cajas * ritmo.ventas_hora / 3600
    llegadas = sorted(
        [(momento, True) for momento in _poisson(azar, ventas_s)]
        + [(momento, False) for momento in _poisson(azar, ventas_s * ritmo.lecturas_por_venta)]
    )
    procesador, folio = Estacion(costos.nucleos), Estacion(1)
    demoras = []
    for llega, es_venta in llegadas:
        # Medido, el costo varía poco más que al azar: una exponencial es el caso malo.
        costo = azar.expovariate(1 / (costos.venta_ms if es_venta else costos.lectura_ms)) / 1000
        termina = procesador.atender(llega, costo)
        if es_venta:
            termina = folio.atender(termina, azar.expovariate(1 / costos.folio_ms) / 1000)
            demoras.append((termina - llega) * 1000)
    demoras.sort()
    return Resultado(
        cajas=cajas, p50_ms=demoras[len(demoras) // 2], p99_ms=demoras[int(len(demoras) * 0.99)],
        procesador=procesador.ocupado / SEGUNDOS / costos.nucleos, folio=folio.ocupado / SEGUNDOS,
    )


def _poisson(azar: random.Random, por_segundo: float) -> list[float]:
    momentos, momento = [], azar.expovariate(por_segundo)
    while momento < SEGUNDOS:
        momentos.append(momento)
        momento += azar.expovariate(por_segundo)
    return momentos


def tope(costos: Costos, ritmo: Ritmo) -> Resultado:
    """Lo más que cabe con holgura: p99 dentro del plazo, y nada ocupado más de ``LLENO``. Al 2%."""

    def cabe(cajas: int) -> bool:
        hallado = simular(cajas, costos, ritmo)
        return hallado.p99_ms <= PLAZO_MS and max(hallado.procesador, hallado.folio) <= LLENO

    bien, mal = 256, 512
    while cabe(mal):
        bien, mal = mal, mal * 2
    while mal - bien > bien // 50:
        medio = (bien + mal) // 2
        bien, mal = (medio, mal) if cabe(medio) else (bien, medio)
    return simular(bien, costos, ritmo)


ESCENARIOS = (
    ("almacén: 60 ventas por hora y caja", Ritmo(ventas_hora=60, lecturas_por_venta=8, horas_dia=7)),
    ("supermercado: 40 ventas por hora y caja", Ritmo(ventas_hora=40, lecturas_por_venta=25, horas_dia=8)),
    ("feria: 180 ventas por hora y caja", Ritmo(ventas_hora=180, lecturas_por_venta=3, horas_dia=5)),
)


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("--venta-ms", type=float, default=5.9, help="procesador por venta de 5 líneas")
    opciones.add_argument("--lectura-ms", type=float, default=1.6, help="procesador por código leído")
    opciones.add_argument("--folio-ms", type=float, default=1.5, help="del folio tomado al disco confirmado")
    opciones.add_argument("--nucleos", type=int, default=2)
    opciones.add_argument("--cajas-por-tienda", type=int, default=4)
    pedido = opciones.parse_args()
    costos = Costos(pedido.venta_ms, pedido.lectura_ms, pedido.folio_ms, pedido.nucleos)
    print(
        f"Venta {costos.venta_ms} ms, lectura {costos.lectura_ms} ms, folio {costos.folio_ms} ms; "
        f"el 99% de las ventas en menos de {PLAZO_MS} ms, y nada ocupado más del {LLENO:.0%}."
    )
    titulos = ("núcleos", "cajas", "tiendas", "ventas/día", "ventas/s", "p50 ms", "p99 ms", "proc.", "folio")
    print(f"{'escenario':<42}" + "".join(f"{titulo:>11}" for titulo in titulos))
    for nombre, ritmo in ESCENARIOS:
        for nucleos in (costos.nucleos, costos.nucleos * 2, costos.nucleos * 4, costos.nucleos * 8):
            ajustados = Costos(costos.venta_ms, costos.lectura_ms, costos.folio_ms, nucleos)
            hallado = tope(ajustados, ritmo)
            por_segundo = hallado.cajas * ritmo.ventas_hora / 3600
            celdas = (
                nucleos, hallado.cajas, hallado.cajas // pedido.cajas_por_tienda,
                round(hallado.cajas * ritmo.ventas_hora * ritmo.horas_dia), round(por_segundo, 1),
                round(hallado.p50_ms), round(hallado.p99_ms), f"{hallado.procesador:.0%}",
                f"{hallado.folio:.0%}",
            )
            print(f"{nombre:<42}" + "".join(f"{celda:>11}" for celda in celdas))


if __name__ == "__main__":
    main()
