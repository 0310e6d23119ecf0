"""Leer un código de barras, contra la vista de DRF que no hace nada en el mismo servidor."""

import random
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from medicion import servicios, tienda
from medicion.carga import Siguiente, Tanda, cargar, peticion
from medicion.tabla import Fila, mediana
from usuarios.models import Estado, Usuario

CONEXIONES = 32
PRODUCTOS = 50_000
CALENTAR_S = 3


def codigo(numero: int) -> str:
    return f"P{numero:08}"


def pedir_codigo(azar: random.Random, token: str) -> bytes:
    return peticion("GET", f"/product/barcode/{codigo(azar.randrange(PRODUCTOS))}", token=token)


def medir(carpeta: Path, *, corridas: int, segundos: float, base: str) -> tuple[list[Fila], dict[str, Any]]:
    personas = tienda.cajeros(CONEXIONES)
    procesos = [servicios.web(carpeta, DB_NAME=base) for _ in range(2)]
    trivial, lectura = [], []
    with servicios.corriendo(*procesos):
        puertos = [p.puerto for p in procesos]
        _lectura(procesos, personas, CALENTAR_S)
        for corrida in range(corridas):
            tandas = [(trivial, _trivial), (lectura, _lectura)]
            for donde, como in tandas if corrida % 2 else reversed(tandas):
                donde.append(como(procesos, personas, segundos))
        _exigir_sin_fallas([*trivial, *lectura])
        rechazo = _tras_desactivar(puertos, personas[0])
    consultas = _consultas(personas[1])
    razones = [a.por_segundo / b.por_segundo for a, b in zip(lectura, trivial, strict=True)]
    colas = [t.percentil(99) / t.percentil(50) for t in lectura]
    filas = [
        Fila("vista trivial de DRF, sin autenticar, 32 conexiones",
             f"{mediana([t.por_segundo for t in trivial]):,.0f}/s", [t.por_segundo for t in trivial]),
        Fila("leer un código, autenticado / trivial",
             f"{mediana([t.por_segundo for t in lectura]):,.0f}/s", razones, 0.35),
        Fila("procesador de la trivial / de leer un código", _procesador(lectura, trivial), [
            sum(b.cpu_ms.values()) / sum(a.cpu_ms.values()) for a, b in zip(lectura, trivial, strict=True)
        ]),
        Fila("p99 / p50 de leer un código", _percentiles(lectura), colas, 4, hasta=True),
        Fila("consultas por lectura, en caliente", str(consultas), [consultas], 1, hasta=True),
        Fila("lectura de quien se acaba de desactivar", f"HTTP {rechazo}", [float(rechazo == 401)], 1),
    ]
    return filas, {"trivial": _todo(trivial), "lectura": _todo(lectura), "consultas": consultas}


def _trivial(procesos: list[servicios.Proceso], personas: list[tienda.Persona], segundos: float) -> Tanda:
    datos = peticion("GET", "/trivial")
    return _cargar(procesos, lambda n: datos, segundos)


def _lectura(procesos: list[servicios.Proceso], personas: list[tienda.Persona], segundos: float) -> Tanda:
    tokens = [p.token for p in personas]
    azar = random.Random(7)

    def siguiente(n: int) -> bytes:
        return pedir_codigo(azar, tokens[n])

    return _cargar(procesos, siguiente, segundos)


def _cargar(procesos: list[servicios.Proceso], siguiente: Siguiente, segundos: float) -> Tanda:
    gasto = servicios.Gasto(web=[p.hijo.pid for p in procesos])
    tanda = cargar(
        [p.puerto for p in procesos], conexiones=CONEXIONES, siguiente=siguiente, espera=200,
        segundos=segundos,
    )
    tanda.cpu_ms = gasto.por_cada(tanda.todas)
    return tanda


def _exigir_sin_fallas(tandas: list[Tanda]) -> None:
    for tanda in tandas:
        if set(tanda.estados) != {200}:
            raise SystemExit(f"respuestas que no son 200: {tanda.estados} {tanda.raros}")


def _tras_desactivar(puertos: list[int], persona: tienda.Persona) -> int:
    """El estado de la primera lectura de alguien recién desactivado, con su token aún vigente."""
    datos = peticion("GET", f"/product/barcode/{codigo(1)}", token=persona.token)
    antes = cargar(puertos, conexiones=1, siguiente=lambda n: datos, espera=200, veces=1)
    Usuario.objects.filter(pk=persona.usuario_id).update(estado=Estado.INACTIVO)
    despues = cargar(puertos, conexiones=1, siguiente=lambda n: datos, espera=401, veces=1)
    [estado] = despues.estados
    return estado if set(antes.estados) == {200} else 0


def _consultas(persona: tienda.Persona) -> int:
    cliente = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {persona.token}"})
    for numero in (1, 2):
        with CaptureQueriesContext(connection) as consultas:
            respuesta = cliente.get(f"/product/barcode/{codigo(numero)}")
            cuantas = len(consultas)
        if respuesta.status_code != 200:
            raise SystemExit(respuesta.content.decode())
    return cuantas


def _percentiles(tandas: list[Tanda]) -> str:
    p50, p99 = (mediana([t.percentil(cual) for t in tandas]) for cual in (50, 99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _procesador(lectura: list[Tanda], trivial: list[Tanda]) -> str:
    suyo, del_piso = (mediana([sum(t.cpu_ms.values()) for t in ts]) for ts in (lectura, trivial))
    return f"{suyo:.2f} ms de {del_piso:.2f} ms"


def _todo(tandas: list[Tanda]) -> list[dict[str, Any]]:
    return [
        {"por_segundo": t.por_segundo, "p50_ms": t.percentil(50), "p99_ms": t.percentil(99),
         "cpu_ms": t.cpu_ms}
        for t in tandas
    ]
