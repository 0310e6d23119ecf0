"""El canal entre procesos, sobre la capa de Channels: suscribirse, publicar y saber si está vivo.

Cada proceso se suscribe una vez por usuario con sockets locales. Lo que se pierde se cuenta: cada
emisor numera lo que publica a cada grupo, y quien recibe nota los saltos.
"""

import asyncio
import itertools
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

bitacora = logging.getLogger(__name__)

LATIDO_S = 2.0
"""Cada cuánto se comprueba el canal, y cuánto se espera por él."""

Recibir = Callable[[dict[str, Any]], Awaitable[None]]
Cambiar = Callable[[bool], Awaitable[None]]


class Canal:
    """``al_recibir`` atiende cada mensaje ajeno; ``al_cambiar`` sabe si el canal cayó o volvió."""

    def __init__(self, proceso: str, *, al_recibir: Recibir, al_cambiar: Cambiar) -> None:
        self.proceso = proceso
        self.activo = True
        self._perdidos = 0
        self.capa = get_channel_layer()
        self.entre_procesos = not isinstance(self.capa, InMemoryChannelLayer)
        self._al_recibir = al_recibir
        self._al_cambiar = al_cambiar
        self._nombre = f"sockets.{proceso}"
        self._grupos: set[str] = {self._nombre}
        self._suscritos: set[str] = set()
        self._eco = asyncio.Event()
        self._latidos = itertools.count(1)
        self._esperado = 0
        self._enviados: dict[str, int] = defaultdict(int)
        self._vistos: dict[str, dict[str, int]] = {}

    @property
    def perdidos(self) -> int:
        """Mensajes que no llegaron a este proceso desde que partió."""
        return self._perdidos + int(getattr(self.capa, "perdidos", 0))

    async def correr(self) -> None:
        """Escucha y vigila hasta que lo cancelen."""
        async with asyncio.TaskGroup() as grupo:
            grupo.create_task(self._escuchar())
            if self.entre_procesos:
                grupo.create_task(self._vigilar())

    async def suscribir(self, grupo: str) -> None:
        """Recibir lo de ``grupo``; si el canal está caído, en cuanto vuelva."""
        self._grupos.add(grupo)
        await self._suscribir_lo_que_falte()

    async def desuscribir(self, grupo: str) -> None:
        self._grupos.discard(grupo)
        self._vistos.pop(grupo, None)
        if grupo in self._suscritos:
            self._suscritos.discard(grupo)
            try:
                async with asyncio.timeout(LATIDO_S):
                    await self.capa.group_discard(grupo, self._nombre)
            except Exception:
                bitacora.warning("no se pudo dejar el grupo %s", grupo)

    async def publicar(self, grupo: str, mensaje: Mapping[str, Any]) -> bool:
        """Manda ``mensaje`` a los demás procesos. ``False`` si no se pudo: quien llama debe decirlo."""
        if not self.entre_procesos:
            return True
        if not self.activo:
            return False
        self._enviados[grupo] += 1
        sobre = {**mensaje, "origen": self.proceso, "grupo": grupo, "n": self._enviados[grupo]}
        try:
            async with asyncio.timeout(LATIDO_S):
                await self.capa.group_send(grupo, sobre)
        except Exception as error:
            await self._poner(False, error)
            return False
        return True

    async def _escuchar(self) -> None:
        while True:
            try:
                mensaje = await self.capa.receive(self._nombre)
            except Exception as error:
                await self._poner(False, error)
                await asyncio.sleep(LATIDO_S / 2)
                continue
            try:
                await self._recibir(mensaje)
            except Exception:
                bitacora.exception("mensaje del canal sin atender")

    async def _recibir(self, mensaje: dict[str, Any]) -> None:
        if mensaje["type"] == "latido":
            if mensaje["n"] == self._esperado:
                self._eco.set()
            return
        origen = mensaje.get("origen")
        if origen == self.proceso:
            return
        if origen is not None:
            self._contar(mensaje["grupo"], origen, mensaje["n"])
        await self._al_recibir(mensaje)

    def _contar(self, grupo: str, origen: str, n: int) -> None:
        vistos = self._vistos.setdefault(grupo, {})
        anterior = vistos.get(origen)
        vistos[origen] = n
        if anterior is not None and n > anterior + 1:
            self._perdidos += n - anterior - 1
            bitacora.warning("el canal perdió %d mensajes de %s", n - anterior - 1, grupo)

    async def _vigilar(self) -> None:
        while True:
            try:
                await self._suscribir_lo_que_falte()
                self._esperado = next(self._latidos)
                self._eco.clear()
                async with asyncio.timeout(LATIDO_S):
                    await self.capa.group_send(self._nombre, {"type": "latido", "n": self._esperado})
                    await self._eco.wait()
                await self._poner(True)
            except Exception as error:
                await self._poner(False, error)
            await asyncio.sleep(LATIDO_S)

    async def _suscribir_lo_que_falte(self) -> None:
        for grupo in list(self._grupos - self._suscritos):
            try:
                async with asyncio.timeout(LATIDO_S):
                    await self.capa.group_add(grupo, self._nombre)
            except Exception as error:
                await self._poner(False, error)
                return
            self._suscritos.add(grupo)

    async def _poner(self, activo: bool, error: Exception | None = None) -> None:
        if activo == self.activo:
            return
        self.activo = activo
        if activo:
            bitacora.warning("el canal entre procesos volvió")
        else:
            bitacora.error("el canal entre procesos no responde: %r", error)
        await self._al_cambiar(activo)
