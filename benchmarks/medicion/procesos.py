"""Cuánto tarda en partir cada proceso de la tienda, y si su memoria crece con las peticiones."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from medicion import lectura, servicios, tienda
from medicion.carga import cargar
from medicion.tabla import Fila

PETICIONES = 100_000
CALENTAR = 10_000
TAREAS = 4
"""Procesos de ``qcluster``: quien vigila, dos trabajadores y quien reparte."""


def medir(carpeta: Path, *, corridas: int, peticiones: int, base: str) -> tuple[list[Fila], dict[str, Any]]:
    partidas: dict[str, list[float]] = {"web": [], "sockets": [], "tareas": []}
    memoria: dict[str, list[float]] = {"sockets": [], "tareas": []}
    for _ in range(corridas):
        for nombre, como in (("web", servicios.web), ("sockets", servicios.sockets)):
            proceso = como(carpeta, DB_NAME=base)
            partidas[nombre].append(proceso.partio_s)
            if nombre in memoria:
                memoria[nombre].append(servicios.memoria_mb(proceso.hijo.pid))
            proceso.terminar()
        segundos, mb = _tareas()
        partidas["tareas"].append(segundos)
        memoria["tareas"].append(mb)
    filas = [
        Fila(f"segundos en partir: {nombre}", f"{max(tiempos):.2f} s el peor", tiempos, 3, hasta=True)
        for nombre, tiempos in partidas.items()
    ]
    filas += [
        Fila(f"memoria al partir: {nombre}", f"{max(mb):.0f} MB", mb) for nombre, mb in memoria.items()
    ]
    antes, despues = _crecimiento(carpeta, peticiones, base)
    filas += [
        Fila(f"memoria de web {n}, tras {peticiones:,} peticiones / tras {CALENTAR:,}",
             f"{b:.0f} MB de {a:.0f} MB", [b / a], 1.05, hasta=True)
        for n, (a, b) in enumerate(zip(antes, despues, strict=True), start=1)
    ]
    return filas, {"partidas_s": partidas, "memoria_mb": memoria, "antes_mb": antes, "despues_mb": despues}


def _tareas() -> tuple[float, float]:
    """Segundos hasta que ``qcluster`` tiene a todos sus trabajadores, y lo que ocupan entre todos."""
    partio = time.perf_counter()
    hijo = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"], cwd=servicios.RAIZ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        while len(servicios.hijos(hijo.pid)) < TAREAS:
            if hijo.poll() is not None or time.perf_counter() - partio > 60:
                raise SystemExit("qcluster no partió")
            time.sleep(0.01)
        return time.perf_counter() - partio, servicios.memoria_mb(hijo.pid)
    finally:
        hijo.terminate()
        hijo.wait(30)


def _crecimiento(carpeta: Path, peticiones: int, base: str) -> tuple[list[float], list[float]]:
    """Memoria de los dos procesos web después del calentamiento y después de todas las peticiones."""
    personas = tienda.cajeros(lectura.CONEXIONES)
    procesos = [servicios.web(carpeta, DB_NAME=base) for _ in range(2)]
    azar = random.Random(1)

    def pedir(cuantas: int) -> list[float]:
        tokens = [p.token for p in personas]
        tanda = cargar(
            [p.puerto for p in procesos], conexiones=lectura.CONEXIONES, espera=200, veces=cuantas,
            siguiente=lambda n: lectura.pedir_codigo(azar, tokens[n]),
        )
        if set(tanda.estados) != {200}:
            raise SystemExit(f"{tanda.estados} {tanda.raros}")
        return [servicios.memoria_mb(p.hijo.pid) for p in procesos]

    with servicios.corriendo(*procesos):
        return pedir(CALENTAR), pedir(peticiones)
