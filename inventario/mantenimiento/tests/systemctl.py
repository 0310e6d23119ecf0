#!/usr/bin/env python3
"""Hace de ``systemctl`` en la prueba del despliegue: lee las unidades de verdad y corre sus órdenes.

Sabe lo que se usa: ``start|stop|restart UNIDAD…``, y levantar de nuevo lo que cae (``Restart=``).
``UNIDADES`` es la carpeta de las unidades y ``CORRIENDO`` la de los números de proceso. ``User=`` y el
encierro no se aplican.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path


class Unidad:
    """Una instancia (``inventario-web@8001``) y las líneas de su archivo."""

    def __init__(self, nombre: str) -> None:
        plantilla, self.instancia = nombre.removesuffix(".service").split("@")
        self.texto = (Path(os.environ["UNIDADES"]) / f"{plantilla}@.service").read_text()
        self.corriendo = Path(os.environ["CORRIENDO"]) / f"{plantilla}@{self.instancia}"
        self.cuidador = self.corriendo.with_suffix(".cuidador")
        self.carpeta = self._linea("WorkingDirectory")
        self.entorno = dict(os.environ)
        for linea in Path(self._linea("EnvironmentFile")).read_text().splitlines():
            clave, igual, valor = linea.partition("=")
            if igual and not clave.startswith("#"):
                self.entorno[clave] = valor.strip("'")

    def _linea(self, clave: str) -> str:
        hallada = re.search(rf"^{clave}=(.+)$", self.texto, re.MULTILINE)
        return hallada[1].replace("%i", self.instancia) if hallada else ""

    def _correr(self, clave: str, *, mientras: int) -> None:
        """Corre lo que diga ``clave``; como systemd, sólo mientras viva el proceso que se está levantando."""
        orden = shlex.split(self._linea(clave).lstrip("+"))
        if not orden:
            return
        hijo = subprocess.Popen(orden, cwd=self.carpeta, env=self.entorno)
        while hijo.poll() is None:
            if not _vive(mientras):
                hijo.kill()
            time.sleep(0.05)
        if hijo.returncode:
            raise subprocess.CalledProcessError(hijo.returncode, orden)

    def partir(self) -> None:
        self._levantar()
        if self._linea("Restart") == "always":
            orden = [sys.executable, __file__, "cuidar", f"{self.corriendo.name}"]
            cuidador = subprocess.Popen(
                orden, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self.cuidador.write_text(str(cuidador.pid))

    def _levantar(self) -> None:
        with self.corriendo.with_suffix(".log").open("ab") as bitacora:
            proceso = subprocess.Popen(
                shlex.split(self._linea("ExecStart")), cwd=self.carpeta, env=self.entorno,
                stdin=subprocess.DEVNULL, stdout=bitacora, stderr=bitacora, start_new_session=True,
            )
        self.corriendo.write_text(str(proceso.pid))
        self._correr("ExecStartPost", mientras=proceso.pid)

    def cuidar(self) -> None:
        """Para siempre: lo que cae vuelve tras su ``RestartSec``."""
        while True:
            numero = int(self.corriendo.read_text())
            while _vive(numero):
                time.sleep(0.05)
            _rematar(numero)
            with suppress(ChildProcessError):  # el primero no es hijo de éste
                os.waitpid(numero, 0)
            time.sleep(float(self._linea("RestartSec")))
            with suppress(subprocess.CalledProcessError):
                self._levantar()

    def detener(self) -> None:
        if not self.corriendo.exists():
            return
        if self.cuidador.exists():
            _rematar(int(self.cuidador.read_text()))
            self.cuidador.unlink()
        numero = int(self.corriendo.read_text())
        with suppress(ProcessLookupError):
            os.kill(numero, signal.SIGTERM)
        limite = time.monotonic() + float(self._linea("TimeoutStopSec"))
        while _vive(numero) and time.monotonic() < limite:
            time.sleep(0.05)
        _rematar(numero)
        self.corriendo.unlink()


def _rematar(grupo: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(grupo, signal.SIGKILL)


def _vive(numero: int) -> bool:
    try:
        estado = Path(f"/proc/{numero}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return estado != "Z"


def main() -> None:
    verbo, *nombres = sys.argv[1:]
    pasos = {
        "start": (Unidad.partir,), "stop": (Unidad.detener,), "restart": (Unidad.detener, Unidad.partir),
        "cuidar": (Unidad.cuidar,),
    }[verbo]
    for nombre in nombres:
        for paso in pasos:
            paso(Unidad(nombre))


if __name__ == "__main__":
    main()
