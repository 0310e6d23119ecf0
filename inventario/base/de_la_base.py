"""Columnas que escribe la base misma, con disparadores (``base.disparadores``): Django sólo las lee."""

from collections.abc import Sequence
from typing import Any

from django.db import models


class _SoloSeLee(models.Field):  # type: ignore[type-arg]
    """Para Django, como una columna calculada: ``save`` no la pisa con lo que valía cuando se leyó.

    Para las migraciones, una columna cualquiera: quien la llena es un disparador, y no su definición.
    """

    generated = True

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        nombre, _, args, kwargs = super().deconstruct()
        return nombre, f"django.db.models.{self.get_internal_type()}", args, kwargs


class TextoDeLaBase(_SoloSeLee, models.TextField):  # type: ignore[type-arg]
    """Un texto que lleva la base, o nulo."""


class CodigoDeLaBase(_SoloSeLee, models.CharField):  # type: ignore[type-arg]
    """Un texto corto que lleva la base, o nulo."""


class NumeroDeLaBase(_SoloSeLee, models.PositiveIntegerField):  # type: ignore[type-arg]
    """Un entero que lleva la base, o nulo."""


class DiaDeLaBase(_SoloSeLee, models.DateField):  # type: ignore[type-arg]
    """Un día que lleva la base, o nulo."""
