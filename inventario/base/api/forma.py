"""Usar un serializer sin volver a construirlo.

DRF copia todos los campos en cada petición: escribir un producto costaba tres veces lo que buscarlo.
Cada hilo guarda uno por clase; los campos no recuerdan nada de lo que pasa por ellos, y el contexto se pone
cada vez.
"""

import threading
from collections.abc import Iterable
from typing import Any, TypeVar

from rest_framework.serializers import Serializer

S = TypeVar("S", bound=Serializer[Any])
_hilo = threading.local()


def _de_este_hilo(clase: type[S]) -> S:
    guardados: dict[type[Any], Any] = _hilo.__dict__.setdefault("guardados", {})
    serializer = guardados.get(clase)
    if serializer is None:
        serializer = guardados[clase] = clase(context={})
    return serializer


def escribir(clase: type[Serializer[Any]], objeto: Any, **contexto: Any) -> dict[str, Any]:
    """Como ``clase(objeto, context=contexto).data``."""
    serializer = _de_este_hilo(clase)
    serializer._context = contexto
    return dict(serializer.to_representation(objeto))


def escribir_todos(
    clase: type[Serializer[Any]], objetos: Iterable[Any], **contexto: Any
) -> list[dict[str, Any]]:
    """Como ``clase(objetos, many=True, context=contexto).data``."""
    return [escribir(clase, objeto, **contexto) for objeto in objetos]


def validar(clase: type[Serializer[Any]], datos: Any) -> dict[str, Any]:
    """Lo validado de ``datos``, como ``is_valid(raise_exception=True)`` y ``validated_data``.

    Raises:
        ValidationError: de DRF, con cada campo malo.
    """
    return dict(_de_este_hilo(clase).run_validation(datos))
