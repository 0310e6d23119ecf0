"""Varias sentencias en una sola ida a la base.

Una venta son unas quince sentencias, y cada ida y vuelta a MariaDB costaba más que lo que la base hacía en
ella. Lo que se pide dentro de ``juntas`` se manda de una vez al salir, en su orden; si una falla, las que
la siguen no se corren, y el error sale por ahí. SQLite no viaja: ahí cada una corre cuando se pide.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from inventario.base.motor import es_mariadb
from inventario.base.tanda import AlVolver, Sentencia, correr


class _DelHilo(threading.local):
    """Lo que espera en este hilo, que tiene su propia conexión; ``None`` afuera de ``juntas``."""

    pendientes: list[Sentencia] | None = None


_del_hilo = _DelHilo()


@contextmanager
def juntas(*, con_la_confirmacion: bool = False) -> Iterator[None]:
    """Lo que ``ejecutar`` reciba adentro sale junto al terminar, o al llamar a ``mandar``.

    Adentro no se ha escrito todavía: quien necesite lo escrito, o leer de la base algo que dependa de ello,
    llama antes a ``mandar``. No se anidan.

    Args:
        con_la_confirmacion: al terminar no sale: va en la misma ida que el ``COMMIT``, y la base no espera al
            programa con lo que todos comparten tomado. Es lo último que la transacción escribe; si quien la
            confirma necesita antes alguna respuesta, ``adelantar``.

    Raises:
        DatabaseError: lo que haya fallado, al salir; o al confirmar.
        RuntimeError: ``con_la_confirmacion`` sin transacción abierta.
    """
    if con_la_confirmacion:
        exigir_transaccion()
    if _del_hilo.pendientes is not None:
        raise RuntimeError("ya hay sentencias juntándose")
    _del_hilo.pendientes = [] if es_mariadb() else None
    try:
        yield
        if not con_la_confirmacion:
            mandar()
        elif _del_hilo.pendientes:
            _al_confirmar(_del_hilo.pendientes)
    finally:
        _del_hilo.pendientes = None


def ejecutar(sql: str, parametros: Sequence[Any], al_volver: AlVolver | None = None) -> None:
    """Corre ``sql`` ahora; dentro de ``juntas``, cuando salgan todas."""
    pendientes = _del_hilo.pendientes
    if pendientes is None:
        ejecutar_ya(sql, parametros, al_volver)
    else:
        pendientes.append((sql, parametros, al_volver))


def ejecutar_ya(sql: str, parametros: Sequence[Any], al_volver: AlVolver | None = None) -> None:
    """Corre ``sql`` ahora, también dentro de ``juntas``: antes que lo que ahí espera."""
    correr(connections[DEFAULT_DB_ALIAS], [(sql, parametros, al_volver)])


def al_confirmar(sql: str, parametros: Sequence[Any]) -> None:
    """Corre ``sql`` al final de la transacción, en la misma ida que el ``COMMIT``: tras lo que ya espera."""
    exigir_transaccion()
    if es_mariadb():
        _al_confirmar([(sql, parametros, None)])
    else:
        ejecutar(sql, parametros)


def adelantar() -> None:
    """Manda ya lo que esperaba a la confirmación, y recibe sus respuestas."""
    if es_mariadb():
        conexion: Any = connections[DEFAULT_DB_ALIAS]
        conexion.adelantar()


def _al_confirmar(sentencias: Sequence[Sentencia]) -> None:
    conexion: Any = connections[DEFAULT_DB_ALIAS]
    conexion.al_confirmar = (*conexion.al_confirmar, *sentencias)


def exigir_transaccion() -> None:
    """Para los pasos (``mover_stock``, ``registrar``): sólo valen dentro de la transacción de otro.

    Raises:
        RuntimeError: no hay transacción abierta; es un error de programación.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("este paso sólo puede correr dentro de una @operacion")


def mandar() -> None:
    """Manda lo que espera dentro de ``juntas``; afuera no hay nada que mandar."""
    pendientes = _del_hilo.pendientes
    if pendientes:
        _del_hilo.pendientes = []
        correr(connections[DEFAULT_DB_ALIAS], pendientes)
