"""Entrada ASGI: websockets en producción, y todo en el modo embebido.

Socket.IO va delante en ``/socket.io/``; detrás, el WebSocket simple en ``/ws/escaneo/`` y Django.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

from django.core.asgi import get_asgi_application

aplicacion_http = get_asgi_application()

import socketio  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from inventario.base.peticion_daphne import acotar_cuerpos  # noqa: E402
from inventario.base.recolector import congelar  # noqa: E402
from productos.consumers import EscaneoConsumer, SinDestino  # noqa: E402
from productos.socketio import crear_servidor  # noqa: E402

acotar_cuerpos()

aplicacion_django = ProtocolTypeRouter({
    "http": aplicacion_http,
    "websocket": URLRouter([
        re_path(r"^ws/escaneo/?$", EscaneoConsumer.as_asgi()),
        re_path(r"", SinDestino.as_asgi()),
    ]),
})

application = socketio.ASGIApp(crear_servidor(), other_asgi_app=aplicacion_django)

congelar()
# Lo más que un hilo que consulta la base le quita el intérprete al bucle, en vez de los 5 ms de fábrica.
sys.setswitchinterval(0.0005)
