"""Otra base de datos, del mismo motor que la de las pruebas, para correr comandos en su propio proceso."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection


class OtraBase:
    """Una base vacía y el entorno que la usa."""

    def __init__(self, entorno: Mapping[str, str]) -> None:
        ajeno = ("DB_", "REDIS_", "DJANGO_", "PYTEST_")
        limpio = {clave: valor for clave, valor in os.environ.items() if not clave.startswith(ajeno)}
        self.entorno = limpio | {
            "INVENTARIO_SIN_ENV": "1", "SECRET_KEY": settings.SECRET_KEY, **entorno,
        }

    def manage(self, *argumentos: str, debe: int = 0) -> str:
        """Corre ``manage.py …``; devuelve lo que dijo, por las dos salidas."""
        hecho = subprocess.run(
            [sys.executable, "manage.py", *argumentos],
            cwd=settings.BASE_DIR, env=self.entorno, capture_output=True, text=True, timeout=600,
        )
        dicho = hecho.stdout + hecho.stderr
        assert hecho.returncode == debe, dicho
        return dicho

    def consultar(self, sql: str) -> list[tuple[Any, ...]]:
        """Corre ``sql`` (también si escribe) y devuelve sus filas."""
        if "DB_ARCHIVO" in self.entorno:
            with closing(sqlite3.connect(self.entorno["DB_ARCHIVO"], timeout=20)) as base, base:
                return base.execute(sql).fetchall()
        # Conexión propia: dentro de la transacción de la prueba, lo escrito nadie más lo vería.
        import MySQLdb  # sólo está donde hay una MariaDB que usar

        propia = MySQLdb.connect(
            host=self.entorno["DB_HOST"], port=int(self.entorno["DB_PORT"]), user=self.entorno["DB_USER"],
            password=self.entorno["DB_PASSWORD"], database=self.entorno["DB_NAME"], autocommit=True,
            charset="utf8mb4",
        )
        with closing(propia), propia.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


@contextmanager
def otra_base(carpeta: Path, *, embebida: bool | None = None) -> Iterator[OtraBase]:
    """Del motor de las pruebas, o SQLite si ``embebida``. Al salir no queda nada."""
    datos = {"DATOS_DIR": str(carpeta), "RESPALDOS_DIR": str(carpeta / "respaldos")}
    carpeta.mkdir(exist_ok=True)
    if embebida or connection.vendor == "sqlite":
        yield OtraBase({**datos, "DB_ARCHIVO": str(carpeta / "otra.sqlite3")})
        return
    ajustes = connection.settings_dict
    nombre = f"test_otra_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {nombre} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    try:
        yield OtraBase({
            **datos, "DB_HOST": ajustes["HOST"], "DB_PORT": str(ajustes["PORT"]),
            "DB_USER": ajustes["USER"], "DB_PASSWORD": ajustes["PASSWORD"], "DB_NAME": nombre,
        })
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {nombre}")
