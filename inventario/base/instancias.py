"""Armar instancias de un modelo cuando ya se sabe cada valor.

El constructor de Django pregunta campo por campo de dónde sale cada uno y avisa dos veces a quien escuche:
en una venta, armar sus filas costaba más que escribirlas. Aquí nadie escucha, y la instancia es la misma.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

M = TypeVar("M", bound=models.Model)


def nueva(modelo: type[M], **valores: Any) -> M:
    """``modelo(**valores)``, con las relaciones por su id (``venta_id``).

    Raises:
        TypeError: ``valores`` nombra algo que no es un campo.
    """
    fijos, creados = _por_omision(modelo)
    suyo = {**fijos, **valores}
    if len(suyo) > len(fijos):
        raise TypeError(f"{modelo.__name__} no tiene {sorted(valores.keys() - fijos.keys())}")
    for nombre, crear in creados:
        if nombre not in valores:
            suyo[nombre] = crear()
    suyo["_state"] = ModelState()
    fila = modelo.__new__(modelo)
    fila.__dict__ = suyo
    return fila


def leida(modelo: type[M], campos: Iterable[str], valores: Sequence[Any]) -> M:
    """``modelo.from_db``: lo que está en la base; un campo que no se nombra se busca si se lo mira."""
    fila = modelo.__new__(modelo)
    estado = ModelState()
    estado.adding, estado.db = False, DEFAULT_DB_ALIAS
    suyo: dict[str, Any] = dict(zip(campos, valores, strict=True))
    suyo["_state"] = estado
    fila.__dict__ = suyo
    return fila


@cache
def _por_omision(modelo: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Cada campo con su valor de fábrica, y los que se crean de nuevo para cada fila."""
    fijos: dict[str, Any] = {}
    creados: list[tuple[str, Callable[[], Any]]] = []
    for campo in modelo._meta.concrete_fields:
        if campo.generated:
            continue
        de_fabrica = getattr(campo, "default", NOT_PROVIDED)
        if callable(de_fabrica) and de_fabrica is not NOT_PROVIDED:
            fijos[campo.attname] = None
            creados.append((campo.attname, de_fabrica))
        else:
            fijos[campo.attname] = campo.get_default()
    return fijos, creados
