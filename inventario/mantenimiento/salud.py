"""¿Responde todo? Cada parte se prueba de verdad, con un plazo corto y sin contar secretos."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from inventario.mantenimiento.models import Latido
from inventario.mantenimiento.tasks import TRABAJADOR
from usuarios.presencia import estado_tiempo_real

bitacora = logging.getLogger(__name__)

PLAZO_CANALES_S = 2.0
SIN_LATIDO = timedelta(minutes=3)
"""El latido es cada minuto, y el programador mira su agenda cada 30 s: tres minutos ya es silencio."""


class NoResponde(Exception):
    """Una parte no está bien; el texto es para mostrarse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Salud:
    """Parte → ``None`` si responde, o lo que le pasa. ``tiempo_real``, si se pudo contar."""

    partes: dict[str, str | None]
    tiempo_real: dict[str, Any] | None = None

    @property
    def bien(self) -> bool:
        return not any(self.partes.values())


def revisar(*, ahora: datetime) -> Salud:
    """Prueba la base de datos, las migraciones, la capa de canales y el trabajador de tareas."""
    pruebas: dict[str, Callable[[], None]] = {
        "base_de_datos": _base_de_datos,
        "migraciones": _migraciones,
        "canales": _canales,
        "tareas": lambda: _tareas(ahora),
        "sockets": lambda: _sockets(ahora),
    }
    partes = {parte: _probar(parte, prueba) for parte, prueba in pruebas.items()}
    con_base = partes["base_de_datos"] is None and partes["migraciones"] is None
    return Salud(partes=partes, tiempo_real=estado_tiempo_real(ahora=ahora) if con_base else None)


def _probar(parte: str, prueba: Callable[[], None]) -> str | None:
    try:
        prueba()
    except NoResponde as error:
        return str(error)
    except Exception:
        # El detalle (una dirección, un usuario de la base) se queda en la bitácora.
        bitacora.exception("no responde: %s", parte)
        return "No responde"
    return None


def _base_de_datos() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


_sin_pendientes = False


def _migraciones() -> None:
    # Al día una vez, al día para siempre: una migración nueva llega con otro proceso.
    global _sin_pendientes
    if _sin_pendientes:
        return
    ejecutor = MigrationExecutor(connection)
    pendientes = len(ejecutor.migration_plan(ejecutor.loader.graph.leaf_nodes()))
    if pendientes:
        raise NoResponde(f"Faltan {pendientes} migraciones: manage.py migrate")
    _sin_pendientes = True


def _canales() -> None:
    async def ida_y_vuelta() -> None:
        capa = get_channel_layer()
        canal = await capa.new_channel()
        await capa.send(canal, {"type": "salud"})
        await capa.receive(canal)

    async def con_plazo() -> None:
        await asyncio.wait_for(ida_y_vuelta(), PLAZO_CANALES_S)

    async_to_sync(con_plazo)()


def _sockets(ahora: datetime) -> None:
    # Lo perdido se muestra y no enferma: ya pasó, y quien lo perdió lo supo.
    if not estado_tiempo_real(ahora=ahora)["canal_activo"]:
        raise NoResponde("Un servidor de sockets está sin su canal con los demás")


def _tareas(ahora: datetime) -> None:
    latido = Latido.objects.filter(nombre=TRABAJADOR).first()
    if latido is None:
        raise NoResponde("El trabajador de tareas todavía no da señales")
    if ahora - latido.momento > SIN_LATIDO:
        raise NoResponde(
            f"El trabajador de tareas no da señales desde las {latido.momento:%H:%M} UTC"
        )
