"""La boleta (o factura) de cada venta, con los nombres y precios de aquel día."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.permisos import CualquierRol
from inventario.base.api.peticion import actor_de
from ventas.consultas import boleta_de, contar_ventas, venta_con_todo, ventas_con_todo
from ventas.serializers.salida import BoletaConMensajeSalida, BoletaSalida, boletas, una_boleta
from ventas.servicios import VentaNoExiste
from ventas.views import ejemplos


class BoletasVista(viewsets.GenericViewSet[Any]):
    permission_classes = [CualquierRol]

    @extend_schema(
        summary="Boletas, de la más nueva a la más vieja",
        responses={200: BoletaSalida(many=True)},
        examples=[OpenApiExample("Una boleta", value=[ejemplos.BOLETA], response_only=True)],
        tags=["boletas"],
    )
    def list(self, request: Request) -> Response:
        actor = actor_de(request)
        self.total = contar_ventas(actor=actor)
        pagina = self.paginate_queryset(ventas_con_todo(actor))
        return self.get_paginated_response(boletas(boleta_de(venta) for venta in pagina or ()))

    @extend_schema(
        summary="La boleta de una venta",
        responses={200: BoletaConMensajeSalida},
        examples=[
            OpenApiExample(
                "Boleta",
                value={"msg": "Venta con folio 981", **ejemplos.BOLETA},
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["boletas"],
    )
    def retrieve(self, request: Request, id_venta: int) -> Response:
        venta = venta_con_todo(actor_de(request), id_venta)
        if venta is None:
            raise VentaNoExiste
        return Response(una_boleta(boleta_de(venta)))
