"""La capa de Channels del modo embebido: en memoria, y que no bota nada en silencio."""

import asyncio
import logging
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

bitacora = logging.getLogger(__name__)

SIEMPRE_S = 10 * 365 * 86_400
CAPACIDAD = 10_000


class CapaEnMemoria(InMemoryChannelLayer):  # type: ignore[misc]
    """Como la de Channels, salvo en tres cosas que a un proceso que dura meses le importan.

    - Un canal lleno se cuenta (``perdidos``) y se anota; la original lo calla.
    - Los grupos no caducan: la original saca a un miembro al día de haber entrado.
    - Se puede enviar desde otro hilo: la original no despierta al bucle que espera.
    """

    def __init__(self, **opciones: Any) -> None:
        super().__init__(
            **{"expiry": SIEMPRE_S, "group_expiry": SIEMPRE_S, "capacity": CAPACIDAD, **opciones}
        )
        self.perdidos = 0
        self._bucles: dict[str, asyncio.AbstractEventLoop] = {}

    async def receive(self, channel: str) -> dict[str, Any]:
        self._bucles[channel] = asyncio.get_running_loop()
        mensaje: dict[str, Any] = await super().receive(channel)
        return mensaje

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        for canal in list(self.groups.get(group, {})):
            bucle = self._bucles.get(canal)
            if bucle is None or bucle is asyncio.get_running_loop():
                await self._enviar(canal, message)
            elif not bucle.is_closed():
                asyncio.run_coroutine_threadsafe(self._enviar(canal, message), bucle)

    async def _enviar(self, canal: str, mensaje: dict[str, Any]) -> None:
        try:
            await self.send(canal, mensaje)
        except ChannelFull:
            self.perdidos += 1
            bitacora.error("canal lleno: van %d mensajes perdidos", self.perdidos)
