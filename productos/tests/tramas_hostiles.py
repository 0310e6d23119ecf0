"""Tramas que nadie de buena fe manda, y un WebSocket escrito a mano que sí las manda.

Todo sale de un ``Random`` con semilla: la misma semilla repite las mismas tramas.
"""

import asyncio
import base64
import json
import os
import struct
from collections.abc import Callable
from random import Random
from typing import Any

TEXTO, BINARIO, SIGUE, CIERRE, PING, PONG = 1, 2, 0, 8, 9, 10
ESPERA_S = 60.0

EVENTOS = (
    "scan_request", "barcode_scanned", "notificacion_leida", "pair_request", "pair_join", "pair_end",
    "connect", "disconnect", "message", "error", "__class__", "", "*", "\x00", "é" * 50,
)  # fmt: skip
RAROS: tuple[Any, ...] = (
    None, True, 0, -1, 10**400, 1e308, "", "\x00", "\ud800", "' OR 1=1 --", "<script>", "=cmd|'/c'!A1",
    [], {}, [[]], {"": None}, "9" * 500, {"$ne": 1}, "🛒" * 40, "‮", float("nan"), float("inf"),
)  # fmt: skip
CAMPOS = ("rut", "barcode", "id", "codigo", "token", "__proto__", "evento", "datos", "")


def trama(opcode: int, carga: bytes, *, fin: bool = True, rsv: int = 0, con_mascara: bool = True) -> bytes:
    """Una trama de WebSocket, también las que el protocolo prohíbe."""
    cabeza = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit, largo = (0x80 if con_mascara else 0), len(carga)
    if largo < 126:
        cabeza += bytes([bit | largo])
    elif largo < 65536:
        cabeza += bytes([bit | 126]) + struct.pack("!H", largo)
    else:
        cabeza += bytes([bit | 127]) + struct.pack("!Q", largo)
    # Máscara de ceros: vale, y la carga queda a la vista.
    return cabeza + (bytes(4) if con_mascara else b"") + carga


def hondo(azar: Random) -> str:
    niveles = azar.choice((10, 400, 1300))
    return "[" * niveles + "]" * azar.choice((niveles, 0))


def valor(azar: Random) -> Any:
    if azar.random() < 0.2:
        return {azar.choice(CAMPOS): azar.choice(RAROS) for _ in range(3)}
    return azar.choice(RAROS)


def mensaje(azar: Random) -> Any:
    """Algo parecido a un mensaje de verdad, con todo lo demás mal."""
    datos: Any = {campo: valor(azar) for campo in azar.sample(CAMPOS, azar.randint(0, 4))}
    return azar.choice((
        {"evento": azar.choice(EVENTOS), "datos": datos},
        {"evento": azar.choice(EVENTOS), "datos": valor(azar)},
        {"evento": valor(azar), "datos": datos},
        valor(azar),
        [azar.choice(EVENTOS), datos],
    ))  # fmt: skip


def texto(azar: Random) -> str:
    """JSON entero, cortado, torcido u hondo; siempre bajo el tope de tamaño."""
    sano = json.dumps(mensaje(azar))[:3000]
    return azar.choice((
        sano, sano, sano, sano[: azar.randint(0, len(sano))], sano + sano, sano.replace(":", ";"),
        hondo(azar), "", "null", "NaN", "\x00" * 20, "{" * 300, '{"a":' * 300,
    ))  # fmt: skip


def paquete(azar: Random) -> str:
    """Un paquete de engine.io con uno de Socket.IO adentro, casi siempre roto."""
    evento = json.dumps([azar.choice(EVENTOS), mensaje(azar)])[:3000]
    acuse = azar.choice(("", "0", "7", "9" * 30, "-1", "1.5"))
    return azar.choice((
        f"42{acuse}{evento}", f"42{acuse}{evento}", f"42{evento[: azar.randint(0, len(evento))]}",
        f"42/otro,{evento}", f"43{acuse}[]", f"44{evento}", "40", '40{"token":1}', "40/admin,{}", "49", "4",
        "", "2", "2probe", "3", "3probe", "5", "6", "7x", "99", "bAAAA", "b!!!", "42", "42[]", "42{}",
        "42null", f"42{hondo(azar)}", "42[1,2]", '42["a",', "\x1e\x1e", "42[" + "1," * 900 + "1]",
        # «Faltan N adjuntos»: el que sigue puede no llegar nunca.
        '451-["barcode_scanned",{"_placeholder":true,"num":0}]', '45999-["x",{"_placeholder":true,"num":7}]',
        '450-["x"]', '45-1-["x"]', '461-[{"_placeholder":true,"num":-1}]',
    ))  # fmt: skip


