"""Cien parejas de teléfono y caja por Redis, contra un consumidor que sólo devuelve lo que oye."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from medicion import servicios
from medicion.tabla import Fila, mediana

PAREJAS = 100


def medir(carpeta: Path, *, corridas: int, segundos: int) -> tuple[list[Fila], dict[str, Any]]:
    """``benchmarks/escaneo.py``, que levanta lo suyo: en cada corrida el eco y después el escaneo."""
    resultados = []
    for corrida in range(corridas):
        archivo = carpeta / f"escaneo-{corrida}.json"
        subprocess.run(
            [sys.executable, str(servicios.BENCHMARKS / "escaneo.py"), "--parejas", str(PAREJAS),
             "--segundos", str(segundos), "--segundos-eco", str(segundos), "--sin-caidas",
             "--json", str(archivo)],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "inventario.settings", "DB_PRUEBAS": "escaneo"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        )
        resultados.append(json.loads(archivo.read_text()))
    razones = [r["escaneo"]["p99"] / r["eco"]["p99"] for r in resultados]
    p99 = {cual: mediana([r[cual]["p99"] for r in resultados]) for cual in ("escaneo", "eco")}
    perdidos = sum(r["escaneo"]["perdidos"] for r in resultados)
    filas = [
        Fila(f"p99 de un escaneo, {PAREJAS} parejas / p99 del eco",
             f"{p99['escaneo']:.1f} ms de {p99['eco']:.1f} ms", razones, 2.5, hasta=True),
        Fila("lecturas perdidas", str(perdidos), [float(perdidos)], 0, hasta=True),
        Fila("memoria de sockets al terminar / al partir", _memoria(resultados[-1]["escaneo"]), [
            max(r["escaneo"]["memoria_mb_al_terminar"]) / max(r["escaneo"]["memoria_mb_al_partir"])
            for r in resultados
        ]),
    ]
    return filas, {"corridas": resultados}


def _memoria(escaneo: dict[str, Any]) -> str:
    antes, despues = escaneo["memoria_mb_al_partir"], escaneo["memoria_mb_al_terminar"]
    return f"{max(despues):.0f} MB de {max(antes):.0f} MB"
