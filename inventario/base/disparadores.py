"""Poner, quitar y echar de menos disparadores, igual en las dos bases; cada aplicación dice los suyos.

Se reponen tras cada ``migrate``: en SQLite, alterar una tabla la rehace y pierde los suyos, y un respaldo
de MariaDB no los trae.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

_LISTAR = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "mysql": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
}


def _nada(_: BaseDatabaseWrapper) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Disparadores:
    """Los de una misma cosa.

    Args:
        sentencias: de ``connection.vendor``, nombre de cada uno → su ``CREATE TRIGGER``.
        rehacer: si llevan algo, lo deja como es, sin mirar lo que decía.
    """

    sentencias: Callable[[str], dict[str, str]]
    rehacer: Callable[[BaseDatabaseWrapper], None] = _nada

    def faltantes(self, conexion: BaseDatabaseWrapper) -> set[str]:
        """Nombres de los que la base debería tener y no tiene."""
        with conexion.cursor() as cursor:
            cursor.execute(_LISTAR[conexion.vendor])
            return set(self.sentencias(conexion.vendor)) - {fila[0] for fila in cursor.fetchall()}

    def poner(self, conexion: BaseDatabaseWrapper) -> None:
        """Crea los que falten; si faltaba alguno, lo que entró sin él no se vio, y se rehace."""
        faltan = self.faltantes(conexion)
        if not faltan:
            return
        sentencias = self.sentencias(conexion.vendor)
        with conexion.cursor() as cursor:
            for nombre in sorted(faltan):
                cursor.execute(sentencias[nombre])
        self.rehacer(conexion)

    def quitar(self, conexion: BaseDatabaseWrapper) -> None:
        """Los que no están, no importan."""
        with conexion.cursor() as cursor:
            for nombre in self.sentencias(conexion.vendor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {nombre}")

    def en_migracion(self) -> migrations.RunPython:
        """La operación que los pone, y los quita al deshacerla."""

        def poner(_: Any, editor: Any) -> None:
            self.poner(editor.connection)

        def quitar(_: Any, editor: Any) -> None:
            self.quitar(editor.connection)

        # Crear un disparador confirma en MariaDB lo que haya abierto.
        return migrations.RunPython(poner, quitar, atomic=False)
