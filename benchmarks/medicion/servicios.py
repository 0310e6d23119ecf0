"""Los procesos que se miden, propios: MariaDB y Redis como en ``deploy/``, granian y daphne."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RAIZ = Path(__file__).resolve().parents[2]
BENCHMARKS = RAIZ / "benchmarks"
LIMITE = "100000000"
"""Peticiones por minuto: se cuentan como en producción, y nunca se alcanza."""


def puerto_libre() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Proceso:
    """Un proceso hijo que escucha en un puerto. ``partio_s`` es lo que tardó en contestar."""

    def __init__(self, nombre: str, orden: list[str], *, puerto: int, entorno: dict[str, str], carpeta: Path):
        self.nombre, self.puerto = nombre, puerto
        self.bitacora = carpeta / f"{nombre}-{puerto}.log"
        partio = time.perf_counter()
        with self.bitacora.open("wb") as salida:
            self.hijo = subprocess.Popen(orden, cwd=RAIZ, env=entorno, stdout=salida, stderr=salida)
        while not self._contesta():
            if self.hijo.poll() is not None or time.perf_counter() - partio > 60:
                raise SystemExit(f"{nombre} no partió:\n{self.bitacora.read_text()[-3000:]}")
            time.sleep(0.01)
        self.partio_s = time.perf_counter() - partio

    def _contesta(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.puerto), 1):
            return True
        return False

    def terminar(self) -> None:
        self.hijo.send_signal(signal.SIGTERM)
        try:
            self.hijo.wait(20)
        except subprocess.TimeoutExpired:
            self.hijo.kill()
            self.hijo.wait()


def memoria_mb(pid: int) -> float:
    """Memoria residente de un proceso y de sus hijos."""
    total = 0.0
    for uno in [pid, *hijos(pid)]:
        with contextlib.suppress(OSError):
            paginas = int(Path(f"/proc/{uno}/statm").read_text().split()[1])
            total += paginas * os.sysconf("SC_PAGE_SIZE") / 1_048_576
    return total


def cpu_s(pid: int) -> float:
    """Segundos de procesador que han gastado un proceso y sus hijos vivos."""
    total = 0
    for uno in [pid, *hijos(pid)]:
        with contextlib.suppress(OSError):
            campos = Path(f"/proc/{uno}/stat").read_text().rpartition(")")[2].split()
            total += int(campos[11]) + int(campos[12])
    return total / os.sysconf("SC_CLK_TCK")


class Gasto:
    """Procesador gastado por cada clase de proceso: en una máquina ocupada dice más que el reloj."""

    def __init__(self, **pids: list[int]) -> None:
        self.pids = {"base": _de_este_arbol("mariadbd"), **pids}
        self.antes = self._ahora()

    def por_cada(self, cuantas: int) -> dict[str, float]:
        """Milisegundos por operación."""
        ahora = self._ahora()
        return {
            quien: round(1000 * (ahora[quien] - antes) / max(cuantas, 1), 3)
            for quien, antes in self.antes.items()
        }

    def _ahora(self) -> dict[str, float]:
        gastado = {quien: sum(cpu_s(pid) for pid in pids) for quien, pids in self.pids.items()}
        return {**gastado, "carga": time.process_time()}


def _de_este_arbol(programa: str) -> list[int]:
    return [
        pid for pid in hijos(os.getpid()) if Path(f"/proc/{pid}/comm").read_text().strip() == programa
    ]


def hijos(pid: int) -> list[int]:
    directos: list[int] = []
    for carpeta in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            directos += [int(h) for h in carpeta.read_text().split()]
    return [*directos, *(nieto for hijo in directos for nieto in hijos(hijo))]


def _programa(*nombres: str) -> str:
    for nombre in nombres:
        if encontrado := shutil.which(nombre, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"):
            return encontrado
    raise SystemExit(f"Falta {nombres[0]}: apt install mariadb-server redis-server")


@contextlib.contextmanager
def mariadb(carpeta: Path) -> Iterator[int]:
    """Una MariaDB con los ajustes de ``deploy/mariadb.cnf`` y sus datos en ``carpeta``; da su puerto."""
    datos, puerto = carpeta / "mariadb", puerto_libre()
    datos.mkdir()
    usuario = []
    if os.getuid() == 0:
        usuario = ["--user=mysql"]
        duenio = pwd.getpwnam("mysql")
        os.chown(datos, duenio.pw_uid, duenio.pw_gid)
    ajustes = f"--defaults-file={RAIZ / 'deploy' / 'mariadb.cnf'}"
    subprocess.run(
        [_programa("mariadb-install-db"), "--no-defaults", *usuario, f"--datadir={datos}",
         "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, stdout=subprocess.DEVNULL,
    )
    proceso = Proceso(
        "mariadb",
        [_programa("mariadbd"), ajustes, *usuario, f"--datadir={datos}", "--bind-address=127.0.0.1",
         f"--port={puerto}", f"--socket={datos}/s", f"--pid-file={datos}/pid", "--max-connections=200"],
        puerto=puerto, entorno=dict(os.environ), carpeta=carpeta,
    )
    try:
        yield puerto
    finally:
        proceso.terminar()


@contextlib.contextmanager
def redis(carpeta: Path) -> Iterator[int]:
    puerto = puerto_libre()
    proceso = Proceso(
        "redis",
        [_programa("redis-server"), "--port", str(puerto), "--bind", "127.0.0.1", "--save", "",
         "--appendonly", "no", "--dir", str(carpeta)],
        puerto=puerto, entorno=dict(os.environ), carpeta=carpeta,
    )
    try:
        yield puerto
    finally:
        proceso.terminar()


def entorno(*, base: int, redis: int, carpeta: Path, nombre: str) -> dict[str, str]:
    """Los ajustes de producción sobre la base ``nombre``; sólo cambian los límites, que no se alcanzan."""
    return {
        "INVENTARIO_SIN_ENV": "1", "DEBUG": "0", "HTTPS": "0", "HOSTS_PERMITIDOS": "127.0.0.1",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(64),
        "DB_HOST": "127.0.0.1", "DB_PORT": str(base), "DB_USER": "root", "DB_PASSWORD": "",
        "DB_NAME": nombre, "REDIS_URL": f"redis://127.0.0.1:{redis}/0", "DATOS_DIR": str(carpeta),
        "LIMITE_DIRECCION_MINUTO": LIMITE, "LIMITE_DESCONOCIDO_MINUTO": LIMITE,
        "LIMITE_USUARIO_MINUTO": LIMITE, "PYTHONPATH": str(BENCHMARKS),
        "DJANGO_SETTINGS_MODULE": "medicion.ajustes",
    }


def _servir(nombre: str, orden: list[str], carpeta: Path, **mas: str) -> Proceso:
    puerto = puerto_libre()
    orden = [str(puerto) if parte == "PUERTO" else parte for parte in orden]
    return Proceso(nombre, orden, puerto=puerto, entorno={**os.environ, **mas}, carpeta=carpeta)


def web(carpeta: Path, **mas: str) -> Proceso:
    """La orden de ``inventario-web@.service``."""
    unidad = (RAIZ / "deploy/systemd/inventario-web@.service").read_text()
    return _servir("web", _orden_de(unidad), carpeta, **mas)


def sockets(carpeta: Path, **mas: str) -> Proceso:
    """La orden de ``inventario-sockets@.service``."""
    unidad = (RAIZ / "deploy/systemd/inventario-sockets@.service").read_text()
    return _servir("sockets", _orden_de(unidad), carpeta, **mas)


def _orden_de(unidad: str) -> list[str]:
    """La de la unidad de producción, con el Python de aquí y otro puerto: se mide lo que se despliega."""
    [orden] = [linea for linea in unidad.splitlines() if linea.startswith("ExecStart=")]
    programa, *argumentos = orden.removeprefix("ExecStart=").replace("%i", "PUERTO").split()
    return [str(Path(sys.executable).parent / Path(programa).name), *argumentos]


@contextlib.contextmanager
def corriendo(*procesos: Proceso) -> Iterator[None]:
    try:
        yield
    finally:
        for proceso in procesos:
            proceso.terminar()
