"""``@operacion``: un caso de uso es una transacción, entera o nada, repetida si la base lo pide.

- Nunca anidada (``durable``): un caso de uso lo llaman las puertas, no otro caso de uso.
- En SQLite la transacción es IMMEDIATE (ajustes): quien escribe espera su turno antes de leer.
- En MariaDB un interbloqueo o una espera agotada se repite entera, con una pausa al azar.
- ``con_clave`` agrega la ``Idempotency-Key`` *dentro* de la misma transacción: o quedan la venta
  y su respuesta guardada, o no queda ninguna.
"""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction

from inventario.base.idempotencia import ClaveOcupada, PeticionIdempotente
from inventario.base.juntas import exigir_transaccion
from inventario.base.motor import es_mariadb

__all__ = [
    "Operacion", "Remediable", "es_repetible", "exigir_transaccion", "foto", "hasta_agotar", "operacion",
]

P = ParamSpec("P")
R = TypeVar("R")

INTENTOS = 8
PAUSA_S = 0.02
# MariaDB: interbloqueo, espera de candado agotada, «la fila cambió desde la última lectura».
CODIGOS_REPETIBLES = frozenset({1213, 1205, 1020})


class Remediable(OperationalError):
    """La operación no puede todavía: se deshace, se remedia fuera de su transacción, y se repite entera."""

    def remediar(self) -> None:
        raise NotImplementedError


def es_repetible(error: DatabaseError) -> bool:
    """Si la base deshizo la transacción por choque con otra, y repetirla entera puede resultar."""
    codigo = error.args[0] if error.args else None
    return codigo in CODIGOS_REPETIBLES or "database is locked" in str(error)


@contextmanager
def foto() -> Iterator[None]:
    """Lo que se lee adentro es de un mismo instante, aunque otros sigan vendiendo. Ahí no se escribe."""
    if es_mariadb() and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # Vale para la transacción que sigue: la de siempre ve lo que otros confirman entre dos lecturas.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with transaction.atomic():
        yield


class Operacion(Generic[P, R]):
    """Caso de uso envuelto en su transacción. Se llama como la función original."""

    def __init__(self, funcion: Callable[P, R]) -> None:
        self.funcion = funcion
        functools.update_wrapper(self, funcion)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._repetir(None, *args, **kwargs)

    def con_clave(
        self, peticion: PeticionIdempotente | None, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Como la llamada simple; con ``peticion``, su clave y respuesta van en la transacción.

        Raises:
            YaRespondida: la clave ya tiene respuesta; trae la primera, para darla otra vez.
            ClaveReutilizada: la clave se usó con otro contenido.
        """
        return self._repetir(peticion, *args, **kwargs)

    def _repetir(
        self, peticion: PeticionIdempotente | None, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        intento = 1
        while True:
            try:
                with transaction.atomic(durable=True):
                    if peticion is None:
                        return self.funcion(*args, **kwargs)
                    reserva = peticion.reservar()
                    resultado = self.funcion(*args, **kwargs)
                    peticion.guardar(reserva, resultado)
                    return resultado
            except ClaveOcupada as error:
                # Ya fuera de la transacción: lo que la otra confirmó es visible. Si la otra
                # se deshizo, no hay fila y la clave está libre: se intenta de nuevo.
                error.peticion.lanzar_respuesta_guardada()
            except Remediable as error:
                if intento >= INTENTOS:
                    raise
                error.remediar()
                intento += 1
                continue
            except OperationalError as error:
                if intento >= INTENTOS or not es_repetible(error):
                    raise
            if intento >= INTENTOS:
                raise OperationalError("la clave de idempotencia no se pudo reservar")
            time.sleep(random.uniform(0, PAUSA_S * 2**intento))  # noqa: S311 - no es criptografía
            intento += 1


def operacion(funcion: Callable[P, R]) -> Operacion[P, R]:
    """Decora un caso de uso; ver el módulo."""
    return Operacion(funcion)


def hasta_agotar(vuelta: Callable[[], int]) -> int:
    """Repite ``vuelta`` (un caso de uso que hace un trozo y dice cuántos) hasta que no quede nada."""
    total = 0
    while hechos := vuelta():
        total += hechos
    return total
