"""Lo mejor vendido y quién lo vendió."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.permisos import SoloPersonal
from inventario.base.api.peticion import actor_de
from inventario.base.errores import NoExiste
from ventas.consultas import (
    mejor_vendedor_del_mes,
    mejor_venta_de_la_semana,
    mejores_vendedores,
)
from ventas.serializers.salida import MejorVendedorSalida, MejorVentaSalida, VendedorSalida

_SIN_VENTAS_SEMANA = "Esta semana no hay ventas"
_SIN_VENTAS_MES = "Este mes no hay ventas"


class RankingsVista(viewsets.ViewSet):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="La mejor venta de la semana",
        description="Desde el lunes, en America/Santiago; sin contar lo devuelto.",
        responses={200: MejorVentaSalida, 404: error("sin_ventas", _SIN_VENTAS_SEMANA)},
        examples=[
            OpenApiExample(
                "Mejor venta",
                value={
                    "msg": "La mejor venta de la semana",
                    "id_venta": 1204,
                    "monto": 45_990,
                    "vendedor": "Carlos Cáceres",
                    "fecha_venta": "2026-11-24T12:00:00-03:00",
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["ventas"],
    )
    def semana(self, request: Request) -> Response:
        mejor = mejor_venta_de_la_semana(timezone.now())
        if mejor is None:
            raise NoExiste(_SIN_VENTAS_SEMANA, codigo="sin_ventas")
        return Response(MejorVentaSalida(mejor).data)

    @extend_schema(
        summary="El mejor vendedor del mes",
        description="Desde el día 1, en America/Santiago; sin contar lo devuelto.",
        responses={200: MejorVendedorSalida, 404: error("sin_ventas", _SIN_VENTAS_MES)},
        examples=[
            OpenApiExample(
                "Mejor vendedor",
                value={
                    "msg": "El mejor vendedor del mes",
                    "vendedor": "Carlos Cáceres",
                    "total_ventas": 1_245_900,
                    "numero_ventas": 312,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["ventas"],
    )
    def mes(self, request: Request) -> Response:
        mejor = mejor_vendedor_del_mes(actor_de(request), timezone.now())
        if mejor is None:
            raise NoExiste(_SIN_VENTAS_MES, codigo="sin_ventas")
        return Response(MejorVendedorSalida(mejor).data)

    @extend_schema(
        summary="Los cinco que más han vendido",
        responses={200: VendedorSalida(many=True)},
        examples=[
            OpenApiExample(
                "Vendedores",
                value=[{"nombre_completo": "Carlos Cáceres", "total_ventas": 1_245_900}],
                response_only=True,
            )
        ],
        tags=["usuarios"],
    )
    def vendedores(self, request: Request) -> Response:
        return Response(VendedorSalida(mejores_vendedores(actor_de(request)), many=True).data)
