"""Permisos por rol, con el nombre de su regla. Los que miran un objeto viven en su aplicación."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from inventario.base.actor import Rol
from inventario.base.rut import canonico


class _PorRol(BasePermission):
    roles: frozenset[Rol]

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and request.user.rol in self.roles)


class SoloAdministrador(_PorRol):
    """Sólo un Administrador."""

    roles = frozenset({Rol.ADMINISTRADOR})


class SoloPersonal(_PorRol):
    """Quien trabaja en la tienda: Administrador o Cajero."""

    roles = frozenset({Rol.ADMINISTRADOR, Rol.CAJERO})


class CualquierRol(_PorRol):
    """Cualquiera con sesión, también un Cliente."""

    roles = frozenset(Rol)


class AdministradorOUnoMismo(BasePermission):
    """Lo de una persona (``rut`` en la ruta) es de ella y de un Administrador."""

    def has_permission(self, request: Request, view: Any) -> bool:
        quien = request.user
        return bool(
            quien.is_authenticated
            and (quien.rol == Rol.ADMINISTRADOR or es_la_suya(quien.rut, view))
        )


def es_la_suya(rut: str, view: Any) -> bool:
    """Si la ruta nombra, en cualquiera de sus formas, a quien tiene ``rut`` (canónico)."""
    try:
        return canonico(view.kwargs["rut"]) == rut
    except ValueError:
        return False
