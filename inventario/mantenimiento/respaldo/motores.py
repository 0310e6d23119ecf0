"""Sacar y poner la base entera, según el motor. Las dos copias se toman mientras la tienda vende."""

import contextlib
import gzip
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.db import connection

from inventario.mantenimiento.respaldo.archivo import TROZO, trozos
from inventario.mantenimiento.respaldo.errores import ArchivoMalo, ErrorDeRespaldo

NIVEL_GZIP = 4
"""Más arriba cuesta el doble de tiempo por un 5 % menos de tamaño."""

_INSERT = re.compile(rb"INSERT INTO `([^`]+)` VALUES\s*$")


class Motor(Protocol):
    """Lo que cada base sabe hacer."""

    def sacar(self, destino: Path) -> dict[str, int]:
        """Escribe en ``destino`` (gzip) una copia de un solo instante. Devuelve tabla → filas de la copia."""

    def poner(self, datos: "gzip.GzipFile", carpeta: Path) -> None:
        """Llena la base, que está vacía, con lo que ``sacar`` escribió."""

    def vaciar(self) -> None:
        """Quita todas las tablas."""

    def bytes_aproximados(self) -> int:
        """Cuánto ocupa la base."""


def motor_de(vendor: str) -> Motor:
    """El motor de ``connection.vendor``."""
    motores: dict[str, type[Motor]] = {"sqlite": SQLite, "mysql": MariaDB}
    return motores[vendor]()


class SQLite:
    """La API de respaldo de SQLite: con WAL, quien vende no espera a quien copia."""

    def sacar(self, destino: Path) -> dict[str, int]:
        with _carpeta_temporal(destino.parent) as temporal:
            copia = temporal / "copia.sqlite3"
            origen = sqlite3.connect(f"file:{self._archivo}?mode=ro", uri=True, timeout=60)
            nueva = sqlite3.connect(copia)
            try:
                # Todo en un paso: es una sola lectura, y por tanto un solo instante.
                origen.backup(nueva, pages=-1)
                nueva.execute("PRAGMA journal_mode=DELETE")
                filas = _filas_sqlite(nueva)
            finally:
                origen.close()
                nueva.close()
            with copia.open("rb") as abierta, gzip.open(destino, "wb", compresslevel=NIVEL_GZIP) as gz:
                shutil.copyfileobj(abierta, gz, TROZO)
        return filas

    def poner(self, datos: "gzip.GzipFile", carpeta: Path) -> None:
        with _carpeta_temporal(carpeta) as temporal:
            copia = temporal / "copia.sqlite3"
            with copia.open("wb") as abierta:
                shutil.copyfileobj(datos, abierta, TROZO)
            origen = sqlite3.connect(f"file:{copia}?mode=ro", uri=True)
            try:
                if origen.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    raise ArchivoMalo("La copia que trae el archivo está dañada (integrity_check)")
                connection.ensure_connection()
                origen.backup(connection.connection)
            except sqlite3.DatabaseError as error:
                raise ArchivoMalo(f"La copia que trae el archivo no se pudo leer: {error}") from error
            finally:
                origen.close()

    def vaciar(self) -> None:
        connection.ensure_connection()
        vacia = sqlite3.connect(":memory:")
        try:
            vacia.backup(connection.connection)
        finally:
            vacia.close()

    def bytes_aproximados(self) -> int:
        return Path(self._archivo).stat().st_size

    @property
    def _archivo(self) -> str:
        return str(connection.settings_dict["NAME"])