def basura(azar: Random) -> bytes:
    return azar.randbytes(azar.randint(0, 200))


# Las que dejan viva la conexión (o no: eso lo decide el servidor).
def corriente(azar: Random, decir: Callable[[Random], str]) -> bytes:
    """Una trama bien formada, con el contenido que sea."""
    return azar.choice((
        lambda: trama(TEXTO, decir(azar).encode("utf-8", "surrogatepass")[:3900]),
        lambda: trama(TEXTO, decir(azar).encode("utf-8", "ignore")[:3900]),
        lambda: trama(BINARIO, basura(azar)),
        lambda: trama(PING, basura(azar)[:125]),
        lambda: trama(PONG, basura(azar)[:125]),
        lambda: trama(TEXTO, b'{"ev', fin=False) + trama(PING, b"") + trama(SIGUE, b'ento":1}'),
        lambda: trama(TEXTO, decir(azar).encode("utf-8", "ignore")[:3900]),
    ))()  # fmt: skip


def mortal(azar: Random) -> bytes:
    """Una que debe terminar la conexión, y nada más que la conexión."""
    return azar.choice((
        lambda: trama(TEXTO, b"\xff\xfe\xc0" + basura(azar)),
        lambda: trama(TEXTO, b"A" * azar.choice((5_000, 70_000, 1_500_000))),
        lambda: trama(BINARIO, b"\x04" * azar.choice((5_000, 70_000, 1_500_000))),
        lambda: trama(PING, b"x" * 126),
        lambda: trama(PING, b"", fin=False),
        lambda: trama(SIGUE, b"sin comienzo"),
        lambda: trama(TEXTO, b"uno", fin=False) + trama(TEXTO, b"otro"),
        lambda: trama(TEXTO, b"{}", con_mascara=False),
        lambda: trama(azar.choice((3, 5, 11, 15)), b""),
        lambda: trama(TEXTO, b"{}", rsv=azar.randint(1, 7)),
        lambda: trama(CIERRE, azar.choice((b"", b"\x03", b"\x03\xe8" + b"\xff" * 20, b"\x00\x00"))),
        # Promete una trama de exabytes y manda diez bytes.
        lambda: bytes([0x81, 0xFF]) + struct.pack("!Q", 2**62) + bytes(14),
        lambda: bytes([0x81, 0xFE, 0xFF]),
        lambda: trama(TEXTO, b"[" * 4000),
        lambda: basura(azar) + b"\x00",
    ))()  # fmt: skip


