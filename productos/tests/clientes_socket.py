"""Clientes de prueba que hablan con la aplicación ASGI entera, por cualquiera de los dos transportes."""

import asyncio
import json
from typing import Any

from channels.testing import WebsocketCommunicator
from django.utils import timezone

from inventario.asgi import application
from usuarios.models import Sesion, Usuario
from usuarios.tokens import emitir

ESPERA_S = 3.0


def abrir_sesion(usuario: Usuario) -> tuple[Sesion, str]:
    """Una sesión abierta y su token de acceso, sin pasar por /login."""
    ahora = timezone.now()
    sesion = Sesion(usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora)
    tokens = emitir(sesion_id=sesion.pk, ahora=ahora)
    sesion.jti_refresco, sesion.vence = tokens.jti, ahora + timezone.timedelta(days=1)
    sesion.save()
    return sesion, tokens.acceso


class Cliente:
    """Un dispositivo conectado. Lo que llega se guarda hasta que alguien lo espere."""

    transporte = ""

    def __init__(self) -> None:
        self.recibidos: list[tuple[str, Any]] = []
        self.cerrado: int | None = None

    async def esperar(self, evento: str, espera: float = ESPERA_S) -> Any:
        """Los datos del próximo ``evento`` (los demás quedan guardados, en orden)."""
        async with asyncio.timeout(espera):
            while True:
                for n, (nombre, datos) in enumerate(self.recibidos):
                    if nombre == evento:
                        del self.recibidos[n]
                        return datos
                await self._recibir()

    async def esperar_cierre(self, espera: float = ESPERA_S) -> int:
        async with asyncio.timeout(espera):
            while self.cerrado is None:
                await self._recibir()
        return self.cerrado

    async def silencio(self, evento: str, espera: float = 0.3) -> bool:
        """Si ``evento`` no llega en ese rato."""
        try:
            await self.esperar(evento, espera)
        except TimeoutError:
            return True
        return False

    async def decir(self, evento: str, datos: Any) -> None:
        raise NotImplementedError

    async def _recibir(self) -> None:
        raise NotImplementedError


class ClienteWS(Cliente):
    """WebSocket simple, con el token en el subprotocolo o en la cabecera."""

    transporte = "websocket"

    def __init__(
        self, token: str | None, *, cabeceras: dict[str, str] | None = None, ruta: str = "/ws/escaneo/",
        en_cabecera: bool = False,
    ) -> None:
        super().__init__()
        todas = dict(cabeceras or {})
        if token and en_cabecera:
            todas["authorization"] = f"Bearer {token}"
        self.com = WebsocketCommunicator(
            application, ruta,
            headers=[(k.encode(), v.encode()) for k, v in todas.items()],
            subprotocols=["bearer", token] if token and not en_cabecera else [],
        )
        self.com.scope["client"] = ["127.0.0.1", 5555]

    async def conectar(self) -> bool:
        self.entro, self.subprotocolo = await self.com.connect(timeout=ESPERA_S)
        return self.entro

    async def decir(self, evento: str, datos: Any) -> None:
        await self.crudo(json.dumps({"evento": evento, "datos": datos}))

    async def crudo(self, texto: str) -> None:
        await self.com.send_to(text_data=texto)

    async def _recibir(self) -> None:
        mensaje = await self.com.output_queue.get()
        if mensaje["type"] == "websocket.close":
            self.cerrado = mensaje.get("code", 1000)
        else:
            trama = json.loads(mensaje["text"])
            self.recibidos.append((trama["evento"], trama["datos"]))

    async def irse(self) -> None:
        if self.cerrado is None:
            await self.com.disconnect(timeout=ESPERA_S)


class ClienteSIO(Cliente):
    """Socket.IO v4 hablado a mano sobre su transporte websocket."""

    transporte = "socketio"

    def __init__(
        self, token: str | None, *, cabeceras: dict[str, str] | None = None, auth: Any = None
    ) -> None:
        super().__init__()
        self.auth = auth if auth is not None else {"token": token}
        todas = {"host": "tienda.cl", "connection": "upgrade", "upgrade": "websocket", **(cabeceras or {})}
        self.com = WebsocketCommunicator(
            application, "/socket.io/?EIO=4&transport=websocket",
            headers=[(k.encode(), v.encode()) for k, v in todas.items()],
        )
        self.com.scope["client"] = ["127.0.0.1", 5556]
        self.rechazo: dict[str, Any] | None = None
        self.acuses: list[Any] = []

    async def conectar(self) -> bool:
        aceptado, _ = await self.com.connect(timeout=ESPERA_S)
        if not aceptado:
            return False
        await self._texto()
        await self.com.send_to(text_data="40" + json.dumps(self.auth))
        while True:
            texto = await self._texto()
            if texto.startswith("44"):
                self.rechazo = json.loads(texto[2:])
                return False
            if texto.startswith("40"):
                return True
            self._anotar(texto)

    async def decir(self, evento: str, datos: Any, acuse: int | None = None) -> None:
        await self.com.send_to(text_data=f"42{'' if acuse is None else acuse}{json.dumps([evento, datos])}")

    async def _texto(self) -> str:
        # No ``receive_from``: engine.io manda las dos claves, una nula, y Channels lo cree un error.
        mensaje = await self.com.receive_output(timeout=ESPERA_S)
        return str(mensaje["text"])

    def _anotar(self, texto: str) -> None:
        if texto.startswith("42"):
            evento, datos = json.loads(texto[2:])
            self.recibidos.append((evento, datos))
        elif texto.startswith("43"):
            self.acuses.append(json.loads(texto[texto.index("[") :]))
        elif texto.startswith("41"):
            self.cerrado = 1000

    async def _recibir(self) -> None:
        mensaje = await self.com.output_queue.get()
        if mensaje["type"] == "websocket.close":
            self.cerrado = mensaje.get("code", 1000)
        elif mensaje.get("text"):
            self._anotar(mensaje["text"])

    async def irse(self) -> None:
        await self.com.disconnect(timeout=ESPERA_S)


TRANSPORTES = [ClienteWS, ClienteSIO]
