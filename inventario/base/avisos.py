"""Empujones en tiempo real: después de confirmar, y sin que un fallo toque lo confirmado.

Lo que *debe* llegar es una fila (una notificación); esto sólo despierta a quien la lee. Un
empujón perdido se recupera solo: cada servidor de sockets vuelve a mirar las filas cada pocos
segundos.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

bitacora = logging.getLogger(__name__)

GRUPO_SOCKETS = "sockets"
"""El grupo de la capa de Channels en que está cada proceso que atiende sockets."""

DESCANSO_S = 3.0
"""Tras un fallo no se vuelve a intentar en este rato: un Redis mudo no frena cada venta."""

_sin_canal_hasta = 0.0


def empujar(mensaje: Mapping[str, Any]) -> None:
    """Manda ``mensaje`` a los procesos de sockets cuando la transacción en curso confirme.

    Un canal caído se anota y no se propaga: la venta ya está hecha y no depende de Redis.
    """

    mensaje = dict(mensaje)
    if any(getattr(al_confirmar, "empujon", None) == mensaje for _, al_confirmar, _ in _pendientes()):
        return

    # Una función anidada y no functools.partial: con partial, Django oculta el fallo que debe anotar.
    def enviar() -> None:
        global _sin_canal_hasta
        if time.monotonic() < _sin_canal_hasta:
            return
        try:
            async_to_sync(get_channel_layer().group_send)(GRUPO_SOCKETS, mensaje)
        except Exception:
            _sin_canal_hasta = time.monotonic() + DESCANSO_S
            bitacora.exception("no se pudo avisar a los sockets")

    enviar.empujon = mensaje  # type: ignore[attr-defined]
    transaction.on_commit(enviar)


def _pendientes() -> list[tuple[Any, Any, bool]]:
    # Importar mil precios es un empujón y no mil.
    pendientes: list[tuple[Any, Any, bool]] = transaction.get_connection().run_on_commit
    return pendientes


def empujar_notificaciones(usuario_id: int) -> None:
    """Hay notificaciones nuevas de ese usuario: que se manden a sus dispositivos."""
    empujar({"type": "notificaciones", "usuario": usuario_id})


def empujar_sesiones(usuario_id: int) -> None:
    """Alguna sesión de ese usuario terminó, o quedó Inactivo: que sus sockets se cierren ya."""
    empujar({"type": "sesiones", "usuario": usuario_id})


def empujar_pareo(usuario_id: int) -> None:
    """Cambió con quién está pareado algún aparato de ese usuario."""
    empujar({"type": "pareos", "usuario": usuario_id})


def empujar_precios() -> None:
    """Cambió lo que cuesta algún producto: que se revisen las ventas abiertas en las cajas."""
    empujar({"type": "precios"})
