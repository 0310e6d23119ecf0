"""Servidores de verdad para las pruebas lentas: daphne, Redis y el cliente de npm, cada uno en su proceso."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from functools import cache
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

RAIZ = Path(settings.BASE_DIR)
NODE = RAIZ / "pruebas_node"


def _programa(nombre: str) -> str:
    return shutil.which(nombre) or nombre


_PUERTOS = range(15000, 32000)
"""Bajo los que el sistema reparte a quien se conecta: entre que se elige uno y alguien lo escucha, ninguna
conexión que salga lo ocupa."""
_entregados: set[int] = set()


def puerto_libre() -> int:
    """Un puerto que nadie escucha, y que aquí no se entrega dos veces."""
    while True:
        puerto = random.choice(_PUERTOS)
        if puerto in _entregados:
            continue
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", puerto))
            _entregados.add(puerto)
            return puerto


def escuchan(puerto: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", puerto), 1):
        return True
    return False


class Proceso:
    """Un proceso hijo que se puede matar de golpe y volver a levantar."""

    def __init__(self, orden: list[str], *, puerto: int, entorno: dict[str, str] | None = None) -> None:
        self.orden, self.puerto, self.entorno = orden, puerto, {**os.environ, **(entorno or {})}
        self.hijo: subprocess.Popen[bytes] | None = None

    def partir(self) -> None:
        # Lo que diga queda en la prueba, que lo muestra si falla.
        self.hijo = subprocess.Popen(self.orden, cwd=RAIZ, env=self.entorno)
        limite = time.monotonic() + 30
        while time.monotonic() < limite and self.hijo.poll() is None:
            if escuchan(self.puerto):
                return
            time.sleep(0.05)
        raise TimeoutError(f"nadie contesta en el puerto {self.puerto} (salió con {self.hijo.poll()})")

    def terminar(self, senal: int = signal.SIGTERM) -> None:
        if self.hijo is not None:
            self.hijo.send_signal(senal)
            try:
                self.hijo.wait(10)
            except subprocess.TimeoutExpired:
                self.hijo.kill()
                self.hijo.wait()
            self.hijo = None


def redis(puerto: int) -> Proceso:
    sin_disco = ["--save", "", "--appendonly", "no"]
    orden = [_programa("redis-server"), "--port", str(puerto), "--bind", "127.0.0.1", *sin_disco]
    return Proceso(orden, puerto=puerto)


def servidor(puerto: int, *, redis_url: str = "", opciones: tuple[str, ...] = ()) -> Proceso:
    """Un daphne sobre la base de datos de las pruebas."""
    base = connection.settings_dict
    entorno = {
        # Los de verdad: los de las pruebas dan a cada proceso su propio prefijo en Redis.
        "DJANGO_SETTINGS_MODULE": "inventario.settings",
        "INVENTARIO_SIN_ENV": "1",
        "PYTHONFAULTHANDLER": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": redis_url,
        "DATOS_DIR": str(settings.DATOS_DIR),
        "DB_NAME" if settings.DB_HOST else "DB_ARCHIVO": str(base["NAME"]),
    }
    orden = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(puerto), *opciones]
    return Proceso([*orden, "inventario.asgi:application"], puerto=puerto, entorno=entorno)


class ClienteNode:
    """``pruebas_node/cliente.js``: el socket.io-client de npm, sin retoques."""

    def __init__(self, puerto: int, token: str, transportes: str = "") -> None:
        self.hijo = subprocess.Popen(
            [_programa("node"), "cliente.js", f"http://127.0.0.1:{puerto}", token, transportes],
            cwd=NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        self._llegadas: Queue[tuple[str, Any]] = Queue()
        self._guardadas: list[tuple[str, Any]] = []
        threading.Thread(target=self._leer, daemon=True).start()

    def _leer(self) -> None:
        assert self.hijo.stdout is not None
        for linea in self.hijo.stdout:
            trama = json.loads(linea)
            self._llegadas.put((trama["evento"], trama["datos"]))

    def decir(self, evento: str, datos: Any, *, acuse: bool = False) -> None:
        assert self.hijo.stdin is not None
        self.hijo.stdin.write(json.dumps({"evento": evento, "datos": datos, "acuse": acuse}) + "\n")
        self.hijo.stdin.flush()

    def esperar(self, evento: str, espera: float = 10) -> Any:
        limite = time.monotonic() + espera
        while True:
            for n, (nombre, datos) in enumerate(self._guardadas):
                if nombre == evento:
                    del self._guardadas[n]
                    return datos
            try:
                self._guardadas.append(self._llegadas.get(timeout=max(0, limite - time.monotonic())))
            except Empty:
                raise TimeoutError(f"no llegó {evento}; sí {self._guardadas}") from None

    def irse(self) -> None:
        assert self.hijo.stdin is not None
        self.hijo.stdin.close()
        self.hijo.wait(10)


@cache
def _bucle() -> asyncio.AbstractEventLoop:
    """Uno para todos los ``ClientePlano``, en su propio hilo."""
    bucle = asyncio.new_event_loop()
    threading.Thread(target=bucle.run_forever, daemon=True).start()
    return bucle


R = TypeVar("R")


def _hacer(corrutina: Coroutine[Any, Any, R]) -> R:
    return asyncio.run_coroutine_threadsafe(corrutina, _bucle()).result()


class ClientePlano:
    """Un WebSocket simple, bloqueante, con la biblioteca websockets.

    Por dentro es el de asyncio: el bloqueante de la biblioteca lee en un hilo y escribe en otro, y con Python
    3.11, por TLS, de cada pocas decenas se le pierde un saludo o un mensaje sin que nadie lo diga.

    ``donde``: un puerto de esta máquina, o la dirección de una tienda (``wss://…``). ``como``: lo demás que
    entiende ``websockets.asyncio.client.connect``.
    """

    def __init__(self, donde: int | str, token: str, **como: Any) -> None:
        tienda = donde if isinstance(donde, str) else f"ws://127.0.0.1:{donde}"
        self._guardadas: list[tuple[str, Any]] = []

        async def conectar() -> ClientConnection:
            return await connect(
                f"{tienda}/ws/escaneo/",
                subprotocols=[Subprotocol("bearer"), Subprotocol(token)],
                # Recoge todo, como un navegador: con la cola llena no leería ni la despedida, y cada cierre
                # tardaría los 10 s que se la espera.
                max_queue=None,
                **como,
            )

        self.ws = _hacer(conectar())

    def decir(self, evento: str, datos: Any) -> None:
        _hacer(self.ws.send(json.dumps({"evento": evento, "datos": datos})))

    def esperar(self, evento: str, espera: float = 10) -> Any:
        """Lo que trae el próximo ``evento``; lo que llegue antes queda para quien lo espere.

        Raises:
            TimeoutError: no llegó.
            ConnectionClosed: el servidor se despidió.
        """
        limite = time.monotonic() + espera
        while True:
            for n, (nombre, datos) in enumerate(self._guardadas):
                if nombre == evento:
                    del self._guardadas[n]
                    return datos
            recibido = asyncio.wait_for(self.ws.recv(), max(0, limite - time.monotonic()))
            trama = json.loads(_hacer(recibido))
            self._guardadas.append((trama["evento"], trama["datos"]))

    def irse(self) -> None:
        _hacer(self.ws.close())


@contextlib.contextmanager
def corriendo(*procesos: Proceso) -> Iterator[None]:
    try:
        for proceso in procesos:
            proceso.partir()
        yield
    finally:
        for proceso in reversed(procesos):
            proceso.terminar()
