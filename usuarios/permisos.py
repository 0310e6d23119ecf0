"""Permisos sobre usuarios, cada uno con el nombre de su regla."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from inventario.base.actor import Rol
from inventario.base.api.permisos import es_la_suya
from inventario.base.rut import canonico
from usuarios.models import Estado, Usuario
from usuarios.roles import leer_estado, leer_rol, puede_registrar


class NadieDaMasQueSuRol(BasePermission):
    """Cualquiera registra un Cliente Activo; a los demás, sólo un Administrador."""

    def has_permission(self, request: Request, view: Any) -> bool:
        rol = _leido(request, "tipo_usuario", leer_rol) or Rol.CLIENTE
        estado = _leido(request, "estado", leer_estado) or Estado.ACTIVO
        quien = _quien(request)
        return puede_registrar(Rol(quien.rol) if quien else None, rol=rol, estado=estado)


class UnClienteSoloSeVeASiMismo(BasePermission):
    """El personal ve fichas; un Cliente, la suya. No averigua qué otros RUT existen."""

    def has_permission(self, request: Request, view: Any) -> bool:
        quien = _quien(request)
        return quien is not None and (quien.rol != Rol.CLIENTE or es_la_suya(quien.rut, view))


class UnCajeroSoloVeClientes(BasePermission):
    """Un Cajero ve la ficha de los Clientes, y la suya."""

    def has_object_permission(self, request: Request, view: Any, obj: Usuario) -> bool:
        quien = _quien(request)
        return quien is not None and (quien.rol != Rol.CAJERO or obj.rol == Rol.CLIENTE or obj == quien)


class NadieCambiaSuPropioRolNiEstado(BasePermission):
    """Tipo de usuario, estado y RUT los cambia un Administrador; repetir el propio no es cambiarlo."""

    def has_object_permission(self, request: Request, view: Any, obj: Usuario) -> bool:
        quien = _quien(request)
        if quien is not None and quien.rol == Rol.ADMINISTRADOR:
            return True
        return (
            _leido(request, "tipo_usuario", leer_rol) in (None, obj.rol)
            and _leido(request, "estado", leer_estado) in (None, obj.estado)
            and _leido(request, "rut", canonico) in (None, obj.rut)
        )


def _quien(request: Request) -> Usuario | None:
    return request.user if isinstance(request.user, Usuario) else None


def _leido(request: Request, campo: str, leer: Any) -> Any:
    """El valor de ``campo`` en el cuerpo; ``None`` si no viene o no se entiende (eso será un 400)."""
    valor = request.data.get(campo) if isinstance(request.data, dict) else None
    try:
        return leer(valor) if isinstance(valor, str) else None
    except ValueError:
        return None
