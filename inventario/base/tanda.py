"""Una tanda: sentencias que van a la base en una sola ida, y sus respuestas, en su orden."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper


class Respuesta(Protocol):
    """Lo que contestó una sentencia: de un cursor, lo que aquí se le pregunta."""

    @property
    def rowcount(self) -> int: ...

    @property
    def lastrowid(self) -> int | None: ...

    def fetchall(self) -> Sequence[Sequence[Any]]: ...


AlVolver = Callable[[Respuesta], None]
"""Recibe lo que contestó su sentencia."""
Sentencia = tuple[str, Sequence[Any], AlVolver | None]
SEPARADOR = ";\n"


def correr(conexion: BaseDatabaseWrapper, sentencias: Sequence[Sentencia]) -> None:
    """Si una falla, las que la siguen no se corren.

    Raises:
        DatabaseError: lo que haya fallado, o lo que diga quien leía una respuesta.
    """
    sin_cursor: Callable[[Sequence[Sentencia]], None] | None = getattr(conexion, "sin_cursor", None)
    if sin_cursor is None or conexion.queries_logged or conexion.execute_wrappers:
        # Quien las cuenta o las mira las espera por el cursor de Django.
        _por_cursor(conexion, sentencias)
    else:
        sin_cursor(sentencias)


def _por_cursor(conexion: Any, sentencias: Sequence[Sentencia]) -> None:
    with conexion.cursor() as cursor:
        cursor.execute(
            SEPARADOR.join([sql for sql, _, _ in sentencias]),
            [valor for _, parametros, _ in sentencias for valor in parametros],
        )
        # Ya contada y anotada: las respuestas se leen del cursor de adentro, que es el que las tiene.
        respuestas = cursor.cursor
        with conexion.wrap_database_errors:
            for numero, (_, _, al_volver) in enumerate(sentencias):
                if numero:
                    respuestas.nextset()
                if al_volver is not None:
                    al_volver(respuestas)
