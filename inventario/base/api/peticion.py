"""De una petición autenticada al ``Actor`` que los casos de uso esperan."""

from typing import Any

from rest_framework.request import Request

from inventario.base.actor import Actor, Puerta, Rol
from inventario.base.middleware import ip_de


def actor_de(request: Request, *, puerta: Puerta = Puerta.API) -> Actor:
    """Quién pide. Sin sesión, un desconocido: sin usuario ni rol."""
    usuario = request.user
    quien: dict[str, Any] = {}
    if usuario.is_authenticated:
        quien = {
            "usuario_id": usuario.pk, "rut": usuario.rut, "nombre": usuario.nombre_completo,
            "rol": Rol(usuario.rol),
        }
    return Actor(
        puerta=puerta,
        ip=ip_de(request),
        dispositivo=request.headers.get("User-Agent", "")[:200],
        peticion_id=getattr(request, "peticion_id", ""),
        **quien,
    )
