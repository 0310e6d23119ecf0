"""Un INSERT sin armar la consulta cada vez: las filas de una venta eran un quinto de su tiempo en el ORM."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

from inventario.base.juntas import ejecutar

M = TypeVar("M", bound=models.Model)
_Campo: TypeAlias = "models.Field[Any, Any]"

_TAL_CUAL = (
    models.AutoField, models.BooleanField, models.CharField, models.DecimalField, models.ForeignKey,
    models.IntegerField, models.TextField,
)
_SIMPLES = (int, str, bool, Decimal, type(None))
"""En esos campos, un valor que ya es de uno de éstos no hay que convertirlo para ninguna de las dos bases."""


@cache
def _forma(modelo: type[models.Model]) -> tuple[list[tuple[_Campo, bool, bool]], str, str, str]:
    """Cada campo, si se escribe tal cual y si lo pone el modelo al guardar; y los trozos del INSERT."""
    opciones = modelo._meta
    campos = [campo for campo in opciones.concrete_fields if campo is not opciones.auto_field]
    citar = connection.ops.quote_name
    columnas = ", ".join(citar(str(campo.column)) for campo in campos)
    una = f"({', '.join(['%s'] * len(campos))})"
    insertar_en = f"INSERT INTO {citar(opciones.db_table)} ({columnas}) VALUES "  # noqa: S608
    formas = [(campo, _tal_cual(campo), _lo_pone_solo(campo)) for campo in campos]
    return formas, insertar_en, una, f" RETURNING {citar(str(opciones.pk.column))}"


def _tal_cual(campo: _Campo) -> bool:
    final = campo.target_field if isinstance(campo, models.ForeignKey) else campo
    propio = type(final).__module__.startswith("django.")
    return propio and isinstance(final, _TAL_CUAL)


def _lo_pone_solo(campo: _Campo) -> bool:
    return type(campo).pre_save is not models.Field.pre_save


def _valor(fila: models.Model, campo: _Campo, tal_cual: bool, lo_pone_solo: bool) -> Any:
    valor = campo.pre_save(fila, add=True) if lo_pone_solo else getattr(fila, campo.attname)
    if tal_cual and type(valor) in _SIMPLES:
        return valor
    return campo.get_db_prep_save(valor, connection)


def insertar(filas: Sequence[M]) -> Sequence[M]:
    """Inserta ``filas``, nuevas y de un mismo modelo, en una sentencia; quedan con su id.

    Es ``bulk_create`` para valores ya calculados: sin expresiones, herencia ni ``ignore_conflicts``.
    Dentro de ``juntas``, el id llega cuando la sentencia sale.
    """
    if not filas:
        return filas
    campos, insertar_en, una, devolver = _forma(type(filas[0]))
    valores = [_valor(fila, *campo) for fila in filas for campo in campos]

    def poner_ids(cursor: Any) -> None:
        for fila, (pk,) in zip(filas, cursor.fetchall(), strict=True):
            fila.pk = pk
            fila._state.adding, fila._state.db = False, DEFAULT_DB_ALIAS

    ejecutar(insertar_en + ", ".join([una] * len(filas)) + devolver, valores, poner_ids)
    return filas
