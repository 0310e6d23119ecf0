"""Un INSERT sin armar la consulta cada vez: las filas de una venta eran un quinto de su tiempo en el ORM."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

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
_Cambio: TypeAlias = Callable[[Any], Any]
"""De un valor del modelo al que la base quiere."""


@dataclass(frozen=True, slots=True)
class _Forma:
    """Cómo se inserta un modelo: sus valores, y los trozos del INSERT.

    Args:
        leer: los valores, de los atributos de una fila recién armada, que están todos: nada se busca.
        numerada: su id lo pone la base.
        cambios: según los tipos de los valores de una fila, los que hay que convertir, por su lugar.
    """

    leer: Callable[[dict[str, Any]], tuple[Any, ...]]
    campos: Sequence[_Campo]
    solos: Sequence[_Campo]
    numerada: bool
    insertar_en: str
    devolver: str
    cambios: dict[tuple[type, ...], Sequence[tuple[int, _Cambio]]] = field(default_factory=dict)


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
        leer=itemgetter(*nombres) if len(nombres) > 1 else lambda fila: (fila[nombres[0]],),
        campos=campos,
        solos=[campo for campo in campos if type(campo).pre_save is not models.Field.pre_save],
        numerada=opciones.auto_field is not None,
        insertar_en=insertar_en,
        devolver=f" RETURNING {citar(str(opciones.pk.column))}",
    )


def _tal_cual(campo: _Campo) -> bool:
    final = campo.target_field if isinstance(campo, models.ForeignKey) else campo
    if isinstance(final, DecimalExacto):
        return es_mariadb()
    return type(final).__module__.startswith("django.") and isinstance(final, _TAL_CUAL)


_FECHA_Y_HORA = models.DateTimeField()


@lru_cache(maxsize=64)
def _instante(valor: datetime) -> Any:
    """Lo que se escribe junto casi siempre es de un mismo instante."""
    return _FECHA_Y_HORA.get_db_prep_save(valor, connection)


def _cambio(campo: _Campo, tipo: type) -> _Cambio | None:
    """Qué se le hace a un valor de ``tipo`` antes de mandarlo; ``None``, nada."""
    tal_cual = _tal_cual(campo)
    if tipo is type(None) or (tal_cual and tipo in _SIMPLES):
        return None
    if tal_cual and issubclass(tipo, models.Choices):
        return attrgetter("value")
    if tipo is datetime and type(campo) is models.DateTimeField:
        return _instante
    if tipo is date and type(campo) is models.DateField:
        return str
    return lambda valor: campo.get_db_prep_save(valor, connection)


def _valores(fila: models.Model, forma: _Forma) -> Sequence[Any]:
    for campo in forma.solos:
        setattr(fila, campo.attname, campo.pre_save(fila, add=True))
    valores = forma.leer(fila.__dict__)
    tipos = tuple(map(type, valores))
    cambios = forma.cambios.get(tipos)
    if cambios is None:
        posibles = [(lugar, _cambio(forma.campos[lugar], tipo)) for lugar, tipo in enumerate(tipos)]
        cambios = forma.cambios[tipos] = [(lugar, cambio) for lugar, cambio in posibles if cambio]
    cambiados = list(valores)
    for lugar, cambio in cambios:
        cambiados[lugar] = cambio(valores[lugar])
    return cambiados


_LLANO = re.compile(r"""[\w .,:;+/()$"{}\[\]#&@-]*""")
"""Un texto en que nada significa otra cosa entre comillas simples: letras, cifras y puntuación. Ni ellas, ni
``\\``, ni ``%``, con que se ponen los parámetros."""
_ESCRITOS = {int: "{:d}", bool: "{:d}", type(None): "NULL", Decimal: "{:f}", date: "'{}'", str: "'{}'"}
"""Lo que en MariaDB va escrito: que el cliente lo cite uno a uno cuesta el triple."""


class _Plan:
    """Cómo se escriben unos valores según sus tipos: los que no van escritos son un ``%s`` y su parámetro."""

    def __init__(self, tipos: Sequence[type]) -> None:
        escritos = _ESCRITOS if es_mariadb() else {}
        marcas = [_marca(n, escritos.get(tipo)) for n, tipo in enumerate(tipos)]
        self.textos = [n for n, tipo in enumerate(tipos) if tipo is str and tipo in escritos]
        self.llana, self.sueltos = ", ".join(marcas), [n for n, marca in enumerate(marcas) if marca == "%s"]
        for n in self.textos:
            marcas[n] = "%s"
        self.citada, self.citados = ", ".join(marcas), [n for n, marca in enumerate(marcas) if marca == "%s"]


def _marca(lugar: int, escrito: str | None) -> str:
    return "%s" if escrito is None else escrito.replace("{", f"{{{lugar}")


_planes: dict[tuple[type, ...], _Plan] = {}
"""Tantos como combinaciones de tipos tienen las filas de cada tabla: las da lo que puede ser nulo."""


def _escribir(valores: Sequence[Any], parametros: list[Any]) -> str:
    tipos = tuple(map(type, valores))
    plan = _planes.get(tipos)
    if plan is None:
        plan = _planes[tipos] = _Plan(tipos)
    if not plan.textos or _LLANO.fullmatch("".join([valores[n] for n in plan.textos])):
        plantilla, sueltos = plan.llana, plan.sueltos
    else:
        plantilla, sueltos = plan.citada, plan.citados
    if sueltos:
        parametros.extend([valores[n] for n in sueltos])
    return plantilla.format(*valores)


def marcas_de(valores: Iterable[Any], parametros: list[Any]) -> list[str]:
    """Cada valor como va en el SQL: escrito, o ``%s`` y a ``parametros``."""
    return [_escribir((valor,), parametros) for valor in valores]


def valores_de(filas: Iterable[Sequence[Any]]) -> tuple[str, list[Any]]:
    """``(1, %s), (2, %s)`` y sus parámetros, para ir detrás de ``VALUES``."""
    parametros: list[Any] = []
    textos = [f"({_escribir(valores, parametros)})" for valores in filas]
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
    textos, parametros = valores_de([_valores(fila, forma) for fila in filas])
    if not con_ids:
        ejecutar(forma.insertar_en + textos, parametros)
        return filas

    # El de una sola viene con el aviso de que se escribió: pedirlo es otra respuesta que armar y leer.
    una = len(filas) == 1 and forma.numerada

    def poner_ids(cursor: Any) -> None:
        ids = [cursor.lastrowid] if una else [pk for (pk,) in cursor.fetchall()]
        for fila, pk in zip(filas, ids, strict=True):
            fila.pk = pk
            fila._state.adding, fila._state.db = False, DEFAULT_DB_ALIAS

    ejecutar(forma.insertar_en + textos + ("" if una else forma.devolver), parametros, poner_ids)
    return filas
