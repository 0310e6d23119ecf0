"""Varias sentencias en una sola ida a la base.

Una venta son unas quince sentencias, y cada ida y vuelta a MariaDB costaba más que lo que la base hacía en
ella. Lo que se pide dentro de ``juntas`` se manda de una vez al salir, en su orden; si una falla, las que
la siguen no se corren, y el error sale por ahí. SQLite no viaja: ahí cada una corre cuando se pide.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from inventario.base.motor import es_mariadb

AlVolver = Callable[[Any], None]
"""Recibe el cursor puesto en la respuesta de su sentencia."""

_Pendiente = tuple[str, Sequence[Any], AlVolver | None]
SEPARADOR = ";\n"


class _DelHilo(threading.local):
    """Lo que espera en este hilo, que tiene su propia conexión; ``None`` afuera de ``juntas``."""

    pendientes: list[_Pendiente] | None = None


_del_hilo = _DelHilo()


@contextmanager
def juntas() -> Iterator[None]:
    """Lo que ``ejecutar`` reciba adentro sale junto al terminar, o al llamar a ``mandar``.

    Adentro no se ha escrito todavía: quien necesite lo escrito, o leer de la base algo que dependa de ello,
    llama antes a ``mandar``. No se anidan.

    Raises:
        DatabaseError: lo que haya fallado, al salir.
    """
    if _del_hilo.pendientes is not None:
        raise RuntimeError("ya hay sentencias juntándose")
    _del_hilo.pendientes = [] if es_mariadb() else None
    try:
        yield
        mandar()
    finally:
        _del_hilo.pendientes = None


def ejecutar(sql: str, parametros: Sequence[Any], al_volver: AlVolver | None = None) -> None:
    """Corre ``sql`` ahora; dentro de ``juntas``, cuando salgan todas."""
    pendientes = _del_hilo.pendientes
    if pendientes is None:
        _correr([(sql, parametros, al_volver)])
    else:
        pendientes.append((sql, parametros, al_volver))


def al_confirmar(sql: str, parametros: Sequence[Any]) -> None:
    """Corre ``sql`` al final de la transacción, en la misma ida que el ``COMMIT``: es lo último que escribe.

    Para lo que se sabe recién con un candado que todos comparten: mientras se lo tiene no se viaja de más.
    """
    exigir_transaccion()
    if es_mariadb():
        connection.al_confirmar = (*connection.al_confirmar, (sql, parametros))  # type: ignore[attr-defined]
    else:
        ejecutar(sql, parametros)


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
        _correr(pendientes)


def _correr(sentencias: Sequence[_Pendiente]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SEPARADOR.join([sql for sql, _, _ in sentencias]),
            [valor for _, parametros, _ in sentencias for valor in parametros],
        )
        # Ya contada y anotada: las respuestas se leen del cursor de adentro, que es el que las tiene.
        respuestas = cursor.cursor
        with connection.wrap_database_errors:
            for numero, (_, _, al_volver) in enumerate(sentencias):
                if numero:
                    respuestas.nextset()
                if al_volver is not None:
                    al_volver(respuestas)
