"""Una foto de la base: todas las filas de las aplicaciones de la tienda, para ver qué cambió."""

from typing import Any

from django.apps import apps
from django.db.models import Model

APLICACIONES = ("base", "mantenimiento", "usuarios", "productos", "ventas", "compras")

Fila = dict[str, Any]
Foto = dict[tuple[str, Any], Fila]


def modelos() -> list[type[Model]]:
    """Los de la tienda. Los registros no: son lo que se compara con todo lo demás."""
    return [m for a in APLICACIONES for m in apps.get_app_config(a).get_models() if m._meta.managed]


def foto() -> Foto:
    """(modelo, llave) → campos."""
    return {
        (modelo._meta.label, fila.pop("pk")): fila
        for modelo in modelos()
        for fila in modelo._default_manager.values("pk", *_escritas(modelo))
    }


def _escritas(modelo: type[Model]) -> list[str]:
    """Sus columnas, sin las que la base calcula de otras."""
    return [campo.attname for campo in modelo._meta.concrete_fields if not campo.generated]


def cambiados(antes: Foto, despues: Foto) -> set[str]:
    """Los modelos con alguna fila distinta, de más o de menos."""
    llaves = antes.keys() | despues.keys()
    return {llave[0] for llave in llaves if antes.get(llave) != despues.get(llave)}
