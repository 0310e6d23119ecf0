"""Vender por HTTP, contra las mismas filas escritas en SQL a mano (``piso_venta``)."""

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from medicion import piso_venta, servicios, tienda
from medicion.carga import Tanda, cargar, peticion
from medicion.tabla import Fila, mediana
from productos.models import Producto
from ventas.models import CorrelativoFolio, Venta

CLIENTES, MUCHOS = 8, 32
LINEAS, LARGA = 5, 50
CALENTAR_S = 3


@dataclass(frozen=True)
class Caso:
    clientes: int
    lineas: int = LINEAS
    calientes: bool = False


NORMAL, CON_MUCHOS = Caso(CLIENTES), Caso(MUCHOS)
CALIENTE, DE_50 = Caso(CLIENTES, calientes=True), Caso(CLIENTES, lineas=LARGA)


class Ritmo(float):
    """Ventas por segundo, con el procesador que gastó cada una."""

    def __new__(cls, ritmo: float, cpu_ms: dict[str, float]) -> "Ritmo":
        nuevo = super().__new__(cls, ritmo)
        nuevo.cpu_ms = cpu_ms
        return nuevo

    cpu_ms: dict[str, float]


class Piso:
    """Procesos que escriben la venta a mano, uno por cliente, cada uno con su cajero."""

    def __init__(self, personas: list[tienda.Persona], menor: int) -> None:
        base = connection.settings_dict
        orden = [sys.executable, piso_venta.__file__, str(base["PORT"]), str(base["NAME"])]
        self.hijos = [
            subprocess.Popen(
                [*orden, str(p.usuario_id), str(menor)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for p in personas
        ]
        for hijo in self.hijos:
            assert hijo.stdout is not None
            hijo.stdout.readline()

    def correr(self, caso: Caso, segundos: float, semilla: int) -> Ritmo:
        """Ventas por segundo entre todos."""
        de_turno = self.hijos[: caso.clientes]
        gasto = servicios.Gasto(cliente=[hijo.pid for hijo in de_turno])
        for hijo in de_turno:
            assert hijo.stdin is not None
            hijo.stdin.write(f"{segundos} {caso.lineas} {int(caso.calientes)} {semilla}\n")
            hijo.stdin.flush()
        hechas = 0
        for hijo in de_turno:
            assert hijo.stdout is not None
            hechas += int(hijo.stdout.readline())
        return Ritmo(hechas / segundos, gasto.por_cada(int(hechas * (segundos + 0.3) / segundos)))

    def terminar(self) -> None:
        for hijo in self.hijos:
            assert hijo.stdin is not None
            hijo.stdin.close()
            hijo.wait(10)


def medir(carpeta: Path, *, corridas: int, segundos: float, base: str) -> tuple[list[Fila], dict[str, Any]]:
    personas = tienda.cajeros(MUCHOS)
    menor = Producto.objects.order_by("pk").values_list("pk", flat=True)[0]
    _partir_folios()
    procesos = [servicios.web(carpeta, DB_NAME=base) for _ in range(2)]
    piso = Piso(personas, menor)
    pisos: dict[Caso, list[Ritmo]] = {NORMAL: [], CON_MUCHOS: [], DE_50: []}
    tandas: dict[Caso, list[Tanda]] = {NORMAL: [], CON_MUCHOS: [], CALIENTE: [], DE_50: []}
    interbloqueos = _interbloqueos()
    with servicios.corriendo(*procesos):
        _por_http(procesos, personas, menor, CON_MUCHOS, CALENTAR_S, -1)
        for corrida in range(corridas):
            for caso in list(tandas) if corrida % 2 else reversed(tandas):
                tandas[caso].append(_por_http(procesos, personas, menor, caso, segundos, corrida))
                if caso in pisos:
                    pisos[caso].append(piso.correr(caso, segundos, corrida))
    piso.terminar()
    interbloqueos = _interbloqueos() - interbloqueos
    return _filas(pisos, tandas, interbloqueos), _json(pisos, tandas, interbloqueos)


def _por_http(
    procesos: list[servicios.Proceso], personas: list[tienda.Persona], menor: int, caso: Caso,
    segundos: float, semilla: int,
) -> Tanda:
    tokens = [p.token for p in personas]
    azares = [random.Random(f"{semilla}-{n}") for n in range(caso.clientes)]

    def siguiente(n: int) -> bytes:
        ids = piso_venta.elegir(azares[n], menor, caso.lineas, calientes=caso.calientes)
        cuerpo = {
            "id_forma_pago": 3, "id_tipodocumento": 1,
            "productos": [{"id_producto": i, "cantidad": 1} for i in ids],
        }
        return peticion("POST", "/ventas-detalle", token=tokens[n], cuerpo=cuerpo)

    gasto = servicios.Gasto(web=[p.hijo.pid for p in procesos])
    tanda = cargar(
        [p.puerto for p in procesos], conexiones=caso.clientes, siguiente=siguiente, espera=201,
        segundos=segundos, calentar=0.3,
    )
    tanda.cpu_ms = gasto.por_cada(tanda.todas)
    return tanda


def _filas(
    pisos: dict[Caso, list[Ritmo]], tandas: dict[Caso, list[Tanda]], interbloqueos: int
) -> list[Fila]:
    def ritmo(caso: Caso) -> list[float]:
        return [t.por_segundo for t in tandas[caso]]

    def contra(caso: Caso, otros: list[float]) -> list[float]:
        return [a / b for a, b in zip(ritmo(caso), otros, strict=True)]

    def valor(caso: Caso, otros: list[float]) -> str:
        return f"{mediana(ritmo(caso)):,.0f}/s de {mediana(otros):,.0f}/s"

    def procesador(caso: Caso) -> str:
        suyo = mediana([sum(t.cpu_ms.values()) for t in tandas[caso]])
        return f"{suyo:.2f} ms de {mediana([sum(r.cpu_ms.values()) for r in pisos[caso]]):.2f} ms"

    malas = sum(n for ts in tandas.values() for t in ts for e, n in t.estados.items() if e != 201)
    total = sum(len(t.ms) for ts in tandas.values() for t in ts)
    costos = [a / b for a, b in zip(ritmo(NORMAL), ritmo(DE_50), strict=True)]
    return [
        Fila("venta de 5 líneas, 8 clientes / SQL a mano", valor(NORMAL, pisos[NORMAL]),
             contra(NORMAL, pisos[NORMAL]), 0.5),
        Fila("venta de 5 líneas, 32 clientes / SQL a mano", valor(CON_MUCHOS, pisos[CON_MUCHOS]),
             contra(CON_MUCHOS, pisos[CON_MUCHOS]), 0.5),
        Fila("procesador del SQL a mano / de la venta, 8 clientes", procesador(NORMAL), [
            sum(r.cpu_ms.values()) / sum(t.cpu_ms.values())
            for r, t in zip(pisos[NORMAL], tandas[NORMAL], strict=True)
        ]),
        Fila("8 productos calientes / canastos al azar", valor(CALIENTE, ritmo(NORMAL)),
             contra(CALIENTE, ritmo(NORMAL)), 0.8),
        Fila("costo de 50 líneas / costo de 5", f"{mediana(ritmo(DE_50)):,.0f}/s", costos, 4, hasta=True),
        Fila("venta de 50 líneas, 8 clientes / SQL a mano", valor(DE_50, pisos[DE_50]),
             contra(DE_50, pisos[DE_50])),
        Fila(f"ventas que fallaron, de {total:,}", str(malas), [float(malas)], 0, hasta=True),
        Fila("interbloqueos en la base (nadie los ve)", str(interbloqueos), [float(interbloqueos)]),
    ]


def _json(
    pisos: dict[Caso, list[Ritmo]], tandas: dict[Caso, list[Tanda]], interbloqueos: int
) -> dict[str, Any]:
    return {
        "piso": {
            str(caso): [{"por_segundo": r, "cpu_ms": r.cpu_ms} for r in ritmos]
            for caso, ritmos in pisos.items()
        },
        "http": {
            str(caso): [
                {"por_segundo": t.por_segundo, "p50_ms": t.percentil(50), "p99_ms": t.percentil(99),
                 "cpu_ms": t.cpu_ms, "estados": dict(t.estados), "raros": t.raros}
                for t in unas
            ]
            for caso, unas in tandas.items()
        },
        "interbloqueos": interbloqueos,
    }


def _partir_folios() -> None:
    """El correlativo sigue donde quedó lo llenado."""
    ultimo = Venta.objects.order_by("-folio").values_list("folio", flat=True).first() or 0
    CorrelativoFolio.objects.update_or_create(
        emisor_rut="761920839", tipo_dte=39, defaults={"ultimo": ultimo}
    )


def _interbloqueos() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
        fila = cursor.fetchone()
    return int(fila[1]) if fila else 0


