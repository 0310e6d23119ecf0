"""Idempotency-Key: la misma clave y el mismo contenido reciben la primera respuesta, también a la vez.

La fila de la clave se inserta al empezar la transacción: de dos que llegan juntas, la segunda
espera en el índice único hasta que la primera confirma o se deshace.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from inventario.base.errores import ClaveReutilizada
from inventario.base.insercion import insertar
from inventario.base.juntas import adelantar, al_confirmar
from inventario.base.models import ClaveIdempotencia


class YaRespondida(Exception):
    """La clave ya tiene respuesta: el ``estado`` HTTP y el ``cuerpo`` que se dieron la primera vez."""

    def __init__(self, estado: int, cuerpo: Any) -> None:
        self.estado = estado
        self.cuerpo = cuerpo
        super().__init__("petición ya respondida")


class ClaveOcupada(Exception):
    """Señal interna: otra petición insertó antes la misma clave."""

    def __init__(self, peticion: "PeticionIdempotente") -> None:
        self.peticion = peticion
        super().__init__("clave ocupada")


@dataclass(frozen=True, kw_only=True)
class PeticionIdempotente:
    """Una petición con clave.

    Args:
        usuario_id: dueño de la clave; la misma clave de otro usuario es otra clave.
        clave: SHA-256 hexadecimal de la clave del cliente (así distingue mayúsculas en toda base).
        huella: SHA-256 hexadecimal de método, ruta y cuerpo.
        responder: de resultado a (estado HTTP, cuerpo JSON), dentro de la transacción.
    """

    usuario_id: int
    clave: str
    huella: str
    responder: Callable[[Any], tuple[int, Any]]

    def reservar(self) -> ClaveIdempotencia:
        """Inserta la clave.

        Raises:
            ClaveOcupada: ya estaba, o la insertó otra petición a la vez.
        """
        try:
            reserva = ClaveIdempotencia(
                usuario_id=self.usuario_id, clave=self.clave, huella=self.huella
            )
            insertar([reserva])
            return reserva
        except IntegrityError as error:
            raise ClaveOcupada(self) from error

    def guardar(self, reserva: ClaveIdempotencia, resultado: Any) -> None:
        """Guarda la respuesta, en la misma transacción que lo hecho."""
        # La respuesta dice el folio, que quizá iba a tomarse al confirmar.
        adelantar()
        reserva.estado, cuerpo = self.responder(resultado)
        reserva.cuerpo = json.dumps(cuerpo, ensure_ascii=False)
        al_confirmar(
            f"UPDATE {ClaveIdempotencia._meta.db_table} SET estado = %s, cuerpo = %s WHERE id = %s",  # noqa: S608
            [reserva.estado, reserva.cuerpo, reserva.pk],
        )

    def lanzar_respuesta_guardada(self) -> None:
        """Lanza lo que corresponde a una clave ya usada; vuelve en silencio si quedó libre.

        Raises:
            YaRespondida: mismo contenido.
            ClaveReutilizada: otro contenido.
        """
        fila = ClaveIdempotencia.objects.filter(
            usuario_id=self.usuario_id, clave=self.clave
        ).first()
        if fila is None:
            return
        if fila.huella != self.huella:
            raise ClaveReutilizada
        raise YaRespondida(fila.estado, json.loads(fila.cuerpo))
