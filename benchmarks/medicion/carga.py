"""Un generador de carga HTTP liviano: conexiones que se mantienen, cada una pide y espera, sin parar.

Un solo hilo con epoll y peticiones ya escritas: comparte los procesadores con lo que mide, así que debe
gastar poco.
"""

import json
import select
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Siguiente = Callable[[int], bytes]
"""De número de conexión a los bytes de su próxima petición."""


@dataclass
class Tanda:
    """Lo que pasó en una tanda. Tiempos en milisegundos."""

    segundos: float
    estados: Counter[int] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    raros: list[str] = field(default_factory=list)
    todas: int = 0
    """Con las del calentamiento."""
    cpu_ms: dict[str, float] = field(default_factory=dict)
    """Por petición y por clase de proceso."""

    @property
    def por_segundo(self) -> float:
        return len(self.ms) / self.segundos

    def percentil(self, cual: int) -> float:
        return statistics.quantiles(self.ms, n=100, method="inclusive")[cual - 1]


def peticion(metodo: str, ruta: str, *, token: str = "", cuerpo: Any = None, cabeceras: str = "") -> bytes:
    datos = b"" if cuerpo is None else json.dumps(cuerpo).encode()
    lineas = f"{metodo} {ruta} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n{cabeceras}"
    if token:
        lineas += f"Authorization: Bearer {token}\r\n"
    if cuerpo is not None:
        lineas += f"Content-Type: application/json\r\nContent-Length: {len(datos)}\r\n"
    return f"{lineas}\r\n".encode() + datos


class _Conexion:
    def __init__(self, puerto: int) -> None:
        self.enchufe = socket.create_connection(("127.0.0.1", puerto))
        self.enchufe.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.recibido = b""
        self.falta = -1
        self.desde = 0.0

    def pedir(self, datos: bytes) -> None:
        self.desde = time.perf_counter()
        self.enchufe.sendall(datos)

    def leer(self) -> bytes | None:
        """La respuesta entera, cuando llegó."""
        trozo = self.enchufe.recv(1 << 20)
        if not trozo:
            raise ConnectionError("el servidor cortó")
        self.recibido += trozo
        if self.falta < 0:
            fin = self.recibido.find(b"\r\n\r\n")
            if fin < 0:
                return None
            self.falta = fin + 4 + _largo(self.recibido[:fin])
        if len(self.recibido) < self.falta:
            return None
        respuesta, self.recibido, self.falta = self.recibido, b"", -1
        return respuesta


def _largo(cabeceras: bytes) -> int:
    desde = cabeceras.lower().find(b"content-length:")
    if desde < 0:
        raise ValueError("respuesta sin Content-Length")
    return int(cabeceras[desde + 15 :].split(b"\r\n", 1)[0])


def cargar(
    puertos: Sequence[int], *, conexiones: int, siguiente: Siguiente, espera: int,
    segundos: float = 0, veces: int = 0, calentar: float = 0.5,
) -> Tanda:
    """Pide por ``segundos`` (o ``veces`` en total), tras ``calentar`` segundos que no se cuentan.

    ``espera`` es el estado HTTP de una buena respuesta; las otras se guardan en ``raros``.
    """
    abiertas = [_Conexion(puertos[n % len(puertos)]) for n in range(conexiones)]
    vigia = select.epoll()
    por_fd = {}
    for n, conexion in enumerate(abiertas):
        por_fd[conexion.enchufe.fileno()] = (n, conexion)
        vigia.register(conexion.enchufe.fileno(), select.EPOLLIN)
    tanda = Tanda(segundos)
    partida = time.perf_counter()
    desde = partida + (calentar if not veces else 0)
    hasta = desde + segundos
    vivas, todas = conexiones, 0
    for n, conexion in enumerate(abiertas):
        conexion.pedir(siguiente(n))
    while vivas:
        for fd, _ in vigia.poll():
            n, conexion = por_fd[fd]
            respuesta = conexion.leer()
            if respuesta is None:
                continue
            ahora = time.perf_counter()
            todas += 1
            if desde <= ahora <= hasta or veces:
                estado = int(respuesta[9:12])
                tanda.estados[estado] += 1
                tanda.ms.append((ahora - conexion.desde) * 1000)
                if estado != espera and len(tanda.raros) < 5:
                    tanda.raros.append(respuesta.partition(b"\r\n\r\n")[2][:300].decode())
            if (len(tanda.ms) + vivas <= veces) if veces else ahora < hasta:
                conexion.pedir(siguiente(n))
            else:
                vivas -= 1
    tanda.todas = todas
    tanda.segundos = segundos or time.perf_counter() - partida
    for conexion in abiertas:
        conexion.enchufe.close()
    vigia.close()
    return tanda
