"""Poner, quitar y echar de menos disparadores, igual en las dos bases; cada aplicación dice los suyos.

Se reponen tras cada ``migrate``: en SQLite, alterar una tabla la rehace y pierde los suyos, y un respaldo
de MariaDB no los trae.
"""

from collections.abc import Collection, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

_LISTAR = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "mysql": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
}


def faltantes(conexion: BaseDatabaseWrapper, nombres: Collection[str]) -> set[str]:
    """De ``nombres``, los que la base no tiene."""
    with conexion.cursor() as cursor:
        cursor.execute(_LISTAR[conexion.vendor])
        return set(nombres) - {fila[0] for fila in cursor.fetchall()}


def crear(conexion: BaseDatabaseWrapper, sentencias: Mapping[str, str]) -> set[str]:
    """Crea los que falten de ``sentencias`` (nombre → su ``CREATE TRIGGER``); devuelve cuáles eran."""
    nuevos = faltantes(conexion, sentencias)
    with conexion.cursor() as cursor:
        for nombre in sorted(nuevos):
            cursor.execute(sentencias[nombre])
    return nuevos


def quitar(conexion: BaseDatabaseWrapper, nombres: Collection[str]) -> None:
    """Los que no están, no importan."""
    with conexion.cursor() as cursor:
        for nombre in nombres:
            cursor.execute(f"DROP TRIGGER IF EXISTS {nombre}")
