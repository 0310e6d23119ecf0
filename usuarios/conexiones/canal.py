"""El canal entre procesos, sobre la capa de Channels: publicar, escuchar y saber si está vivo.

Todos los procesos están en un solo grupo, y lo que uno publica viaja en tandas: la siguiente se lleva
lo que llegó mientras salía la anterior. Con un grupo por usuario, la misma carga costaba una orden a
Redis por mensaje, y mil suscripciones que rehacer cuando vuelve. Lo que se pierde se cuenta: cada
emisor numera sus tandas, y quien recibe nota los saltos.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from inventario.base.avisos import GRUPO_SOCKETS

bitacora = logging.getLogger(__name__)

LATIDO_S = 2.0
"""Cada cuánto se comprueba el canal, y cuánto se espera por él."""

REINTENTO_S = 0.5
"""Lo mismo, mientras está caído: la vuelta se nota pronto."""

SILENCIOS = 3
"""Latidos seguidos sin respuesta para darlo por caído. Un error de conexión no espera: vale por todos."""

ESPERA_OTROS_S = 5.0
"""Al volver, cuánto se espera a que los demás procesos también oigan: uno pudo morir en el corte."""

TANDA_MAXIMA = 200

Mensaje = Mapping[str, Any]
Recibir = Callable[[dict[str, Any]], Awaitable[None]]
Cambiar = Callable[[bool], Awaitable[None]]


class Canal:
    """``al_recibir`` atiende cada mensaje ajeno; ``al_cambiar`` sabe si el canal cayó o volvió."""

    def __init__(self, proceso: str, *, al_recibir: Recibir, al_cambiar: Cambiar) -> None:
        self.proceso = proceso
        self.activo = True
        self.capa = get_channel_layer()
        self.entre_procesos = not isinstance(self.capa, InMemoryChannelLayer)
        self._al_recibir = al_recibir
        self._al_cambiar = al_cambiar
        self._nombre: str | None = None
        self._por_salir: list[tuple[Mensaje, asyncio.Future[bool]]] = []
        self._salida: asyncio.Task[None] | None = None
        self._tandas = itertools.count(1)
        self._vistas: dict[str, int] = {}
        self._perdidos = 0
        self._eco = asyncio.Event()
        self._latidos = itertools.count(1)
        self._esperado = 0
        self._silencios = 0
        self._oyen: dict[str, float] = {}
        self._caida = 0.0
        self._vuelta: float | None = None

    @property
    def perdidos(self) -> int:
        """Tandas de mensajes que no llegaron a este proceso desde que partió."""
        return self._perdidos + int(getattr(self.capa, "perdidos", 0))

    async def suscribir(self) -> bool:
        """Estar en el grupo. ``False`` si el canal está caído: se reintenta en cada latido."""
        if self._nombre is None:
            try:
                async with asyncio.timeout(LATIDO_S):
                    nombre = await self.capa.new_channel()
                    await self.capa.group_add(GRUPO_SOCKETS, nombre)
            except Exception as error:
                await self._fallo(error)
                return False
            self._nombre = nombre
        return True

    async def correr(self) -> None:
        """Escucha y vigila hasta que lo cancelen."""
        async with asyncio.TaskGroup() as grupo:
            grupo.create_task(self._escuchar())
            if self.entre_procesos:
                grupo.create_task(self._vigilar())

    async def publicar(self, mensaje: Mensaje) -> bool:
        """Manda ``mensaje`` a los demás procesos. ``False`` si no se pudo: quien llama debe decirlo."""
        if not self.entre_procesos:
            return True
        if not self.activo:
            return False
        futuro: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._por_salir.append((mensaje, futuro))
        if self._salida is None or self._salida.done():
            self._salida = asyncio.create_task(self._vaciar())
        return await futuro

    async def _vaciar(self) -> None:
        while self._por_salir:
            tanda, self._por_salir = self._por_salir[:TANDA_MAXIMA], self._por_salir[TANDA_MAXIMA:]
            salio = await self._mandar([mensaje for mensaje, _ in tanda])
            for _, futuro in tanda:
                # El de quien se fue esperando ya está cancelado; su mensaje salió igual.
                if not futuro.done():
                    futuro.set_result(salio)

    async def _mandar(self, mensajes: list[Mensaje]) -> bool:
        tanda = {
            "type": "tanda", "origen": self.proceso, "n": next(self._tandas), "mensajes": mensajes,
        }
        try:
            async with asyncio.timeout(LATIDO_S):
                await self.capa.group_send(GRUPO_SOCKETS, tanda)
        except Exception as error:
            await self._fallo(error)
            return False
        return True

    async def _escuchar(self) -> None:
        while True:
            if self._nombre is None:
                await asyncio.sleep(LATIDO_S / 2)
                continue
            try:
                mensaje = await self.capa.receive(self._nombre)
            except Exception as error:
                await self._fallo(error)
                await asyncio.sleep(LATIDO_S / 2)
                continue
            try:
                await self._recibir(mensaje)
            except Exception:
                bitacora.exception("mensaje del canal sin atender")

    async def _recibir(self, mensaje: dict[str, Any]) -> None:
        if mensaje["type"] == "latido":
            if (mensaje["origen"], mensaje["n"]) == (self.proceso, self._esperado):
                self._eco.set()
            elif mensaje["origen"] != self.proceso and mensaje.get("oye"):
                self._oyen[mensaje["origen"]] = time.monotonic()
        elif mensaje["type"] != "tanda":
            await self._al_recibir(mensaje)
        elif mensaje["origen"] != self.proceso:
            self._contar(mensaje["origen"], mensaje["n"])
            for parte in mensaje["mensajes"]:
                await self._al_recibir(parte)

    def _contar(self, origen: str, n: int) -> None:
        anterior = self._vistas.get(origen)
        self._vistas[origen] = n
        if anterior is not None and n > anterior + 1:
            self._perdidos += n - anterior - 1
            bitacora.warning("el canal perdió %d tandas de mensajes", n - anterior - 1)

    async def _vigilar(self) -> None:
        oye = False
        while True:
            if not await self.suscribir():
                await asyncio.sleep(REINTENTO_S)
                continue
            self._esperado = next(self._latidos)
            self._eco.clear()
            latido = {"type": "latido", "origen": self.proceso, "n": self._esperado, "oye": oye}
            try:
                async with asyncio.timeout(self._ritmo):
                    await self.capa.group_send(GRUPO_SOCKETS, latido)
                    await self._eco.wait()
                self._silencios = 0
                oye = True
                if self.activo or self._todos_oyen():
                    await self._poner(True)
            except Exception as error:
                oye = False
                self._silencios += 1
                await self._fallo(error)
            await asyncio.sleep(self._ritmo)

    def _todos_oyen(self) -> bool:
        """Si los procesos que había antes del corte ya oyen otra vez; publicar sin ellos sería perder."""
        ahora = time.monotonic()
        self._vuelta = self._vuelta or ahora
        habia = [visto for visto in self._oyen.values() if visto > self._caida - SILENCIOS * LATIDO_S]
        return all(visto > self._caida for visto in habia) or ahora - self._vuelta > ESPERA_OTROS_S

    @property
    def _ritmo(self) -> float:
        return LATIDO_S if self.activo else REINTENTO_S

    async def _fallo(self, error: Exception) -> None:
        # Una espera agotada puede ser sólo un procesador ocupado: no se corta a todos por una.
        if not isinstance(error, TimeoutError) or self._silencios >= SILENCIOS:
            await self._poner(False, error)

    async def _poner(self, activo: bool, error: Exception | None = None) -> None:
        if activo == self.activo:
            return
        self.activo = activo
        if activo:
            bitacora.warning("el canal entre procesos volvió")
        else:
            self._caida, self._vuelta = time.monotonic(), None
            bitacora.error("el canal entre procesos no responde: %r", error)
        await self._al_cambiar(activo)
