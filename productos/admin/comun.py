"""Lo que los admin del catálogo comparten."""

from typing import Any

from django.http import HttpRequest

from inventario.base.admin_comun import AdminDeTienda


class AdminSinBorrar(AdminDeTienda):
    """Se agrega y se edita; nada se borra: hay ventas y kardex que lo nombran."""

    actions_on_top = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
