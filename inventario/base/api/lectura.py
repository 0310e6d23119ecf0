"""Lectura del cuerpo JSON. Su tamaño lo acota Django (``DATA_UPLOAD_MAX_MEMORY_SIZE``)."""

from collections.abc import Mapping
from json import JSONDecoder
from typing import IO, Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser, get_encoding  # type: ignore[attr-defined]
from rest_framework.utils.json import strict_constant

PROFUNDIDAD = 16
"""Niveles que puede anidar un cuerpo. El más hondo de la API usa cuatro."""

_LECTOR = JSONDecoder(parse_constant=strict_constant)


class LectorJSON(JSONParser):
    """El de DRF, sin hacer otro lector en cada petición.

    Un JSON anidado miles de veces agota la pila del intérprete: también es un cuerpo mal formado.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        codificacion = get_encoding(parser_context or {})
        try:
            datos: dict[str, Any] = _LECTOR.decode(stream.read().decode(codificacion))
        except (ValueError, RecursionError):
            raise exceptions.ParseError from None
        if _mas_hondo_que(PROFUNDIDAD, datos):
            raise exceptions.ParseError
        return datos


def _mas_hondo_que(niveles: int, datos: Any) -> bool:
    nivel = [datos] if isinstance(datos, dict | list) else []
    for _ in range(niveles):
        nivel = [
            hijo
            for padre in nivel
            for hijo in (padre.values() if isinstance(padre, dict) else padre)
            if isinstance(hijo, dict | list)
        ]
        if not nivel:
            return False
    return True
