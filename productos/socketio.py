"""El escaneo por Socket.IO v4, en ``/socket.io/``, para los clientes de hoy.

Sin AsyncRedisManager: cada proceso emite sólo a sus propios sockets y el único puente entre
procesos es la central. El mismo objeto sirve a un solo bucle de eventos, el de daphne.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any

import engineio
import socketio
from django.utils import timezone
from socketio.exceptions import ConnectionRefusedError as ConexionRechazada

from inventario.base.errores import ErrorDeDominio
from productos import escaneo
from productos.lector import lector
from usuarios.conexiones.central import central
from usuarios.conexiones.conexion import Carga, Conexion
from usuarios.conexiones.saludo import origen_permitido, presentar, saludo_de_cabeceras

bitacora = logging.getLogger(__name__)

PING_S, ESPERA_S = 25, 20
BYTES_DE_TRANSPORTE = 65_536
"""Tope duro del transporte; sobre ``BYTES_POR_MENSAJE`` ya se contestó con un ``error``."""

COLA_MAXIMA = 200
"""Mensajes que un cliente puede dejar sin recoger antes de cortarlo por lento."""


class ClienteLento(Exception):
    """No recoge lo que se le manda: se le cortó, y al volver recibe lo que quedó guardado."""


class _Motor(engineio.AsyncServer):  # type: ignore[misc]
    async def disconnect(self, sid: str | None = None) -> None:
        """Cierra sin esperar a que el otro recoja lo pendiente.

        El original espera, y a quien manda por polling un paquete roto y no vuelve a preguntar le
        quedaría la petición abierta para siempre.
        """
        if sid is None:
            await super().disconnect()
        elif (socket := self.sockets.pop(sid, None)) is not None:
            await socket.close(wait=False, reason=self.reason.SERVER_DISCONNECT)


class _Servidor(socketio.AsyncServer):  # type: ignore[misc]
    def _engineio_server_class(self) -> type[_Motor]:
        return _Motor


def crear_servidor() -> socketio.AsyncServer:
    """Un servidor Socket.IO con el vocabulario del escaneo."""
    sio = _Servidor(
        async_mode="asgi",
        cors_allowed_origins=lambda origen, entorno: origen_permitido(
            origen, entorno.get("HTTP_HOST", "")
        ),
        # En orden: el segundo código de un teléfono no puede adelantar al primero.
        async_handlers=False,
        ping_interval=PING_S,
        ping_timeout=ESPERA_S,
        max_http_buffer_size=BYTES_DE_TRANSPORTE,
    )
    conexiones: dict[str, Conexion] = {}

    async def connect(sid: str, entorno: dict[str, Any], auth: Any = None) -> None:
        auth = auth if isinstance(auth, Mapping) else {}
        scope = entorno.get("asgi.scope", {})
        token = auth.get("token")
        saludo = saludo_de_cabeceras(
            _cabeceras(entorno),
            ip=(scope.get("client") or [""])[0],
            token=token.removeprefix("Bearer ") if isinstance(token, str) else None,
            declarado=auth.get("dispositivo", ""),
        )
        try:
            usuario, aparato = await presentar(saludo)
            await lector().preparar()
            conexion = Conexion(
                aparato=aparato,
                usuario=usuario,
                transporte="socketio",
                dispositivo=saludo.dispositivo,
                ip=saludo.ip,
                desde=timezone.now(),
                emitir=lambda evento, carga: _emitir(sio, sid, evento, carga),
                cerrar=lambda codigo: sio.disconnect(sid),
            )
            await central().abrir(conexion)
        except ErrorDeDominio as error:
            raise ConexionRechazada(error.msg, {"msg": error.msg, "codigo": error.codigo}) from None
        conexiones[sid] = conexion
        sio.start_background_task(central().saludar, conexion)

    async def disconnect(sid: str, motivo: Any = None) -> None:
        conexion = conexiones.pop(sid, None)
        if conexion is not None:
            await central().cerrar(conexion)

    async def cualquiera(evento: str, sid: str, *argumentos: Any) -> Any:
        conexion = conexiones.get(sid)
        if conexion is None:
            return None
        datos = argumentos[0] if argumentos else {}
        tamano = len(json.dumps(argumentos, default=repr))
        return await escaneo.recibir(conexion, evento, datos, bytes_=tamano)

    sio.on("connect", connect)
    sio.on("disconnect", disconnect)
    sio.on("*", cualquiera)
    return sio


async def _emitir(sio: socketio.AsyncServer, sid: str, evento: str, carga: Carga) -> None:
    eio_sid = sio.manager.eio_sid_from_sid(sid, "/")
    socket = sio.eio.sockets.get(eio_sid)
    if socket is not None and socket.queue.qsize() >= COLA_MAXIMA:
        bitacora.warning("un cliente de Socket.IO no recoge sus mensajes: se le corta")
        # Sin esperar a que lea lo que no lee, y sin agregarle una despedida.
        await socket.close(wait=False, abort=True, reason=sio.eio.reason.SERVER_DISCONNECT)
        sio.eio.sockets.pop(eio_sid, None)
        raise ClienteLento
    await sio.emit(evento, carga.datos, to=sid)


def _cabeceras(entorno: Mapping[str, Any]) -> dict[str, str]:
    return {
        clave.removeprefix("HTTP_").replace("_", "-").lower(): valor
        for clave, valor in entorno.items()
        if clave.startswith("HTTP_") and isinstance(valor, str)
    }
