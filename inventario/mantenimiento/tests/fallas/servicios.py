"""Una MariaDB, un Redis y un disco chico propios, para matarlos y llenarlos."""

import configparser
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import MySQLdb
import redis
from django.conf import settings

from productos.tests.procesos import puerto_libre

PLAZO_S = 120
DEPLOY = Path(settings.BASE_DIR) / "deploy"
ENTORNO = {clave: valor for clave, valor in os.environ.items() if clave != "TMPDIR"}
"""MariaDB corre con otro usuario, que no puede escribir en la carpeta temporal de éste."""
RESTART_S = 5
"""``RestartSec`` de mariadb.service."""


class Servicio:
    """Un proceso que se mata con -9, y que si cae solo vuelve solo, como lo haría systemd."""

    def __init__(self, carpeta: Path, bitacora: Path) -> None:
        self.carpeta, self.bitacora, self.puerto = carpeta, bitacora, puerto_libre()
        self._proceso: subprocess.Popen[bytes] | None = None
        self._debe_estar, self._candado = threading.Event(), threading.Lock()
        threading.Thread(target=self._cuidar, daemon=True).start()

    def orden(self) -> list[str]:
        raise NotImplementedError

    def contesta(self) -> bool:
        raise NotImplementedError

    def partir(self) -> None:
        """Lo levanta y espera a que conteste."""
        with self._candado:
            self._levantar()
            self._debe_estar.set()
        limite = time.monotonic() + PLAZO_S
        while not self.contesta():
            assert time.monotonic() < limite, self.bitacora.read_text()[-3000:]
            time.sleep(0.05)

    def matar(self) -> None:
        """Con -9: no alcanza a guardar ni a despedirse. No vuelve hasta ``partir``."""
        with self._candado:
            self._debe_estar.clear()
            if self._proceso is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self._proceso.pid, signal.SIGKILL)
                self._proceso.wait()
        assert not self.contesta(), "se mató a otro"

    def _levantar(self) -> None:
        with self.bitacora.open("ab") as bitacora:
            self._proceso = subprocess.Popen(
                self.orden(), stdout=bitacora, stderr=bitacora, stdin=subprocess.DEVNULL,
                start_new_session=True, env=ENTORNO,
            )

    def _cuidar(self) -> None:
        while True:
            self._debe_estar.wait()
            time.sleep(0.2)
            caido = self._proceso
            if caido is None or caido.poll() is None:
                continue
            time.sleep(RESTART_S)
            with self._candado:
                # Entretanto lo pudo levantar ``partir``: otro no tendría puerto, y a aquél nadie lo mataría.
                if self._debe_estar.is_set() and self._proceso is caido:
                    self._levantar()


class MariaDB(Servicio):
    """Con lo que dice ``deploy/mariadb.cnf``, más chica."""

    def __init__(self, carpeta: Path, bitacora: Path) -> None:
        super().__init__(carpeta, bitacora)
        carpeta.mkdir()
        if os.geteuid() == 0:
            shutil.chown(carpeta, "mysql")
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", *self._quien(), f"--datadir={carpeta}",
             "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=16M"],
            check=True, capture_output=True, env=ENTORNO,
        )

    def _quien(self) -> list[str]:
        return ["--user=mysql"] if os.geteuid() == 0 else []

    def orden(self) -> list[str]:
        return [
            str(shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")), "--no-defaults",
            *self._quien(), *_de_deploy(), f"--datadir={self.carpeta}", f"--port={self.puerto}",
            f"--socket={self.carpeta}/s", f"--pid-file={self.carpeta}/pid",
            "--innodb-buffer-pool-size=128M", "--innodb-log-file-size=16M",
        ]

    def contesta(self) -> bool:
        with suppress(MySQLdb.Error):
            MySQLdb.connect(host="127.0.0.1", port=self.puerto, user="root").close()
            return True
        return False


def _de_deploy() -> list[str]:
    archivo = configparser.ConfigParser()
    archivo.read_string((DEPLOY / "mariadb.cnf").read_text())
    return [f"--{clave}={valor}" for clave, valor in archivo["mariadb"].items()]


class Redis(Servicio):
    """Con lo que dice ``deploy/redis.conf``: no guarda nada."""

    def orden(self) -> list[str]:
        return [
            "redis-server", str(DEPLOY / "redis.conf"), "--port", str(self.puerto), "--dir", str(self.carpeta)
        ]

    def contesta(self) -> bool:
        with suppress(redis.RedisError), redis.Redis(port=self.puerto) as cliente:
            return bool(cliente.ping())
        return False


@contextmanager
def disco_chico(carpeta: Path, *, megas: int) -> Iterator[Path]:
    """Un disco de verdad (ext4 en un archivo) montado aparte. Sólo root puede montarlo."""
    imagen, montado = carpeta / "disco.img", carpeta / "disco"
    montado.mkdir()
    subprocess.run(["truncate", "-s", f"{megas}M", str(imagen)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(imagen)], check=True)
    subprocess.run(["mount", "-o", "loop", str(imagen), str(montado)], check=True)
    montado.chmod(0o755)
    try:
        yield montado
    finally:
        subprocess.run(["umount", "-l", str(montado)], check=True)


@contextmanager
def lleno(disco: Path) -> Iterator[None]:
    """Adentro, en ``disco`` no cabe nada más."""
    lastre = disco / "lastre"
    with lastre.open("wb") as archivo, suppress(OSError):
        while True:
            archivo.write(bytes(1 << 16))
            archivo.flush()
    try:
        yield
    finally:
        lastre.unlink()
