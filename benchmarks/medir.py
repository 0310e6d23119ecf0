"""La tabla de rendimiento: cada número contra su piso, medido en la misma corrida, intercalado.

    make medir                          todo (varios minutos)
    make medir ARGS="lectura venta"     sólo esas partes
    make medir ARGS="--corto"           corridas de un segundo y cien mil ventas en vez de un millón

Partes: lectura, venta, procesos, planas (lecturas con un millón de ventas) y escaneo. Levanta lo que
necesita (MariaDB y Redis propios, granian y daphne como en ``deploy/systemd``) en una carpeta que borra al
terminar, imprime la tabla y la guarda en ``artefactos/medicion.json``. No es una prueba: no falla por lento.
"""

import argparse
import json
import logging
import os
import platform
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RAIZ = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RAIZ), str(RAIZ / "benchmarks")]

from medicion import servicios, tabla  # noqa: E402

PARTES = ("lectura", "venta", "planas", "escaneo", "procesos")
BASE = "medicion"


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("partes", nargs="*", choices=[*PARTES, []], help="por omisión, todas")
    opciones.add_argument("--corto", action="store_true")
    opciones.add_argument("--corridas", type=int, default=5)
    opciones.add_argument("--segundos", type=float, help="de cada tanda (5, o 1 con --corto)")
    opciones.add_argument("--json", type=Path, default=RAIZ / "artefactos" / "medicion.json")
    pedido = opciones.parse_args()
    partes = pedido.partes or PARTES
    segundos = pedido.segundos or (1 if pedido.corto else 5)
    pedido.json.parent.mkdir(parents=True, exist_ok=True)
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
    # En el mismo disco que el proyecto: en uno de memoria, confirmar una venta no costaría nada.
    with tempfile.TemporaryDirectory(dir=pedido.json.parent) as nombre:
        carpeta = Path(nombre)
        carpeta.chmod(0o755)
        with servicios.mariadb(carpeta) as base, servicios.redis(carpeta) as canal:
            os.environ |= servicios.entorno(base=base, redis=canal, carpeta=carpeta, nombre=BASE)
            filas, detalle = correr(partes, carpeta, pedido.corridas, segundos, corto=pedido.corto)
    mostrar(filas)
    resultado = {
        "fecha": datetime.now(UTC).isoformat(timespec="seconds"), "maquina": maquina(),
        "corridas": pedido.corridas, "segundos": segundos,
        "filas": {parte: [fila.como_dict() for fila in suyas] for parte, suyas in filas.items()},
        "detalle": detalle,
    }
    pedido.json.write_text(json.dumps(resultado, indent=2, ensure_ascii=False) + "\n")
    print(f"\nTodo lo medido, en {pedido.json}")


def correr(
    partes: list[str], carpeta: Path, corridas: int, segundos: float, *, corto: bool
) -> tuple[dict[str, list[tabla.Fila]], dict[str, Any]]:
    import django

    django.setup()
    logging.disable(logging.INFO)
    from medicion import escaneos, lectura, planas, procesos, tienda, venta

    filas: dict[str, list[tabla.Fila]] = {}
    detalle: dict[str, Any] = {}

    def anotar(parte: str, hecho: tuple[list[tabla.Fila], dict[str, Any]]) -> None:
        filas[parte], detalle[parte] = hecho
        for fila in hecho[0]:
            print(fila, flush=True)

    if {"lectura", "venta", "procesos"} & set(partes):
        print("Llenando 50.000 productos…", flush=True)
        tienda.base_de(BASE)
        tienda.crear(ventas=1000, productos=lectura.PRODUCTOS)
        tienda.abastecer()
    for parte, modulo in (("lectura", lectura), ("venta", venta)):
        if parte in partes:
            print(f"{parte}: {corridas} corridas de {segundos:g} s…", flush=True)
            anotar(parte, modulo.medir(carpeta, corridas=corridas, segundos=segundos, base=BASE))
    if "procesos" in partes:
        print("procesos: partir y pedir…", flush=True)
        peticiones = procesos.PETICIONES // 10 if corto else procesos.PETICIONES
        anotar("procesos", procesos.medir(carpeta, corridas=corridas, peticiones=peticiones, base=BASE))
    if "planas" in partes:
        print("planas: llenando dos tiendas (varios minutos)…", flush=True)
        anotar("planas", planas.medir(carpeta, corridas=corridas, ventas=100_000 if corto else 1_000_000))
    if "escaneo" in partes:
        print("escaneo: eco y parejas…", flush=True)
        anotar("escaneo", escaneos.medir(carpeta, corridas=corridas, segundos=3 if corto else 10))
    return filas, detalle


def mostrar(filas: dict[str, list[tabla.Fila]]) -> None:
    print(f"\n{maquina()}\n\n{tabla.CABEZA}")
    for parte, suyas in filas.items():
        print(f"\n{parte}")
        for fila in suyas:
            print(f"  {fila}")


def maquina() -> str:
    procesador = next(
        (linea.partition(":")[2].strip() for linea in Path("/proc/cpuinfo").read_text().splitlines()
         if linea.startswith("model name")),
        platform.processor(),
    )
    return f"{os.cpu_count()} × {procesador}, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    main()
