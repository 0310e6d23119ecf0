"""Las personas de la tienda en el admin: sus cuentas, sesiones, puntos y avisos."""

from usuarios.admin.avisos import NotificacionAdmin
from usuarios.admin.personas import UsuarioAdmin
from usuarios.admin.puntos import MovimientoPuntosAdmin
from usuarios.admin.sesiones import DispositivoCajaAdmin, FichajeAdmin, PresenciaAdmin, SesionAdmin

__all__ = [
    "DispositivoCajaAdmin",
    "FichajeAdmin",
    "MovimientoPuntosAdmin",
    "NotificacionAdmin",
    "PresenciaAdmin",
    "SesionAdmin",
    "UsuarioAdmin",
]
