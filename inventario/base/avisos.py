"""Empujones en tiempo real: después de confirmar, y sin que un fallo toque lo confirmado.

Lo que *debe* llegar es una fila (una notificación); esto sólo despierta a quien la lee.
"""

import logging
from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

bitacora = logging.getLogger(__name__)


def grupo_de_usuario(usuario_id: int) -> str:
    """Nombre del grupo de sockets de un usuario."""
    return f"usuario.{usuario_id}"


def empujar(grupo: str, mensaje: Mapping[str, Any]) -> None:
    """Manda ``mensaje`` a ``grupo`` cuando la transacción en curso confirme.

    Un canal caído se anota y no se propaga: la venta ya está hecha y no depende de Redis.
    """

    # Una función anidada y no functools.partial: con partial, Django oculta el fallo que debe anotar.
    def enviar() -> None:
        try:
            async_to_sync(get_channel_layer().group_send)(grupo, dict(mensaje))
        except Exception:
            bitacora.exception("no se pudo avisar a %s", grupo)

    transaction.on_commit(enviar)
