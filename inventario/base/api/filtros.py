"""Los parámetros de una lista (``?desde=&tipo=``), leídos y validados por un serializer."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


def leer(clase: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Parámetros válidos de la consulta. Uno vacío (``?tipo=``) es como si no viniera.

    Raises:
        ValidationError: alguno no es válido (400, con el nombre del parámetro).
    """
    presentes = {k: v for k, v in request.query_params.items() if str(v).strip()}
    serializer = clase(data=presentes)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
