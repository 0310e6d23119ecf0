"""Leer de MariaDB desde un bucle de eventos sin pasar por un hilo: se manda la consulta, y el bucle sigue con
lo demás hasta que hay respuesta.

Ir a un hilo y volver son dos vueltas del bucle y dos cambios de intérprete, en cada lectura de un escáner. La
conexión la abre Django; mysqlclient trae cómo mandar y recoger por separado.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import OperationalError

PLAZO_S = 5.0
"""Lo que se espera una respuesta, y lo más que una a medio llegar detiene al bucle."""

Filas = Sequence[Sequence[Any]]


class SinHilo:
    """Una conexión que atiende de a una consulta corta, de lectura. Salvo ``conectar``, es del bucle."""

    def __init__(self) -> None:
        self._cruda: Any = None
        """La de mysqlclient: la de Django se niega a servir en un bucle, porque la suya espera."""
        self._en_camino: asyncio.Future[Filas] | None = None
        """La consulta sin contestar, aunque quien la pidió ya no espere: su respuesta es sólo de ella."""
        self._corte: asyncio.TimerHandle | None = None
        self._enchufe = -1
        """Su descriptor: de una conexión perdida ya no se puede preguntar."""

    @property
    def abierta(self) -> bool:
        return self._cruda is not None

    @property
    def libre(self) -> bool:
        return self.abierta and self._en_camino is None

    @staticmethod
    def conectar() -> Any:
        """Una conexión, para ``abrir``. En un hilo, porque conectarse espera.

        Raises:
            OperationalError: la base no contesta.
        """
        envoltura = connections.create_connection(DEFAULT_DB_ALIAS)
        envoltura.settings_dict = envoltura.settings_dict | {
            "OPTIONS": envoltura.settings_dict["OPTIONS"] | {"read_timeout": int(PLAZO_S)}
        }
        envoltura.ensure_connection()
        return envoltura.connection

    def abrir(self, conexion: Any) -> None:
        """Lee por esa conexión; si ya tenía una, sigue con la suya."""
        if self.abierta:
            return
        self._cruda, self._enchufe = conexion, conexion.fileno()
        asyncio.get_running_loop().add_reader(self._enchufe, self._al_haber)

    async def leer(self, sql: str, parametros: Sequence[Any]) -> Filas:
        """Las filas de una consulta.

        Raises:
            OperationalError: la base se cayó o no contestó; la conexión queda cerrada.
        """
        bucle = asyncio.get_running_loop()
        futuro: asyncio.Future[Filas] = bucle.create_future()
        self._en_camino = futuro
        try:
            self._cruda.send_query(self._cruda.cursor().mogrify(sql, parametros).encode())
        except Exception as error:
            self.cerrar(error)
            return await futuro
        self._corte = bucle.call_later(PLAZO_S, self._no_contesto)
        return await futuro

    def _al_haber(self) -> None:
        futuro = self._en_camino
        if futuro is None:
            # Nadie preguntó: es la base que se despide.
            self.cerrar()
            return
        try:
            self._cruda.read_query_result()
            filas = self._cruda.store_result().fetch_row(0)
        except Exception as error:
            self.cerrar(error)
            return
        self._contestada()
        if not futuro.done():
            futuro.set_result(filas)

    def _no_contesto(self) -> None:
        self.cerrar(TimeoutError(f"la base no contestó en {PLAZO_S:.0f} s"))

    def _contestada(self) -> None:
        self._en_camino = None
        if self._corte is not None:
            self._corte.cancel()
            self._corte = None

    def cerrar(self, error: Exception | None = None) -> None:
        """La suelta; a quien esperaba su respuesta le llega ``error``."""
        futuro = self._en_camino
        self._contestada()
        if self.abierta:
            asyncio.get_running_loop().remove_reader(self._enchufe)
            with contextlib.suppress(Exception):  # ya perdida, despedirse falla
                self._cruda.close()
            self._cruda = None
        if futuro is not None and not futuro.done():
            futuro.set_exception(OperationalError(str(error)))
