"""La central de sockets de un proceso. Ver el paquete."""

import asyncio
import logging
import os
import socket
import uuid
import weakref
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from usuarios import notificaciones, presencia
from usuarios.conexiones.base import en_base, leer_en_base
from usuarios.conexiones.canal import Canal
from usuarios.conexiones.conexion import Carga, Cierre, Conexion
from usuarios.pareo import Pareado, pareos_vigentes
from usuarios.tokens import SesionCerrada

bitacora = logging.getLogger(__name__)

REVISION_S = 10.0
"""Cada cuánto el proceso renueva su plazo y mira si las sesiones y pareos de sus sockets siguen."""

MIRADA_S = 5.0
MIRADA_SIN_CANAL_S = 2.0
"""Cada cuánto se buscan notificaciones que nadie avisó: sin Redis, las del trabajador de tareas."""

MARGEN = timedelta(minutes=2)
"""Una notificación de id menor puede confirmarse después que una mayor: se busca hasta esta edad."""

LOTE = 200

DE_NADIE = 0
"""El usuario de un trabajo que no es de uno solo."""

VIGIAS: "dict[str, Callable[[Central], Awaitable[None]]]" = {}
"""Lo que otra aplicación revisa en cada ronda, y apenas llega un empujón con ese nombre."""

CANAL_CAIDO = ("canal_caido", "La conexión entre dispositivos está cortada; se recupera sola")


