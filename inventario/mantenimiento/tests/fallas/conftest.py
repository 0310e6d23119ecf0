"""El servidor que se hace fallar, y la tabla del final."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from inventario.mantenimiento.tests.fallas.cajas import Cajas
from inventario.mantenimiento.tests.fallas.cuentas import FILAS, TITULOS
from inventario.mantenimiento.tests.fallas.servicios import MariaDB, Redis, disco_chico
from inventario.mantenimiento.tests.otra_base import OtraBase
from inventario.mantenimiento.tests.produccion import UNIDADES, Produccion, produccion_en

DISCO_MB = 700


@dataclass
class Servidor:
    """Un servidor entero sobre su propia MariaDB (en un disco chico) y su propio Redis."""

    produccion: Produccion
    mariadb: MariaDB
    redis: Redis
    disco: Path

    @property
    def base(self) -> OtraBase:
        return self.produccion.base

    def cajas(self) -> Cajas:
        return Cajas(self.produccion.url, self.produccion.confianza)


@pytest.fixture(scope="session")
def veces() -> int:
    """Cuántas veces se mata el servidor; lo demás se repite en proporción."""
    return int(os.environ.get("VECES", "100"))


@pytest.fixture(scope="session")
def servidor() -> Iterator[Servidor]:
    with ExitStack() as pila:
        # No en la de pytest, que la cierra a todo otro usuario: MariaDB corre con el suyo.
        carpeta = Path(pila.enter_context(TemporaryDirectory(prefix="fallas-", dir="/tmp")))
        carpeta.chmod(0o755)
        disco = pila.enter_context(disco_chico(carpeta, megas=DISCO_MB))
        mariadb = MariaDB(disco / "mariadb", carpeta / "mariadb.log")
        redis = Redis(carpeta, carpeta / "redis.log")
        for servicio in (mariadb, redis):
            pila.callback(servicio.matar)
            servicio.partir()
        (carpeta / "datos").mkdir()
        base = OtraBase({
            "DATOS_DIR": str(carpeta / "datos"), "RESPALDOS_DIR": str(carpeta / "datos" / "respaldos"),
            "DB_HOST": "127.0.0.1", "DB_PORT": str(mariadb.puerto), "DB_USER": "root", "DB_PASSWORD": "",
            "DB_NAME": "mysql",
        })
        base.consultar("CREATE DATABASE fallas CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        base.entorno["DB_NAME"] = "fallas"
        produccion = pila.enter_context(
            produccion_en(base, carpeta, f"redis://127.0.0.1:{redis.puerto}/0")
        )
        for unidad in UNIDADES[:4]:  # los de tareas no tienen puerto
            produccion.esperar_unidad(unidad)
        yield Servidor(produccion, mariadb, redis, disco)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FILAS:
        terminalreporter.section("fallas")
        for linea in (TITULOS, *map(str, FILAS)):
            terminalreporter.write_line(linea)
