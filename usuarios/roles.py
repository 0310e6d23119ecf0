"""Cómo se leen rol y estado cuando los escribe una persona, y qué roles puede dar cada quien."""

from inventario.base.actor import Rol
from inventario.base.texto import normalizar
from usuarios.models import Estado

_ROLES = {normalizar(rol.label): rol for rol in Rol} | {"admin": Rol.ADMINISTRADOR}
_ESTADOS = {normalizar(estado.value): estado for estado in Estado}


def leer_rol(texto: str) -> Rol:
    """``"cajero"``, ``"CAJERO"`` → Cajero; ``"admin"`` → Administrador.

    Raises:
        ValueError: no es un rol.
    """
    try:
        return _ROLES[normalizar(texto)]
    except KeyError:
        raise ValueError("Debe ser Administrador, Cajero o Cliente") from None


def leer_estado(texto: str) -> Estado:
    """``"activo"``, ``"ACTIVO"`` → Activo.

    Raises:
        ValueError: no es un estado.
    """
    try:
        return _ESTADOS[normalizar(texto)]
    except KeyError:
        raise ValueError("Debe ser Activo o Inactivo") from None


def puede_registrar(quien: Rol | None, *, rol: Rol, estado: Estado) -> bool:
    """Cualquiera registra un Cliente Activo; lo demás, un Administrador. ``None`` es un desconocido."""
    return quien == Rol.ADMINISTRADOR or (rol == Rol.CLIENTE and estado == Estado.ACTIVO)
