#!/usr/bin/env python3
"""Miles de peticiones al azar, sacadas del OpenAPI, con el token de cada rol y sin ninguno.

    scripts/azar_api.py [--casos 20000] [--semilla 20261124]

Levanta una tienda propia: en SQLite; o en MariaDB, con DB_HOST (y REDIS_URL), en una base aparte. Falla
con un 5xx, con una respuesta que el esquema no dice, o con menos casos que los pedidos. La misma semilla
repite los mismos casos.
"""

import argparse
import math
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tienda_temporal import Tienda, poblar, tienda_temporal

COMPROBAR = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method,allow_header_conformance"
)
# Schemathesis prueba además cada borde del esquema: unos 50 casos por llamada, que no crecen con éstos.
BORDES_POR_LLAMADA = 50


def correr(tienda: Tienda, rol: str, token: str | None, *, ejemplos: int, semilla: int) -> tuple[int, bool]:
    """Los casos que hizo, y si todo estuvo bien."""
    # Al lado de este Python, y no el del PATH: es el del entorno del proyecto.
    orden = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{tienda.url}/openapi.json",
        "--phases", "examples,coverage,fuzzing", "--checks", COMPROBAR, "--max-examples", str(ejemplos),
        "--seed", str(semilla), "--continue-on-failure", "--no-shrink", "--warnings", "off",
        # Un hilo: en Python 3.11 ast.parse, que el generador usa, falla con dos a la vez (gh-106905).
        "--request-timeout", "120", "--suppress-health-check", "all", "--workers", "1",
    ]
    if token:
        orden += ["--header", f"Authorization: Bearer {token}"]
    partio = time.monotonic()
    with tempfile.TemporaryDirectory() as carpeta:
        salida = subprocess.run(orden, capture_output=True, text=True, cwd=carpeta, check=False)
    generados = re.search(r"(\d+) generated", salida.stdout)
    casos = int(generados[1]) if generados else 0
    bien = salida.returncode == 0
    segundos = time.monotonic() - partio
    print(f"{rol:14} {casos:>6} casos {segundos:6.0f} s  {'bien' if bien else 'FALLA'}", flush=True)
    if not bien:
        print(salida.stdout[max(0, salida.stdout.find("= FAILURES")) :], salida.stderr, flush=True)
    return casos, bien


def main() -> int:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("--casos", type=int, default=20_000)
    opciones.add_argument("--semilla", type=int, default=20_261_124)
    args = opciones.parse_args()
    with tienda_temporal() as tienda:
        tokens: dict[str, str | None] = {"desconocido": None, **poblar(tienda)}
        llamadas = len(tienda.pedir(tokens["administrador"] or "", "GET", "/openapi.json")["paths"])
        por_llamada = args.casos / len(tokens) / llamadas
        ejemplos = max(10, math.ceil(por_llamada) - BORDES_POR_LLAMADA)
        resultados = [
            correr(tienda, rol, token, ejemplos=ejemplos, semilla=args.semilla)
            for rol, token in reversed(tokens.items())
        ]
        if tienda.proceso.poll() is not None:
            print("la tienda se cerró sola:", tienda.bitacora.read_text()[-3000:], sep="\n")
        caidas = [linea for linea in tienda.bitacora.read_text().splitlines() if "Traceback" in linea]
    casos = sum(n for n, _ in resultados)
    print(f"{casos} casos en total, {len(caidas)} trazas en la bitácora")
    for linea in caidas[:5]:
        print(linea[:3000])
    return 0 if all(bien for _, bien in resultados) and casos >= args.casos and not caidas else 1


if __name__ == "__main__":
    sys.exit(main())
