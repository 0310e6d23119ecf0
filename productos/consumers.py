"""El escaneo por un WebSocket simple, en ``/ws/escaneo/``: ``{"evento": …, "datos": {…}}``."""

import json
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from inventario.base.errores import ErrorDeDominio
from productos import escaneo
from productos.lector import lector
from productos.venta_en_curso import BYTES_MAXIMO
from usuarios.conexiones.central import central
from usuarios.conexiones.conexion import Carga, Cierre, Conexion
from usuarios.conexiones.saludo import (
    SUBPROTOCOLO,
    presentar,
    saludo_de_cabeceras,
    token_de_subprotocolos,
)
from usuarios.presencia import DemasiadosSockets


class EscaneoConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Traduce entre el WebSocket y ``productos.escaneo``; el canal lo escucha la central, no cada socket."""

    conexion: Conexion | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lo que llega antes de aceptar; después, ``None``.
        self._guardados: list[tuple[str, Carga]] | None = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Sin canal propio no hay dos cosas que esperar a la vez, ni conexiones a la base que cerrar: lo
        # de Channels crea dos tareas y salta a un hilo en cada mensaje.
        self.scope, self.base_send = scope, send
        try:
            while True:
                mensaje = await receive()
                await getattr(self, get_handler_name(mensaje))(mensaje)
        except StopConsumer:
            pass

    async def connect(self) -> None:
        token = token_de_subprotocolos(self.scope["subprotocols"])
        saludo = saludo_de_cabeceras(
            {n.decode("latin-1"): v.decode("latin-1") for n, v in self.scope["headers"]},
            ip=(self.scope.get("client") or [""])[0],
            token=token,
            declarado=parse_qs(self.scope["query_string"].decode("latin-1")).get("dispositivo", [""])[0],
        )
        try:
            usuario, aparato = await presentar(saludo)
        except ErrorDeDominio:
            await self.close()
            return
        await lector().preparar()
        conexion = Conexion(
            aparato=aparato,
            usuario=usuario,
            transporte="websocket",
            dispositivo=saludo.dispositivo,
            ip=saludo.ip,
            desde=timezone.now(),
            emitir=self._emitir,
            cerrar=self._cerrar,
        )
        subprotocolo = SUBPROTOCOLO if token else None
        try:
            # Antes de aceptar: quien ya se cree conectado no puede perderse lo que se escanee.
            await central().abrir(conexion)
        except DemasiadosSockets as error:
            await self._aceptar(subprotocolo)
            await conexion.expulsar(Cierre.DEMASIADOS, error.codigo, error.msg)
            return
        self.conexion = conexion
        await self._aceptar(subprotocolo)
        await central().saludar(conexion)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.conexion is None:
            return
        crudo = text_data if text_data is not None else bytes_data or b""
        try:
            mensaje = json.loads(crudo) if len(crudo) <= BYTES_MAXIMO else None
        except (ValueError, RecursionError):
            mensaje = None
        if not isinstance(mensaje, dict):
            mensaje = {"datos": None}
        await escaneo.recibir(
            self.conexion, mensaje.get("evento"), mensaje.get("datos", {}), bytes_=len(crudo)
        )

    async def disconnect(self, code: int) -> None:
        if self.conexion is not None:
            await central().cerrar(self.conexion)

    async def _aceptar(self, subprotocolo: str | None) -> None:
        await self.accept(subprotocol=subprotocolo)
        guardados, self._guardados = self._guardados or [], None
        for evento, carga in guardados:
            await self._emitir(evento, carga)

    async def _emitir(self, evento: str, carga: Carga) -> None:
        if self._guardados is not None:
            self._guardados.append((evento, carga))
            return
        # Los nombres de evento son nuestros y en ASCII: no llevan nada que escapar.
        trama = f'{{"evento": "{evento}", "datos": {carga.texto}}}'
        await self.base_send({"type": "websocket.send", "text": trama})

    async def _cerrar(self, codigo: int) -> None:
        await self.close(code=codigo)


class SinDestino(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Toda otra dirección: se rechaza sin ruido."""

    channel_layer_alias = "ninguna"

    async def connect(self) -> None:
        await self.close()
