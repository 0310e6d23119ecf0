"""Una consulta que se repite muchas veces por segundo: su SQL se arma una vez y sólo cambian los valores.

Armar la del escáner cuesta unas diez veces lo que correrla. No es una caché de datos: cada vez va a la base.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)

TAMANOS = (1, 4, 16, 64, 256)
"""De cuántos valores se arman: los que falten repiten el último."""


class ConsultaArmada(Generic[M]):
    """``armar(contexto, valores)`` da el queryset, con ``valores`` sólo dentro de un ``__in``."""

    def __init__(self, armar: Callable[[Any, Sequence[str]], QuerySet[M]]) -> None:
        self._armar = armar
        # Por hilo: un compilador pertenece a la conexión del suyo.
        self._de_este_hilo = threading.local()

    def traer(self, contexto: Hashable, valores: Sequence[str]) -> list[M]:
        """Las filas de esos valores, en una consulta por cada 256."""
        filas: list[M] = []
        for inicio in range(0, len(valores), TAMANOS[-1]):
            parte = valores[inicio : inicio + TAMANOS[-1]]
            tamano = next(t for t in TAMANOS if t >= len(parte))
            lista = self._lista(contexto, tamano)
            filas += lista([*parte, *[parte[-1]] * (tamano - len(parte))])
        return filas

    def _lista(self, contexto: Hashable, tamano: int) -> Callable[[list[str]], list[M]]:
        if getattr(self._de_este_hilo, "contexto", None) != contexto:
            self._de_este_hilo.contexto, self._de_este_hilo.listas = contexto, {}
        listas = self._de_este_hilo.listas
        if tamano not in listas:
            listas[tamano] = self._preparar(contexto, tamano)
        lista: Callable[[list[str]], list[M]] = listas[tamano]
        return lista

    def _preparar(self, contexto: Hashable, tamano: int) -> Callable[[list[str]], list[M]]:
        marcas = [f"\0{n}" for n in range(tamano)]
        filas: Any = self._armar(contexto, marcas)
        compilador = filas.query.get_compiler(using=filas.db)
        sql, parametros = compilador.as_sql()
        lugares = {marca: n for n, marca in enumerate(marcas)}
        orden = [lugares.get(p) if isinstance(p, str) else None for p in parametros]

        def correr(valores: list[str]) -> list[M]:
            llenos = tuple(
                parametro if lugar is None else valores[lugar]
                for parametro, lugar in zip(parametros, orden, strict=True)
            )
            compilador.as_sql = lambda *_args, **_opciones: (sql, llenos)
            return list(ModelIterable(filas))

        filas.query.get_compiler = lambda *_args, **_opciones: compilador
        return correr
