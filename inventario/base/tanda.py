"""Una tanda: sentencias que van a la base en una sola ida, y sus respuestas, en su orden."""

from collections.abc import Callable, Sequence
from typing import Any

AlVolver = Callable[[Any], None]
"""Recibe el cursor puesto en la respuesta de su sentencia."""

Sentencia = tuple[str, Sequence[Any], AlVolver | None]
SEPARADOR = ";\n"


def correr(conexion: Any, sentencias: Sequence[Sentencia]) -> None:
    """Si una falla, las que la siguen no se corren.

    Raises:
        DatabaseError: lo que haya fallado, o lo que diga quien leía una respuesta.
    """
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
