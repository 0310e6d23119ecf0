"""Qué base de datos hay detrás: la dicen los ajustes, y no cambia mientras el proceso vive."""

from functools import cache

from django.db import connection


@cache
def es_mariadb() -> bool:
    """MariaDB; si no, SQLite. Por ``connection.vendor``, preguntarlo tantas veces por venta se notaba."""
    return connection.vendor == "mysql"