class Atacante:
    """Manda tramas a un servidor por muchas conexiones cortas, y cuenta lo que alcanzó a entregar."""

    def __init__(self, *, puerto: int, tokens: list[str], azar: Random) -> None:
        self.puerto, self.tokens, self.azar = puerto, tokens, azar
        self.tramas = self.conexiones = self.rechazos = self.sin_respuesta = 0

    async def atacar(self, tramas: int, *, a_la_vez: int = 8) -> None:
        """Hasta haber entregado ``tramas`` más, entre los dos transportes."""
        meta = self.tramas + tramas

        async def uno(numero: int) -> None:
            # Cada cual con su azar: el orden en que el bucle los atienda no cambia qué manda cada uno.
            azar = Random(self.azar.random() + numero)
            while self.tramas < meta:
                transporte = azar.choice((self.plano, self.plano, self.engine, self.engine, self.polling))
                try:
                    async with asyncio.timeout(ESPERA_S):
                        await transporte(azar)
                except TimeoutError:
                    self.sin_respuesta += 1
                except (OSError, asyncio.IncompleteReadError):
                    # El servidor cortó primero, que es lo suyo.
                    self.rechazos += 1

        await asyncio.gather(*(uno(numero) for numero in range(a_la_vez)))

    async def plano(self, azar: Random) -> None:
        protocolos = f"bearer, {azar.choice(self.tokens)}"
        lee, escribe = await self._abrir("/ws/escaneo/", {"Sec-WebSocket-Protocol": protocolos})
        await self._disparar(lee, escribe, azar, texto)

    async def engine(self, azar: Random) -> None:
        lee, escribe = await self._abrir("/socket.io/?EIO=4&transport=websocket", {})
        if azar.random() < 0.9:
            saludo = "40" + json.dumps({"token": azar.choice(self.tokens)})
            escribe.write(trama(TEXTO, saludo.encode()))
        await self._disparar(lee, escribe, azar, paquete)

    async def polling(self, azar: Random) -> None:
        ruta = "/socket.io/?EIO=4&transport=polling"
        abierto = (await self._pedir("GET", ruta)).partition(b"\r\n\r\n")[2]
        sid = json.loads(abierto[abierto.index(b"{") : abierto.rindex(b"}") + 1])["sid"]
        saludo = "40" + json.dumps({"token": azar.choice(self.tokens)})
        await self._pedir("POST", f"{ruta}&sid={sid}", saludo.encode())
        for _ in range(azar.randint(1, 4)):
            partes = [paquete(azar).encode("utf-8", "ignore") for _ in range(azar.randint(1, 12))]
            falso = azar.random() < 0.1
            sitio = f"{ruta}&sid={'no-existe' if falso else sid}"
            await self._pedir("POST", sitio, azar.choice((b"\x1e", b"\x1e\x1e", b"")).join(partes))
            self.tramas += len(partes)

    async def _abrir(
        self, ruta: str, cabeceras: dict[str, str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        lee, escribe = await asyncio.open_connection("127.0.0.1", self.puerto)
        todas = {
            "Host": f"127.0.0.1:{self.puerto}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Version": "13",
            **cabeceras,
        }  # fmt: skip
        lineas = "".join(f"{nombre}: {dicho}\r\n" for nombre, dicho in todas.items())
        escribe.write(f"GET {ruta} HTTP/1.1\r\n{lineas}\r\n".encode())
        respuesta = await lee.readuntil(b"\r\n\r\n")
        if b" 101 " not in respuesta.split(b"\r\n", 1)[0]:
            escribe.close()
            raise ConnectionRefusedError(respuesta[:200])
        self.conexiones += 1
        return lee, escribe

    async def _disparar(
        self, lee: asyncio.StreamReader, escribe: asyncio.StreamWriter, azar: Random,
        decir: Callable[[Random], str],
    ) -> None:  # fmt: skip
        """Hasta 38 tramas (el límite de ráfaga es 40), y una mortal al final."""
        tragar = asyncio.create_task(_tragar(lee))
        try:
            for _ in range(azar.randint(5, 37)):
                if tragar.done():
                    return
                escribe.write(corriente(azar, decir))
                await escribe.drain()
                self.tramas += 1
            escribe.write(mortal(azar) if azar.random() < 0.8 else trama(CIERRE, b"\x03\xe8"))
            await escribe.drain()
            self.tramas += 1
            escribe.write_eof()
            await tragar
        finally:
            tragar.cancel()
            escribe.close()

    async def _pedir(self, metodo: str, ruta: str, cuerpo: bytes = b"") -> bytes:
        lee, escribe = await asyncio.open_connection("127.0.0.1", self.puerto)
        escribe.write(
            f"{metodo} {ruta} HTTP/1.1\r\nHost: 127.0.0.1:{self.puerto}\r\nConnection: close\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {len(cuerpo)}\r\n\r\n".encode() + cuerpo
        )
        try:
            return await lee.read()
        finally:
            escribe.close()


async def _tragar(lee: asyncio.StreamReader) -> None:
    """Lee hasta que el servidor cierre: quien no lee deja al otro sin poder escribir."""
    try:
        while await lee.read(65_536):
            pass
    except ConnectionError:
        return
