"""Cantidades y dinero en el admin, como se escriben en Chile.

La base guarda 4 unidades como ``4,000`` y un costo con seis decimales; aquí un punto o una coma de más
es mil veces otra cosa para quien lo lee.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import admin
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from inventario.base.formato import sin_ceros


def cifra(campo: str, forma: Callable[[Any], str], descripcion: str) -> Callable[[Any, Any], str | None]:
    """Una columna de lista o de ficha que muestra ``campo`` escrito por ``forma``, y se ordena por él."""

    @admin.display(description=descripcion, ordering=campo)
    def mostrar(pagina: Any, objeto: Any) -> str | None:
        valor = getattr(objeto, campo)
        return None if valor is None else forma(valor)

    return mostrar


class CajaDeCifra(UnfoldAdminDecimalFieldWidget):  # type: ignore[misc]
    """La de un decimal, sin ceros a la derecha: 4 y no 4,000."""

    def format_value(self, value: Any) -> str | None:
        escrito: str | None = super().format_value(sin_ceros(value) if isinstance(value, Decimal) else value)
        return escrito
