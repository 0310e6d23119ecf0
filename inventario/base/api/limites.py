"""El límite por usuario en la API; el de cada dirección está antes (``inventario.base.limites``)."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from inventario.base.limites import por_usuario


class LimiteDeUsuario(BaseThrottle):
    """``LIMITE_USUARIO_MINUTO`` peticiones por minuto de un mismo usuario, desde donde sea."""

    def __init__(self) -> None:
        self.espera = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        if settings.LIMITE_USUARIO_MINUTO and request.user.is_authenticated:
            self.espera = por_usuario.sumar(str(request.user.pk), settings.LIMITE_USUARIO_MINUTO)
        return not self.espera

    def wait(self) -> float | None:
        return float(self.espera) or None
