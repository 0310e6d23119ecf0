"""La tienda de un solo comando (``manage.py iniciar``, SQLite), para matarla y llenarle el disco."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from django.conf import settings

from inventario.mantenimiento.tests.fallas.cajas import ADMIN_RUT, CONTRASENA, Cajas
from inventario.mantenimiento.tests.fallas.servicios import PLAZO_S, puerto_libre
from inventario.mantenimiento.tests.otra_base import OtraBase


class Embebida:
    """El supervisor, su servidor y sus tareas."""

    def __init__(self, datos: Path) -> None:
        self.puerto = puerto_libre()
        self.base = OtraBase({
            "DATOS_DIR": str(datos), "DB_ARCHIVO": str(datos / "inventario.sqlite3"),
            "PUERTO": str(self.puerto), "ADMIN_RUT": ADMIN_RUT, "ADMIN_CONTRASENA": CONTRASENA,
        })
        # Migrada antes, ya no es una base nueva: parte sin los datos de muestra.
        self.base.manage("migrate", "-v0")
        self._proceso: subprocess.Popen[bytes] | None = None

    def prender(self) -> None:
        """Parte, y espera a que conteste."""
        self._proceso = subprocess.Popen(
            [sys.executable, "manage.py", "iniciar"], cwd=settings.BASE_DIR, env=self.base.entorno,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        limite = time.monotonic() + PLAZO_S
        while True:
            with suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{self.puerto}/openapi.json", timeout=5)
                return
            assert time.monotonic() < limite, "la tienda no abrió"
            time.sleep(0.1)

    def cajas(self) -> Cajas:
        return Cajas(f"http://127.0.0.1:{self.puerto}")

    def matar_servidor(self) -> None:
        """Con -9; el supervisor lo nota y lo vuelve a levantar."""
        servidores = [pid for pid in self._familia() if b"daphne" in _orden(pid)]
        assert servidores, "no había a quién matar"
        for pid in servidores:
            _matar(pid)

    def apagon(self) -> None:
        """Todo muere a la vez, como si se cortara la luz."""
        for pid in self._familia():
            _matar(pid)
        if self._proceso is not None:
            self._proceso.wait()

    def apagar(self) -> None:
        """Por las buenas."""
        if self._proceso is not None and self._proceso.poll() is None:
            self._proceso.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._proceso.wait(30)
        self.apagon()

    def _familia(self) -> list[int]:
        if self._proceso is None or self._proceso.poll() is not None:
            return []
        familia = [self._proceso.pid]
        for pid in familia:  # crece mientras se recorre
            with suppress(OSError):
                hijos = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                familia += map(int, hijos)
        return familia


def _orden(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _matar(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def tienda_embebida(datos: Path) -> Iterator[Embebida]:
    datos.mkdir(exist_ok=True)
    tienda = Embebida(datos)
    try:
        tienda.prender()
        yield tienda
    finally:
        tienda.apagar()