class Central:
    """Las conexiones de este proceso. Todo corre en un solo bucle: nada aquí necesita candados de hilo."""

    def __init__(self) -> None:
        self.id = uuid.uuid4()
        self.iniciado = timezone.now()
        self.locales: dict[int, dict[uuid.UUID, Conexion]] = {}
        self.canal = Canal(
            self.id.hex, al_recibir=self._del_canal, al_cambiar=self._cambio_el_canal
        )
        self._vida = asyncio.Lock()
        self._tareas: list[asyncio.Task[None]] = []
        self._cola: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._pedidas: set[tuple[str, int]] = set()
        self._trabajos: dict[str, Callable[[int], Awaitable[None]]] = {
            "notificaciones": self._entregar,
            "sesiones": self._revisar_sesiones_de,
            "pareos": self._revisar_pareos_de,
            **{nombre: partial(self._mirar, vigia) for nombre, vigia in VIGIAS.items()},
        }

    # Entrar y salir

    async def abrir(self, conexion: Conexion) -> None:
        """Anota la conexión y la deja escuchando; sus notificaciones pendientes van en camino.

        Raises:
            DemasiadosSockets: su usuario ya tiene el máximo.
        """
        await self._partir()
        await self._anotar(conexion)
        propias = self.locales.setdefault(conexion.usuario_id, {})
        propias[conexion.id] = conexion
        clave = conexion.aparato.clave
        conexion.pareo = (await leer_en_base(pareos_vigentes, clave)).get(clave)
        self.pedir("notificaciones", conexion.usuario_id)

    async def saludar(self, conexion: Conexion) -> None:
        """Lo que un socket recién aceptado debe saber del estado en que llega."""
        if not self.canal.activo:
            await conexion.error(*CANAL_CAIDO)
        if conexion.pareo is not None:
            await self._contar_pareo(conexion, None)

    async def cerrar(self, conexion: Conexion) -> None:
        """El socket se cerró, por quien sea."""
        conexion.abierta = False
        propias = self.locales.get(conexion.usuario_id, {})
        if propias.pop(conexion.id, None) is None:
            return
        if not propias:
            del self.locales[conexion.usuario_id]
        await self._paso(en_base, presencia.quitar_presencia, conexion.id)
        if not self.locales:
            await self._parar()

    async def _anotar(self, conexion: Conexion) -> None:
        fila = conexion.presencia(self.id)
        try:
            await en_base(presencia.anotar_presencia, presencia=fila, ahora=timezone.now())
        except IntegrityError:
            # Este proceso estuvo detenido más que su plazo y otro lo dio por muerto.
            await self._latir()
            await en_base(presencia.anotar_presencia, presencia=fila, ahora=timezone.now())

    # Hablar

    async def difundir(
        self,
        usuario_id: int,
        evento: str,
        datos: Mapping[str, Any] | Carga,
        *,
        excepto: uuid.UUID | None = None,
        aparato: str | None = None,
        salvo_cajas_pareadas: bool = False,
    ) -> bool:
        """Manda ``evento`` a los dispositivos de un usuario, en este proceso y en los demás.

        Args:
            excepto: conexión que no lo recibe (la que lo causó).
            aparato: sólo a las conexiones de ese aparato.
            salvo_cajas_pareadas: no a las cajas que escuchan a un solo teléfono.

        Returns:
            ``False`` si el canal está caído y sólo lo recibieron los de este proceso.
        """
        carga = datos if isinstance(datos, Carga) else Carga(datos)
        mensaje = {
            "type": "evento",
            "usuario": usuario_id,
            "evento": evento,
            "texto": carga.texto,
            "excepto": excepto.hex if excepto else None,
            "aparato": aparato,
            "salvo_cajas_pareadas": salvo_cajas_pareadas,
        }
        await self._a_locales(mensaje, carga)
        return await self.canal.publicar(mensaje)

    async def _a_locales(self, mensaje: Mapping[str, Any], carga: Carga) -> None:
        for conexion in list(self.locales.get(mensaje["usuario"], {}).values()):
            if conexion.id.hex == mensaje["excepto"]:
                continue
            if mensaje["aparato"] is not None and conexion.aparato.clave != mensaje["aparato"]:
                continue
            if mensaje["salvo_cajas_pareadas"] and conexion.es_caja_pareada:
                continue
            await conexion.enviar(mensaje["evento"], carga)

    def pedir(self, trabajo: str, usuario_id: int) -> None:
        """Encola un trabajo con la base (de ``_trabajos``); repetido, vale por uno."""
        if (trabajo, usuario_id) not in self._pedidas:
            self._pedidas.add((trabajo, usuario_id))
            self._cola.put_nowait((trabajo, usuario_id))

    # El canal

    async def _del_canal(self, mensaje: dict[str, Any]) -> None:
        if mensaje["type"] == "evento":
            await self._a_locales(mensaje, Carga(texto=mensaje["texto"]))
        elif mensaje["type"] in VIGIAS:
            self.pedir(mensaje["type"], DE_NADIE)
        elif mensaje["type"] in self._trabajos and mensaje["usuario"] in self.locales:
            self.pedir(mensaje["type"], mensaje["usuario"])

    async def _cambio_el_canal(self, activo: bool) -> None:
        for conexion in self.abiertas():
            if activo:
                await conexion.enviar(
                    "canal", {"activo": True, "msg": "La conexión entre dispositivos volvió"}
                )
            else:
                await conexion.error(*CANAL_CAIDO)
        if activo:
            # Lo que se empujó durante el corte no llegó: se mira todo otra vez, con pocas consultas.
            await self._paso(self._buscar_notificaciones)
            await self._paso(self._revisar_sesiones, self.abiertas())
            await self._paso(self._revisar_pareos, self.abiertas())
            self._pedir_vigias()

    def _pedir_vigias(self) -> None:
        for nombre in VIGIAS:
            self.pedir(nombre, DE_NADIE)

    async def _mirar(self, vigia: Callable[["Central"], Awaitable[None]], _usuario_id: int) -> None:
        await vigia(self)

    # Vivir

    async def _partir(self) -> None:
        async with self._vida:
            if self._tareas:
                return
            await self._latir()
            await self.canal.suscribir()
            self._tareas = [
                asyncio.create_task(self.canal.correr()),
                asyncio.create_task(self._trabajar()),
                asyncio.create_task(self._rondas()),
            ]

    async def _parar(self) -> None:
        async with self._vida:
            if self.locales:
                return
            tareas, self._tareas = self._tareas, []
            for tarea in tareas:
                tarea.cancel()
            await asyncio.gather(*tareas, return_exceptions=True)
            await self._paso(en_base, presencia.quitar_servidor, self.id)

    async def _rondas(self) -> None:
        mirada = MIRADA_S if self.canal.entre_procesos else MIRADA_SIN_CANAL_S
        reloj = asyncio.get_running_loop().time
        revision = reloj() + REVISION_S
        while True:
            await asyncio.sleep(mirada)
            await self._paso(self._buscar_notificaciones)
            self._pedir_vigias()
            if reloj() >= revision:
                revision = reloj() + REVISION_S
                await self._paso(self._latir)
                await self._paso(self._revisar_sesiones, self.abiertas())
                await self._paso(self._revisar_pareos, self.abiertas())
                await self._paso(en_base, presencia.limpiar_muertos, ahora=timezone.now())

    async def _trabajar(self) -> None:
        while True:
            pedido = trabajo, usuario_id = await self._cola.get()
            self._pedidas.discard(pedido)
            await self._paso(self._trabajos[trabajo], usuario_id)

    async def _paso(
        self, hacer: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
    ) -> None:
        """Una base caída no mata a la central: se anota y se vuelve a intentar en la ronda que sigue."""
        try:
            await hacer(*args, **kwargs)
        except Exception:
            bitacora.exception("falló un paso de la central de sockets")

    async def _latir(self) -> None:
        repuesto = await en_base(
            presencia.latir,
            servidor_id=self.id,
            nombre=f"{socket.gethostname()}:{os.getpid()}",
            iniciado=self.iniciado,
            cuentas=presencia.Cuentas(
                canal_activo=self.canal.activo, perdidos=self.canal.perdidos
            ),
            ahora=timezone.now(),
        )
        if repuesto and self.locales:
            filas = [conexion.presencia(self.id) for conexion in self.abiertas()]
            await en_base(presencia.reponer_presencias, presencias=filas)

    def abiertas(self) -> list[Conexion]:
        """Las conexiones de este proceso."""
        return [c for propias in self.locales.values() for c in propias.values()]

    def _de(self, usuario_id: int) -> list[Conexion]:
        return list(self.locales.get(usuario_id, {}).values())

    # Sesiones, pareos y notificaciones

    async def _revisar_sesiones_de(self, usuario_id: int) -> None:
        await self._revisar_sesiones(self._de(usuario_id))

    async def _revisar_sesiones(self, conexiones: Iterable[Conexion]) -> None:
        conexiones = list(conexiones)
        sesiones = {c.aparato.sesion_id for c in conexiones}
        abiertas = await leer_en_base(
            presencia.sesiones_abiertas, sesiones, ahora=timezone.now()
        )
        for conexion in conexiones:
            if conexion.aparato.sesion_id not in abiertas:
                await conexion.expulsar(Cierre.SESION, SesionCerrada.codigo, SesionCerrada.msg)

    async def _revisar_pareos_de(self, usuario_id: int) -> None:
        await self._revisar_pareos(self._de(usuario_id))

    async def _revisar_pareos(self, conexiones: Iterable[Conexion]) -> None:
        conexiones = list(conexiones)
        vigentes = await leer_en_base(pareos_vigentes)
        for conexion in conexiones:
            anterior, conexion.pareo = conexion.pareo, vigentes.get(conexion.aparato.clave)
            await self._contar_pareo(conexion, anterior)

    async def _contar_pareo(self, conexion: Conexion, anterior: Pareado | None) -> None:
        nuevo = conexion.pareo
        if anterior == nuevo:
            return
        if nuevo is None:
            await conexion.enviar("pair_ended", {"msg": "El pareo terminó"})
            return
        es_caja = conexion.es_caja_pareada
        await conexion.enviar("paired", {
            "papel": "caja" if es_caja else "telefono",
            "con": nuevo.telefono_nombre if es_caja else nuevo.caja_nombre,
            "rut": nuevo.caja_rut,
            "msg": "Caja y teléfono quedaron pareados",
        })

    async def _buscar_notificaciones(self) -> None:
        recientes = await leer_en_base(notificaciones.sin_leer_desde, timezone.now() - MARGEN)
        for usuario_id, notificacion_id in recientes:
            if any(notificacion_id not in c.entregadas for c in self._de(usuario_id)):
                self.pedir("notificaciones", usuario_id)

    async def _entregar(self, usuario_id: int) -> None:
        conexiones = self._de(usuario_id)
        if not conexiones:
            return
        corte = vistas = min(conexion.corte for conexion in conexiones)
        maduro = timezone.now() - MARGEN
        while True:
            filas = await leer_en_base(
                notificaciones.pendientes_de, usuario_id, desde=vistas, limite=LOTE
            )
            for fila in filas:
                await self._mandar(conexiones, fila.pk, notificaciones.a_evento(fila))
                if fila.fecha_y_hora < maduro:
                    corte = fila.pk
            if len(filas) < LOTE:
                break
            vistas = filas[-1].pk
        for conexion in conexiones:
            conexion.corte = max(conexion.corte, corte)
            conexion.entregadas = {i for i in conexion.entregadas if i > conexion.corte}

    async def _mandar(
        self, conexiones: list[Conexion], notificacion_id: int, datos: dict[str, Any]
    ) -> None:
        for conexion in conexiones:
            if notificacion_id in conexion.entregadas or notificacion_id <= conexion.corte:
                continue
            if await conexion.enviar(notificaciones.EVENTO, datos):
                conexion.entregadas.add(notificacion_id)


_centrales: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Central]" = (
    weakref.WeakKeyDictionary()
)


def central() -> Central:
    """La central de este proceso (una por bucle de eventos)."""
    bucle = asyncio.get_running_loop()
    if bucle not in _centrales:
        _centrales[bucle] = Central()
    return _centrales[bucle]
