"""El lector de un proceso: junta los códigos que llegan mientras la base contesta y los busca de una vez.

Armar la consulta cuesta más que correrla: con quinientos teléfonos leyendo a la vez, una por código
copaba el procesador. Aquí una sola consulta está en camino, y la siguiente se lleva todo lo que
llegó entretanto: sin carga no demora a nadie, y con ella cada lectura cuesta menos de una consulta.
En MariaDB la consulta corta no va a un hilo: el bucle la manda y la recoge (``SinHilo``).
"""

import asyncio
import contextlib
import itertools
import time
import weakref
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import DatabaseError, OperationalError
from django.utils import timezone

from inventario.base.api.campos import a_numero
from inventario.base.api.forma import escribir
from inventario.base.fechas import dia_de
from inventario.base.motor import es_mariadb
from inventario.base.mysql.sin_hilo import SinHilo
from productos.lecturas import Busqueda, Lectura, Patrones
from productos.serializers.catalogo import ProductoSalida
from usuarios.conexiones.base import en_base, leer_en_base

TANDA_MAXIMA = 200
REINTENTO_S = 5.0
"""Cada cuánto se intenta abrir la conexión directa; uno a la vez."""


class Lector:
    """Todo corre en un bucle de eventos; a un hilo va sólo la consulta que no puede ir directa."""

    def __init__(self) -> None:
        self._patrones = Patrones()
        self._esperan: dict[str, list[asyncio.Future[dict[str, Any]]]] = {}
        self._leyendo = False
        self._directa = SinHilo() if es_mariadb() else None
        self._abrir_desde = 0.0
        self._trabajo: asyncio.Task[None] | None = None

    @property
    def _falta_preparar(self) -> bool:
        return self._patrones.anejos or self._falta_directa

    @property
    def _falta_directa(self) -> bool:
        if self._directa is None or self._directa.abierta:
            return False
        return time.monotonic() >= self._abrir_desde

    async def preparar(self) -> None:
        """Los patrones de balanza, si están añejos, y la conexión directa.

        Al conectarse un socket, y después de contestar.
        """
        if self._patrones.anejos:
            await leer_en_base(self._patrones.releer)
        if self._directa is not None and self._falta_directa:
            self._abrir_desde = time.monotonic() + REINTENTO_S
            # Sin ella se lee igual, por el hilo.
            with contextlib.suppress(DatabaseError):
                self._directa.abrir(await en_base(self._directa.conectar))

    async def leer(self, codigo: str) -> dict[str, Any]:
        """Lo que ``codigo`` es ahora, como viaja por los sockets (ver ``a_evento``)."""
        if self._leyendo:
            futuro: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self._esperan.setdefault(codigo, []).append(futuro)
            return await futuro
        # Nadie más lee: sin tarea aparte, que es otra vuelta del bucle entre el código y su respuesta.
        self._leyendo = True
        try:
            return (await self._eventos([codigo]))[codigo]
        finally:
            self._leyendo = bool(self._esperan) or self._falta_preparar
            if self._leyendo:
                self._trabajo = asyncio.create_task(self._vaciar())

    async def _eventos(self, codigos: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Código → lo que viaja de él; a lo más una consulta.

        Sin hilo si la conexión directa está a mano; si ella falla, por el hilo, que se conecta de nuevo.
        """
        busqueda = Busqueda(codigos, patrones=self._patrones, hoy=dia_de(timezone.now()))
        directa = self._directa
        if directa is not None and directa.libre and (pedido := busqueda.corta()) is not None:
            with contextlib.suppress(OperationalError):
                filas = await directa.leer(pedido.sql, pedido.parametros)
                return a_eventos(busqueda.con(pedido.armar(filas)), busqueda.hoy)
        return await leer_en_base(leer_eventos, busqueda)

    async def _vaciar(self) -> None:
        try:
            while True:
                while self._esperan:
                    tanda = dict(list(self._esperan.items())[:TANDA_MAXIMA])
                    for codigo in tanda:
                        del self._esperan[codigo]
                    await self._buscar(tanda)
                # Ya contestado: refrescar los patrones no es parte de ninguna lectura.
                with contextlib.suppress(DatabaseError):
                    await self.preparar()
                if not self._esperan:
                    return
        finally:
            self._leyendo = False

    async def _buscar(self, tanda: dict[str, list["asyncio.Future[dict[str, Any]]"]]) -> None:
        try:
            eventos = await self._eventos(list(tanda))
        except Exception as error:
            for futuro in itertools.chain(*tanda.values()):
                if not futuro.done():
                    futuro.set_exception(error)
            return
        for codigo, futuros in tanda.items():
            for futuro in futuros:
                # El de un socket que se cayó esperando ya está cancelado.
                if not futuro.done():
                    futuro.set_result(eventos[codigo])


def leer_eventos(busqueda: Busqueda) -> dict[str, dict[str, Any]]:
    """Código → lo que viaja de él; a lo más una consulta."""
    return a_eventos(busqueda.encontrar(), busqueda.hoy)


def a_eventos(lecturas: Mapping[str, Lectura], hoy: date) -> dict[str, dict[str, Any]]:
    """``a_evento`` de cada una."""
    return {codigo: a_evento(lectura, hoy) for codigo, lectura in lecturas.items()}


def a_evento(lectura: Lectura, hoy: date) -> dict[str, Any]:
    """Lo que viaja de una lectura: ``barcode`` y ``producto`` (la ficha de la API, o ``null``), y qué fue.

    Una etiqueta de balanza agrega ``cantidad`` (kilos) y, si la trae impresa, ``precio_etiqueta`` (CLP).
    """
    evento: dict[str, Any] = {
        "barcode": lectura.codigo,
        "producto": None,
        "resultado": lectura.resultado.value,
        "msg": lectura.motivo or "Producto encontrado",
    }
    if lectura.producto is not None:
        # El canal entre procesos no sabe de fechas.
        evento["producto"] = {
            campo: valor.isoformat() if isinstance(valor, date) else valor
            for campo, valor in escribir(ProductoSalida, lectura.producto, hoy=hoy).items()
        }
    if lectura.kilos is not None:
        evento["cantidad"] = a_numero(lectura.kilos)
    if lectura.precio_clp is not None:
        evento["precio_etiqueta"] = lectura.precio_clp
    return evento


_lectores: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Lector]" = weakref.WeakKeyDictionary()


def lector() -> Lector:
    """El lector de este proceso (uno por bucle de eventos)."""
    bucle = asyncio.get_running_loop()
    if bucle not in _lectores:
        _lectores[bucle] = Lector()
    return _lectores[bucle]
