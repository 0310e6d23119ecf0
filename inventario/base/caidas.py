"""Cuando lo que falla no es la petición sino lo que hay debajo: la base que no contesta, el disco lleno.

La transacción se deshizo entera (o no se sabe si quedó): quien repita con su ``Idempotency-Key`` recibe la
primera respuesta si quedó, y si no, se hace entonces.
"""

import errno

from django.db import DatabaseError, InterfaceError

from inventario.base.operacion import es_repetible

# MariaDB: no se pudo conectar, se cortó, demasiadas conexiones, se está apagando, la cortaron, sólo lee.
_SIN_BASE = frozenset({2002, 2003, 2006, 2013, 2055, 1040, 1053, 1927, 1290, 1836})
# MariaDB: el disco está lleno (el error del sistema va dentro del texto), o no cabe más en la tabla.
_SIN_ESPACIO = frozenset({1021, 1114})
_SIN_BASE_SQLITE = ("unable to open database file", "disk I/O error")
_DICE_SIN_ESPACIO = ("database or disk is full", "No space left on device", "Errcode: 28")


class NoDisponible(Exception):
    """La base no responde. ``espera_s``: lo que conviene esperar antes de repetir."""

    codigo = "no_disponible"
    msg = "La base de datos no responde; intente de nuevo en unos segundos"
    espera_s = 2


class SinEspacio(NoDisponible):
    """No queda espacio en el disco."""

    codigo = "sin_espacio"
    msg = "No queda espacio en el disco del servidor; avise a quien lo cuida. Nada se guardó"
    espera_s = 30


def caida_de(error: BaseException | None) -> NoDisponible | None:
    """Lo que ``error`` cuenta de la base o del disco; ``None`` si es otra cosa."""
    if isinstance(error, OSError):
        return SinEspacio() if error.errno == errno.ENOSPC else None
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    codigo, texto = error.args[0] if error.args else None, str(error)
    if codigo in _SIN_ESPACIO or any(frase in texto for frase in _DICE_SIN_ESPACIO):
        return SinEspacio()
    sin_base = codigo in _SIN_BASE or any(frase in texto for frase in _SIN_BASE_SQLITE)
    if sin_base or isinstance(error, InterfaceError) or es_repetible(error):
        return NoDisponible()
    return None
