"""Quién puede qué en el catálogo."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from inventario.base.api.permisos import CualquierRol, SoloAdministrador


class TodosLeenSoloAdministradorEscribe(BasePermission):
    """El catálogo lo mira cualquiera con sesión; sólo un Administrador lo cambia."""

    def has_permission(self, request: Request, view: Any) -> bool:
        regla = CualquierRol() if request.method in SAFE_METHODS else SoloAdministrador()
        return regla.has_permission(request, view)