class MariaDB:
    """``mariadb-dump`` en una transacción: una foto del instante en que parte, sin bloquear a nadie."""

    def sacar(self, destino: Path) -> dict[str, int]:
        filas: dict[str, int] = {}
        tabla = ""
        with (
            self._programa(
                "mariadb-dump",
                "--single-transaction", "--quick", "--no-tablespaces", "--hex-blob",
                # Los disparadores llevan el nombre de quien los creó; migrate los repone al restaurar.
                "--skip-triggers", "--skip-add-locks", "--skip-add-drop-table", "--skip-comments",
                "--default-character-set=utf8mb4",
                entrada=None, salida=subprocess.PIPE,
            ) as proceso,
            gzip.open(destino, "wb", compresslevel=NIVEL_GZIP) as gz,
        ):
            for linea in proceso.stdout or ():
                gz.write(linea)
                # Una fila por línea: los saltos dentro de un texto van escritos «\n».
                if linea.startswith(b"("):
                    filas[tabla] += 1
                elif linea.startswith(b"CREATE TABLE `"):
                    filas[linea.split(b"`")[1].decode()] = 0
                elif linea.startswith(b"INSERT INTO"):
                    calce = _INSERT.match(linea)
                    if calce is None:
                        raise ErrorDeRespaldo("Este mariadb-dump es muy antiguo: hace falta 10.5 o más nuevo")
                    tabla = calce[1].decode()
        return filas

    def poner(self, datos: "gzip.GzipFile", carpeta: Path) -> None:
        with self._programa(
            "mariadb", "--default-character-set=utf8mb4", entrada=subprocess.PIPE, salida=subprocess.DEVNULL
        ) as proceso:
            if proceso.stdin is None:
                raise RuntimeError("sin entrada")
            # Si el cliente se va antes, lo que dijo (y su código) cuenta más que la tubería rota.
            with contextlib.suppress(BrokenPipeError), proceso.stdin as entrada:
                for trozo in trozos(datos):
                    entrada.write(trozo)

    def vaciar(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
            for tabla in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(tabla)}")
            cursor.execute("SET FOREIGN_KEY_CHECKS = 1")

    def bytes_aproximados(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COALESCE(SUM(data_length), 0) FROM information_schema.tables "
                "WHERE table_schema = DATABASE()"
            )
            return int(cursor.fetchone()[0])

    @contextlib.contextmanager
    def _programa(
        self, nombre: str, *opciones: str, entrada: int | None, salida: int
    ) -> Iterator[subprocess.Popen[bytes]]:
        ajustes = connection.settings_dict
        # La contraseña va en un archivo que sólo lee su dueño: los argumentos los ve cualquiera con ps.
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as secreto, tempfile.TemporaryFile() as dijo:
            secreto.write("[client]\n")
            for clave in ("host", "port", "user", "password"):
                secreto.write(f'{clave}="{_escapado(str(ajustes[clave.upper()]))}"\n')
            secreto.flush()
            try:
                proceso = subprocess.Popen(  # noqa: S603 - el comando lo arma este programa
                    [nombre, f"--defaults-extra-file={secreto.name}", *opciones, ajustes["NAME"]],
                    stdin=entrada, stdout=salida, stderr=dijo,
                )
            except FileNotFoundError:
                raise ErrorDeRespaldo(
                    f"Falta el programa {nombre}. En Debian o Ubuntu:  sudo apt install mariadb-client"
                ) from None
            try:
                yield proceso
            except BaseException:
                proceso.kill()
                raise
            finally:
                if proceso.stdout:
                    proceso.stdout.close()
                codigo = proceso.wait()
            if codigo:
                dijo.seek(0)
                raise ErrorDeRespaldo(f"{nombre} falló: {dijo.read(2000).decode(errors='replace').strip()}")


def _escapado(valor: str) -> str:
    return valor.replace("\\", "\\\\").replace('"', '\\"')


def _filas_sqlite(base: sqlite3.Connection) -> dict[str, int]:
    tablas = base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    return {
        tabla: base.execute(f'SELECT COUNT(*) FROM "{tabla}"').fetchone()[0]  # noqa: S608 - del catálogo
        for (tabla,) in tablas
    }


@contextlib.contextmanager
def _carpeta_temporal(junto_a: Path) -> Iterator[Path]:
    # En el mismo disco que los respaldos: /tmp suele ser memoria.
    with tempfile.TemporaryDirectory(dir=junto_a, prefix=".copia-") as nombre:
        yield Path(nombre)
