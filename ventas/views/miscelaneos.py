"""Qué ventas llevaron, sin ficha, lo que espera aprobación."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.forma import escribir_todos
from inventario.base.api.permisos import SoloAdministrador
from productos.models import ProductoPendiente
from productos.servicios import PendienteNoExiste
from ventas.consultas.miscelaneos import vendido_sin_ficha
from ventas.serializers.salida import VendidoSinFichaSalida
from ventas.views import ejemplos


class VendidoSinFichaVista(viewsets.GenericViewSet[Any]):
    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Las ventas que llevaron un producto pendiente como misceláneo, por su código",
        responses={
            200: VendidoSinFichaSalida(many=True),
            404: error("pendiente_no_existe", "Ese producto pendiente no existe"),
        },
        examples=[OpenApiExample("Una", value=[ejemplos.VENDIDO_SIN_FICHA], response_only=True)],
        tags=["productos pendientes"],
    )
    def list(self, request: Request, id_pendiente: int) -> Response:
        clave = ProductoPendiente.objects.filter(pk=id_pendiente).values_list("clave", flat=True).first()
        if clave is None:
            raise PendienteNoExiste
        pagina = self.paginate_queryset(vendido_sin_ficha(clave))
        return self.get_paginated_response(escribir_todos(VendidoSinFichaSalida, pagina or ()))
