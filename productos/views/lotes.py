"""Los lotes y los vencimientos en la API."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from inventario.base.fechas import dia_de
from productos import ejemplos
from productos.consultas import lotes_de, por_vencer
from productos.models import Lote
from productos.serializers.lotes import (
    FiltroVencimientos,
    LoteSalida,
    PorVencerSalida,
    RepartoEntrada,
    RepartoSalida,
)
from productos.servicios import LotePedido, repartir_en_lotes
from productos.views.comun import NO_ESTA, id_de


class LotesVista(viewsets.GenericViewSet[Lote]):
    """Los lotes de un producto."""

    def get_permissions(self) -> list[BasePermission]:
        return [SoloPersonal()] if self.action == "list" else [SoloAdministrador()]

    @extend_schema(
        summary="Los lotes con stock de un producto",
        responses={200: LoteSalida(many=True), 404: NO_ESTA},
        examples=[OpenApiExample("Uno", value=[ejemplos.LOTE], response_only=True)],
        tags=["stock"],
    )
    def list(self, request: Request, codigo: str) -> Response:
        pagina = self.paginate_queryset(lotes_de(id_de(codigo)))
        hoy = dia_de(timezone.now())
        return self.get_paginated_response(LoteSalida(pagina, many=True, context={"hoy": hoy}).data)

    @extend_schema(
        summary="Repartir en lotes el stock de un producto",
        description="Desde ahora se lleva por lotes, y una venta lleva lo que vence primero.",
        request=RepartoEntrada,
        responses={
            200: RepartoSalida,
            404: NO_ESTA,
            409: error(
                "reparto_no_suma",
                "Los lotes deben sumar el stock del producto",
                {"lotes": ["Suman 10 y el stock es 12"]},
            ),
        },
        examples=[
            OpenApiExample(
                "Dos lotes",
                value={
                    "lotes": [
                        {"codigo": "L-2207", "vencimiento": "2027-03-01", "cantidad": 12},
                        {"codigo": "L-2301", "vencimiento": "2027-06-01", "cantidad": 12},
                    ]
                },
                request_only=True,
            ),
            OpenApiExample(
                "Repartido",
                value={"msg": "Stock repartido en lotes", "lotes": [ejemplos.LOTE]},
                response_only=True,
                status_codes=["200"],
            ),
        ],
        tags=["stock"],
    )
    def update(self, request: Request, codigo: str) -> Response:
        entrada = RepartoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        ahora = timezone.now()
        lotes = repartir_en_lotes(
            codigo=codigo,
            lotes=[LotePedido(**lote) for lote in entrada.validated_data["lotes"]],
            actor=actor_de(request),
            ahora=ahora,
        )
        salida = LoteSalida(lotes, many=True, context={"hoy": dia_de(ahora)}).data
        return Response({"msg": "Stock repartido en lotes", "lotes": salida})


class VencimientosVista(viewsets.GenericViewSet[Lote]):
    """Lo que venció y lo que está por vencer."""

    permission_classes = [SoloPersonal]
    pagination_class = None

    @extend_schema(
        summary="Lo vencido y lo que vence pronto, por fecha",
        parameters=[FiltroVencimientos],
        responses={200: PorVencerSalida(many=True)},
        examples=[OpenApiExample("Uno", value=[ejemplos.POR_VENCER], response_only=True)],
        tags=["stock"],
    )
    def list(self, request: Request) -> Response:
        dias = leer(FiltroVencimientos, request).get("dias", settings.AVISO_VENCIMIENTO_DIAS)
        hoy = dia_de(timezone.now())
        cosas = por_vencer(hoy + timedelta(days=dias), hoy=hoy)
        salida = PorVencerSalida(cosas, many=True).data
        return Response(salida, headers={"X-Total-Count": str(len(cosas))})
