"""Un socket abierto, sin importar por qué transporte llegó."""

import enum
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from inventario.base.actor import Rol
from usuarios.models import Presencia, Usuario
from usuarios.pareo import Aparato, Pareado

bitacora = logging.getLogger(__name__)

MENSAJES_POR_SEGUNDO = 20
RAFAGA = 40
BYTES_POR_MENSAJE = 4096


class Carga:
    """Los datos de un evento y su JSON, que se escribe una vez aunque vaya a muchos."""

    __slots__ = ("_datos", "_texto")

    def __init__(self, datos: Mapping[str, Any] | None = None, *, texto: str | None = None) -> None:
        self._datos, self._texto = datos, texto

    @property
    def datos(self) -> Mapping[str, Any]:
        if self._datos is None:
            self._datos = json.loads(self._texto or "{}")
        return self._datos

    @property
    def texto(self) -> str:
        if self._texto is None:
            self._texto = json.dumps(self._datos, ensure_ascii=False)
        return self._texto


Emitir = Callable[[str, Carga], Awaitable[None]]
Cerrar = Callable[[int], Awaitable[None]]


class Cierre(enum.IntEnum):
    """Códigos de cierre del WebSocket (4000–4999 son de la aplicación)."""

    SESION = 4401
    ORIGEN = 4403
    TAMANO = 4413
    DEMASIADOS = 4429


class Balde:
    """Cubeta de fichas: ``ritmo`` mensajes por segundo, con una ráfaga inicial."""

    def __init__(self, ritmo: float = MENSAJES_POR_SEGUNDO, rafaga: float = RAFAGA) -> None:
        self.ritmo = ritmo
        self.rafaga = self._fichas = rafaga
        self._ultimo = time.monotonic()

    def tomar(self, ahora: float | None = None) -> bool:
        """Gasta una ficha; ``False`` si no quedan."""
        ahora = time.monotonic() if ahora is None else ahora
        self._fichas = min(self.rafaga, self._fichas + (ahora - self._ultimo) * self.ritmo)
        self._ultimo = ahora
        if self._fichas < 1:
            return False
        self._fichas -= 1
        return True


class Conexion:
    """Lo que se sabe de un socket y cómo hablarle. ``emitir`` y ``cerrar`` los pone el transporte."""

    def __init__(
        self,
        *,
        aparato: Aparato,
        usuario: Usuario,
        transporte: str,
        dispositivo: str,
        ip: str,
        desde: datetime,
        emitir: Emitir,
        cerrar: Cerrar,
    ) -> None:
        self.id = uuid.uuid4()
        self.aparato = aparato
        self.rut = usuario.rut
        self.nombre = usuario.nombre_completo
        self.rol = Rol(usuario.rol)
        self.transporte = transporte
        self.dispositivo = dispositivo
        self.ip = ip
        self.desde = desde
        self.abierta = True
        self.pareo: Pareado | None = None
        self.balde = Balde()
        self.codigos_fallidos = 0
        self.entregadas: set[int] = set()
        self.corte = 0
        self._emitir = emitir
        self._cerrar = cerrar

    @property
    def usuario_id(self) -> int:
        return self.aparato.usuario_id

    @property
    def es_caja_pareada(self) -> bool:
        """Si escucha sólo a su teléfono."""
        return self.pareo is not None and self.pareo.caja == self.aparato.clave

    @property
    def caja_destino(self) -> Pareado | None:
        """La caja a la que van sus lecturas, si es un teléfono pareado."""
        if self.pareo is not None and self.pareo.telefono == self.aparato.clave:
            return self.pareo
        return None

    def presencia(self, servidor_id: uuid.UUID) -> Presencia:
        return Presencia(
            id=self.id,
            servidor_id=servidor_id,
            usuario_id=self.usuario_id,
            sesion_id=self.aparato.sesion_id,
            transporte=self.transporte,
            dispositivo=self.dispositivo[:200],
            ip=self.ip or None,
            desde=self.desde,
        )

    async def enviar(self, evento: str, datos: Mapping[str, Any] | Carga) -> bool:
        """Manda un evento. ``False`` si el socket ya no está: el transporte avisará su cierre."""
        if not self.abierta:
            return False
        carga = datos if isinstance(datos, Carga) else Carga(datos)
        try:
            await self._emitir(evento, carga)
        except Exception:
            bitacora.warning("no se pudo escribir en el socket %s", self.id, exc_info=True)
            return False
        return True

    async def error(self, codigo: str, msg: str) -> None:
        """Evento ``error`` del contrato; la conexión sigue."""
        await self.enviar("error", {"msg": msg, "codigo": codigo})

    async def expulsar(self, cierre: Cierre, codigo: str, msg: str) -> None:
        """Dice por qué y cierra."""
        if not self.abierta:
            return
        await self.error(codigo, msg)
        self.abierta = False
        try:
            await self._cerrar(cierre)
        except Exception:
            bitacora.warning("no se pudo cerrar el socket %s", self.id, exc_info=True)
