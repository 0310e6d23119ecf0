"""Cómo se le muestran a una persona las cuentas con que puede entrar."""

import secrets
from collections.abc import Iterable

from inventario.base.rut import con_formato
from usuarios.models import Usuario
from usuarios.reglas import problema_del_pin

# Sin los que se confunden al copiarlos de una pantalla (0/O, 1/l).
_LETRAS = "abcdefghijkmnpqrstuvwxyz23456789"


def contrasena_nueva() -> str:
    """Doce caracteres al azar (60 bits), de a cuatro para poder dictarlos."""
    return "-".join("".join(secrets.choice(_LETRAS) for _ in range(4)) for _ in range(3))


def pin_nuevo(ruts: Iterable[str]) -> str:
    """Cuatro dígitos al azar que le sirvan a cada una de esas personas."""
    ruts = list(ruts)
    while True:
        pin = f"{secrets.randbelow(10_000):04}"
        if not any(problema_del_pin(pin, rut=rut) for rut in ruts):
            return pin


def tabla_de_cuentas(usuarios: Iterable[Usuario]) -> str:
    """Una línea por cuenta: rol, RUT y nombre."""
    return "\n".join(
        f"  {u.get_rol_display():<14} {con_formato(u.rut):>12}  {u.nombre_completo}" for u in usuarios
    )
