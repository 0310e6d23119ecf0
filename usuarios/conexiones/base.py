"""La base de datos desde un socket: hilos propios que conservan su conexión.

``database_sync_to_async`` usa un solo hilo para todos y cierra la conexión en cada llamada (bajo
ASGI, ``CONN_MAX_AGE`` es 0): a cientos de lecturas por segundo no alcanza. Estos hilos son pocos
y viven lo que el proceso, así que no hay conexión que se fugue.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

HILOS = 4
OCIO_S = 60.0
"""Una conexión sin uso por este tiempo se renueva: la base pudo haberla cerrado por su lado."""

_hilos = ThreadPoolExecutor(max_workers=HILOS, thread_name_prefix="sockets-base")
_uso = threading.local()


async def en_base(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Corre ``funcion`` en un hilo con su conexión a la base."""
    llamada = partial(funcion, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_hilos, _correr, llamada)


async def leer_en_base(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Como ``en_base``, para lecturas: si la conexión se había caído, repite con otra."""
    try:
        return await en_base(funcion, *args, **kwargs)
    except (OperationalError, InterfaceError):
        return await en_base(funcion, *args, **kwargs)


def _correr(llamada: Callable[[], R]) -> R:
    if connection.errors_occurred or time.monotonic() - getattr(_uso, "ultimo", 0.0) > OCIO_S:
        connection.close()
    try:
        return llamada()
    finally:
        _uso.ultimo = time.monotonic()
