"""Lo que hay en ``deploy/``, andando: dos procesos HTTP, dos de sockets y dos de tareas, detrás de nginx.

Los procesos parten con las mismas órdenes de las unidades de systemd y nginx con las mismas rutas; sólo
cambian los puertos y las carpetas, y no hay TLS.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from inventario.mantenimiento.tests.otra_base import OtraBase, otra_base

DEPLOY = settings.BASE_DIR / "deploy"
BIN = Path(sys.executable).parent
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = [
    pytest.mark.lento,
    pytest.mark.django_db,
    pytest.mark.skipif(not (settings.DB_HOST and settings.REDIS_URL), reason="producción es MariaDB y Redis"),
    pytest.mark.skipif(NGINX is None or not (BIN / "granian").exists(), reason="falta nginx o granian"),
]


def _puerto_libre() -> int:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return int(enchufe.getsockname()[1])


def _orden(unidad: str, instancia: str) -> list[str]:
    """El ``ExecStart`` de una unidad, con este Python."""
    texto = (DEPLOY / "systemd" / f"{unidad}@.service").read_text()
    orden = re.search(r"^ExecStart=(.+)$", texto, re.MULTILINE)[1]
    return shlex.split(orden.replace("/opt/inventario/.venv/bin", str(BIN)).replace("%i", instancia))


@contextmanager
def _proceso(orden: list[str], entorno: dict[str, str], bitacora: Path) -> Iterator[subprocess.Popen[bytes]]:
    with bitacora.open("ab") as salida:
        proceso = subprocess.Popen(
            orden, cwd=settings.BASE_DIR, env=entorno, stdout=salida, stderr=salida, start_new_session=True
        )
        try:
            yield proceso
        finally:
            proceso.terminate()
            with suppress(subprocess.TimeoutExpired):
                proceso.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(proceso.pid, signal.SIGKILL)
            proceso.wait()


def _esperar(url: str, bitacora: Path) -> None:
    limite = time.monotonic() + 300
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        assert time.monotonic() < limite, bitacora.read_text()[-3000:]
        time.sleep(0.3)


class Produccion:
    """El despliegue entero, y los procesos HTTP que se pueden cambiar de a uno."""

    def __init__(self, base: OtraBase, carpeta: Path) -> None:
        self.base, self.carpeta, self.bitacora = base, carpeta, carpeta / "bitacora.log"
        self.puertos = {viejo: str(_puerto_libre()) for viejo in ("8001", "8002", "9001", "9002", "443")}
        self.url = f"http://127.0.0.1:{self.puertos['443']}"
        self.entorno = base.entorno
        self.web = {p: ExitStack() for p in ("8001", "8002")}

    def levantar_web(self, puerto: str) -> None:
        orden = _orden("inventario-web", self.puertos[puerto])
        self.web[puerto].enter_context(_proceso(orden, self.entorno, self.bitacora))

    def cambiar_web(self, puerto: str) -> None:
        """Lo que ``systemctl restart`` hace."""
        self.web[puerto].close()
        self.levantar_web(puerto)
        _esperar(f"http://127.0.0.1:{self.puertos[puerto]}/openapi.json", self.bitacora)

    def ordenes(self) -> Iterator[list[str]]:
        for puerto in ("9001", "9002"):
            yield _orden("inventario-sockets", self.puertos[puerto])
        for numero in ("1", "2"):
            yield _orden("inventario-tareas", numero)
        yield [str(NGINX), "-p", str(self.carpeta), "-c", str(self._nginx()), "-g", "daemon off;"]

    def _nginx(self) -> Path:
        sitio = (DEPLOY / "nginx" / "inventario.conf").read_text()
        cabeza = sitio[: sitio.index("server {")]
        for viejo in ("8001", "8002", "9001", "9002"):
            cabeza = cabeza.replace(f":{viejo}", f":{self.puertos[viejo]}")
        temporales = "".join(
            f"{nombre}_temp_path {self.carpeta};"
            for nombre in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        archivo = self.carpeta / "nginx.conf"
        archivo.write_text(
            f"worker_processes 1; pid {self.carpeta}/nginx.pid; error_log {self.carpeta}/nginx.log;\n"
            f"events {{}}\nhttp {{ {temporales}\n{cabeza}\n"
            f"server {{ listen 127.0.0.1:{self.puertos['443']};\ninclude {DEPLOY}/nginx/rutas.conf; }} }}\n"
        )
        return archivo


@pytest.fixture
def produccion(tmp_path: Path) -> Iterator[Produccion]:
    with otra_base(tmp_path / "datos") as base:
        base.entorno |= {
            "REDIS_URL": settings.REDIS_URL, "PROXIES_DE_CONFIANZA": "127.0.0.1",
            "ADMIN_RUT": "11.111.111-1", "ADMIN_CONTRASENA": "Manana-de-tienda-9",
        }
        base.manage("migrate", "-v0")
        base.manage("primer_administrador")
        todo = Produccion(base, tmp_path)
        with ExitStack() as pila:
            for puerto, propio in todo.web.items():
                pila.callback(propio.close)
                todo.levantar_web(puerto)
            for orden in todo.ordenes():
                pila.enter_context(_proceso(orden, todo.entorno, todo.bitacora))
            _esperar(f"{todo.url}/salud", todo.bitacora)
            yield todo


def test_una_manana_detras_de_nginx_y_cambiar_los_procesos_no_corta_a_nadie(produccion: Produccion) -> None:
    manana = subprocess.Popen(
        [sys.executable, "scripts/manana_de_tienda.py", "--url", produccion.url,
         "--ventas", "60", "--cajeros", "4"],
        cwd=settings.BASE_DIR, env=produccion.entorno,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    try:
        dicho, _ = manana.communicate(timeout=600)
    finally:
        manana.kill()
        manana.wait()
    assert manana.returncode == 0, dicho[-3000:] + produccion.bitacora.read_text()[-3000:]
    for comando in ("verificar_ventas", "verificar_inventario", "verificar_registros"):
        produccion.base.manage(comando)
    # Cambiar de versión: uno a la vez, y nadie recibe un error.
    fallas = _pedir_durante(produccion, lambda: [produccion.cambiar_web(p) for p in ("8001", "8002")])
    assert fallas == []
    bitacora = produccion.bitacora.read_text()
    assert '"origen": "inventario.accesos"' in bitacora
    assert "111111111" not in bitacora


def _pedir_durante(produccion: Produccion, cambio: Callable[[], object]) -> list[str]:
    """Pide sin parar mientras corre ``cambio``; devuelve lo que salió mal."""
    basta, fallas, hechas = threading.Event(), [], []

    def pedir() -> None:
        while not basta.is_set():
            try:
                respuesta = httpx.get(f"{produccion.url}/openapi.json", timeout=30)
            except httpx.HTTPError as error:
                fallas.append(repr(error))
                continue
            (hechas if respuesta.status_code == 200 else fallas).append(str(respuesta.status_code))

    hilo = threading.Thread(target=pedir)
    hilo.start()
    try:
        cambio()
    finally:
        basta.set()
        hilo.join()
    assert hechas
    return fallas
