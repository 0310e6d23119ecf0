"""Lectura del cuerpo JSON. Su tamaño lo acota Django (``DATA_UPLOAD_MAX_MEMORY_SIZE``)."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class LectorJSON(JSONParser):
    """Un JSON anidado miles de veces agota la pila del intérprete: también es un cuerpo mal formado."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError from None
