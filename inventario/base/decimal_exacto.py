"""Un decimal que no pierde cifras en ninguna de las dos bases."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class DecimalExacto(models.DecimalField):  # type: ignore[type-arg]
    """``DecimalField`` exacto también en SQLite.

    Allí una columna decimal es coma flotante (15 cifras) y Django la lee redondeada a ellas; ésta se
    guarda como texto. Sirve para lo que se suma en Python: en SQLite no se ordena ni se suma en SQL.
    """

    def get_internal_type(self) -> str:
        # Un nombre que ninguna base conoce: así Django no le aplica el conversor que redondea.
        return "DecimalExacto"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "sqlite":
            return "text"
        return f"numeric({self.max_digits}, {self.decimal_places})"

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        return None if value is None else Decimal(value)
