"""El lector de un proceso: junta los códigos que llegan mientras la base contesta y los busca de una vez.

Armar la consulta cuesta más que correrla: con quinientos teléfonos leyendo a la vez, una por código
copaba el procesador. Aquí una sola consulta está en camino, y la siguiente se lleva todo lo que
llegó entretanto: sin carga no demora a nadie, y con ella cada lectura cuesta menos de una consulta.
"""

import asyncio
import contextlib
import weakref
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from inventario.base.api.campos import a_numero
from inventario.base.fechas import dia_de
from productos.lecturas import Lectura, Patrones, leer_codigos
from productos.serializers.catalogo import ProductoSalida
from usuarios.conexiones.base import leer_en_base

TANDA_MAXIMA = 200


class Lector:
    """Todo corre en un bucle de eventos; sólo la consulta va a un hilo."""

    def __init__(self) -> None:
        self._patrones = Patrones()
        self._esperan: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._trabajo: asyncio.Task[None] | None = None

    async def preparar(self) -> None:
        """Los patrones de balanza, si están añejos: al conectarse, y después de contestar."""
        if self._patrones.anejos:
            await leer_en_base(self._patrones.releer)

    async def leer(self, codigo: str) -> dict[str, Any]:
        """Lo que ``codigo`` es ahora, como viaja por los sockets (ver ``a_evento``)."""
        futuro = self._esperan.get(codigo)
        if futuro is None:
            futuro = self._esperan[codigo] = asyncio.get_running_loop().create_future()
        if self._trabajo is None or self._trabajo.done():
            self._trabajo = asyncio.create_task(self._vaciar())
        # Si un socket se cae esperando, los otros que leyeron lo mismo no pierden su respuesta.
        return await asyncio.shield(futuro)

    async def _vaciar(self) -> None:
        while self._esperan:
            tanda = dict(list(self._esperan.items())[:TANDA_MAXIMA])
            for codigo in tanda:
                del self._esperan[codigo]
            await self._buscar(tanda)
            # Ya contestado: refrescar los patrones no es parte de ninguna lectura.
            with contextlib.suppress(DatabaseError):
                await self.preparar()

    async def _buscar(self, tanda: dict[str, "asyncio.Future[dict[str, Any]]"]) -> None:
        try:
            eventos = await leer_en_base(leer_eventos, list(tanda), self._patrones)
        except Exception as error:
            for futuro in tanda.values():
                futuro.set_exception(error)
            return
        for codigo, futuro in tanda.items():
            futuro.set_result(eventos[codigo])


@lru_cache(maxsize=1)
def _ficha(hoy: date) -> ProductoSalida:
    # Una para todas las tandas del día: lo caro de un serializer es armar sus campos.
    return ProductoSalida(context={"hoy": hoy})


def leer_eventos(codigos: Sequence[str], patrones: Patrones) -> dict[str, dict[str, Any]]:
    """Código → lo que viaja de él; a lo más una consulta."""
    hoy = dia_de(timezone.now())
    ficha = _ficha(hoy)
    lecturas = leer_codigos(codigos, patrones=patrones, hoy=hoy)
    return {codigo: a_evento(lectura, ficha) for codigo, lectura in lecturas.items()}


def a_evento(lectura: Lectura, ficha: ProductoSalida) -> dict[str, Any]:
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
            for campo, valor in ficha.to_representation(lectura.producto).items()
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
