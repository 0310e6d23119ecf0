"""Un INSERT sin armar la consulta cada vez: las filas de una venta eran un quinto de su tiempo en el ORM."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from inventario.base.decimal_exacto import DecimalExacto
from inventario.base.juntas import ejecutar
from inventario.base.motor import es_mariadb

M = TypeVar("M", bound=models.Model)
_Campo: TypeAlias = "models.Field[Any, Any]"

_TAL_CUAL = (
    models.AutoField, models.BooleanField, models.CharField, models.DecimalField, models.ForeignKey,
    models.IntegerField, models.TextField,
)
_SIMPLES = frozenset({int, str, bool, Decimal})
"""En esos campos, un valor que ya es de uno de éstos no hay que convertirlo para ninguna de las dos bases."""


@dataclass(frozen=True, slots=True)
class _Forma:
    """Cómo se inserta un modelo: sus valores, cuáles se escriben tal cual, y los trozos del INSERT."""

    leer: Callable[[Any], tuple[Any, ...]]
    campos: Sequence[tuple[_Campo, bool]]
    solos: Sequence[_Campo]
    insertar_en: str
    devolver: str


@cache
def _forma(modelo: type[models.Model]) -> _Forma:
    opciones = modelo._meta
    campos = [
        campo for campo in opciones.concrete_fields
        if campo is not opciones.auto_field and not campo.generated
    ]
    citar = connection.ops.quote_name
    columnas = ", ".join(citar(str(campo.column)) for campo in campos)
    insertar_en = f"INSERT INTO {citar(opciones.db_table)} ({columnas}) VALUES "  # noqa: S608
    nombres = [campo.attname for campo in campos]
    return _Forma(
        leer=attrgetter(*nombres) if len(nombres) > 1 else lambda fila: (getattr(fila, nombres[0]),),
        campos=[(campo, _tal_cual(campo)) for campo in campos],
        solos=[campo for campo in campos if type(campo).pre_save is not models.Field.pre_save],
        insertar_en=insertar_en,
        devolver=f" RETURNING {citar(str(opciones.pk.column))}",
    )


def _tal_cual(campo: _Campo) -> bool:
    final = campo.target_field if isinstance(campo, models.ForeignKey) else campo
    if isinstance(final, DecimalExacto):
        return es_mariadb()
    return type(final).__module__.startswith("django.") and isinstance(final, _TAL_CUAL)


def _valores(fila: models.Model, forma: _Forma, conexion: Any, instantes: dict[datetime, Any]) -> list[Any]:
    for campo in forma.solos:
        setattr(fila, campo.attname, campo.pre_save(fila, add=True))
    valores = []
    for valor, (campo, tal_cual) in zip(forma.leer(fila), forma.campos, strict=True):
        if valor is None or (tal_cual and type(valor) in _SIMPLES):
            valores.append(valor)
        elif tal_cual and isinstance(valor, models.Choices):
            valores.append(valor.value)
        elif type(valor) is datetime and type(campo) is models.DateTimeField:
            # Lo que se escribe junto casi siempre es de un mismo instante.
            if valor not in instantes:
                instantes[valor] = campo.get_db_prep_save(valor, conexion)
            valores.append(instantes[valor])
        else:
            valores.append(campo.get_db_prep_save(valor, conexion))
    return valores


_LLANO = re.compile(r"[A-Za-z0-9_ .:+-]*", re.ASCII)
"""Un texto en que nada significa otra cosa entre comillas: ni comillas, ni ``\\``, ni ``%``, ni tildes."""
_ESCRITOS: dict[type, Callable[[Any], str | None]] = {
    int: str,
    bool: lambda valor: "1" if valor else "0",
    type(None): lambda _: "NULL",
    Decimal: lambda valor: format(valor, "f"),
    str: lambda valor: f"'{valor}'" if _LLANO.fullmatch(valor) else None,
}
"""Lo que en MariaDB va escrito: que el cliente lo cite uno a uno cuesta el triple. ``None``: que lo cite."""


def marcas_de(valores: Iterable[Any], parametros: list[Any]) -> list[str]:
    """Cada valor como va en el SQL: escrito, o ``%s`` y a ``parametros``."""
    escritos = _ESCRITOS if es_mariadb() else {}
    marcas = []
    for valor in valores:
        escribir = escritos.get(type(valor))
        escrito = escribir(valor) if escribir else None
        if escrito is None:
            parametros.append(valor)
        marcas.append(escrito or "%s")
    return marcas


def valores_de(filas: Iterable[Sequence[Any]]) -> tuple[str, list[Any]]:
    """``(1, %s), (2, %s)`` y sus parámetros, para ir detrás de ``VALUES``."""
    parametros: list[Any] = []
    textos = [f"({', '.join(marcas_de(fila, parametros))})" for fila in filas]
    return ", ".join(textos), parametros


def insertar(filas: Sequence[M], *, con_ids: bool = True) -> Sequence[M]:
    """Inserta ``filas``, nuevas y de un mismo modelo, en una sentencia; quedan con su id.

    Es ``bulk_create`` para valores ya calculados: sin expresiones, herencia ni ``ignore_conflicts``.
    Dentro de ``juntas``, el id llega cuando la sentencia sale. Sin ``con_ids`` no se pide: no traerlo es
    una respuesta menos que leer, y esas filas no sirven después para guardarlas ni para nombrarlas.
    """
    if not filas:
        return filas
    forma = _forma(type(filas[0]))
    # La conexión misma: por ``connection`` cada mirada la busca de nuevo en el hilo.
    conexion = connections[DEFAULT_DB_ALIAS]
    instantes: dict[datetime, Any] = {}
    textos, parametros = valores_de(_valores(fila, forma, conexion, instantes) for fila in filas)
    if not con_ids:
        ejecutar(forma.insertar_en + textos, parametros)
        return filas

    def poner_ids(cursor: Any) -> None:
        for fila, (pk,) in zip(filas, cursor.fetchall(), strict=True):
            fila.pk = pk
            fila._state.adding, fila._state.db = False, DEFAULT_DB_ALIAS

    ejecutar(forma.insertar_en + textos + forma.devolver, parametros, poner_ids)
    return filas
