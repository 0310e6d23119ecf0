"""El stock de un producto en la API: sus ajustes y su kardex."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador
from inventario.base.api.peticion import actor_de
from productos import ejemplos
from productos.consultas import kardex_de
from productos.models import MovimientoStock
from productos.serializers.stock import (
    AjusteEntrada,
    AjusteSalida,
    FiltroKardex,
    MovimientoSalida,
)
from productos.servicios import ajustar_stock
from productos.views.comun import NO_ESTA, SIN_STOCK, id_de


class AjusteVista(viewsets.ViewSet):
    """Cambios de stock fuera de compras y ventas."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Ajustar el stock de un producto, con su motivo",
        parameters=[CLAVE_IDEMPOTENCIA],
        request=AjusteEntrada,
        responses={201: AjusteSalida, 404: NO_ESTA, 409: SIN_STOCK},
        examples=[
            OpenApiExample(
                "Dos rotos",
                value={"cantidad": -2, "motivo": "merma", "detalle": "Se rompieron al reponer"},
                request_only=True,
            ),
            OpenApiExample(
                "Ajustado",
                value={"msg": "Stock ajustado", "stock": 22, **ejemplos.MOVIMIENTO},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["stock"],
    )
    def create(self, request: Request, codigo: str) -> Response:
        entrada = AjusteEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            ajustar_stock,
            salida=_ajuste,
            codigo=codigo,
            actor=actor_de(request),
            ahora=timezone.now(),
            **entrada.validated_data,
        )


class KardexVista(viewsets.GenericViewSet[MovimientoStock]):
    """Los movimientos de un producto."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="El kardex de un producto, del movimiento más nuevo al más viejo",
        parameters=[FiltroKardex],
        responses={200: MovimientoSalida(many=True), 404: NO_ESTA},
        examples=[OpenApiExample("Una merma", value=[ejemplos.MOVIMIENTO], response_only=True)],
        tags=["stock"],
    )
    def list(self, request: Request, codigo: str) -> Response:
        pagina = self.paginate_queryset(kardex_de(id_de(codigo), **leer(FiltroKardex, request)))
        return self.get_paginated_response(MovimientoSalida(pagina, many=True).data)


def _ajuste(movimiento: MovimientoStock) -> dict[str, Any]:
    return {"msg": "Stock ajustado", **AjusteSalida(movimiento).data}
