"""Lo que los usuarios necesitan para partir: el primer Administrador."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from inventario.base.actor import Actor, Puerta, Rol
from usuarios.models import Usuario
from usuarios.servicios import RutDuplicado, registrar_usuario

RUT_POR_OMISION = "111111111"
"""El del primer Administrador cuando nadie dijo otro; se corrige después en su ficha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CuentaInicial:
    """El Administrador recién creado. ``contrasena`` sólo viene si se inventó aquí."""

    rut: str
    contrasena: str | None


def crear_primer_administrador(
    *, rut: str, contrasena: str, ahora: datetime
) -> CuentaInicial | None:
    """Crea el primer Administrador; si ya hubo uno (activo o no), no hace nada y devuelve ``None``.

    Args:
        rut: canónico, o vacío para ``RUT_POR_OMISION``.
        contrasena: vacía, se inventa una al azar.

    Raises:
        Invalido: la contraseña es débil, o el RUT es el anónimo.
        RutDuplicado: ese RUT ya es de quien no es Administrador.
    """
    if Usuario.objects.administradores().exists():
        return None
    rut = rut or RUT_POR_OMISION
    inventada = None if contrasena else secrets.token_urlsafe(12)
    try:
        registrar_usuario(
            actor=Actor.sistema(puerta=Puerta.COMANDO),
            rut=rut,
            nombre="Administrador",
            apellido="Principal",
            contrasena=inventada or contrasena,
            rol=Rol.ADMINISTRADOR,
            ahora=ahora,
        )
    except RutDuplicado:
        # Dos arranques a la vez: ganó el otro, y es él quien muestra la cuenta.
        if Usuario.objects.administradores().exists():
            return None
        raise
    return CuentaInicial(rut=rut, contrasena=inventada)
