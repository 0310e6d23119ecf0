"""Permisos por rol, con el nombre de su regla. Los que miran un objeto viven en su aplicación."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from inventario.base.actor import Rol


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
