"""Los precios de un producto en la API: su historia y los programados."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.permisos import SoloAdministrador
from inventario.base.api.peticion import actor_de
from inventario.base.fechas import dia_de
from productos import ejemplos
from productos.consultas import precios_de
from productos.models import Precio
from productos.serializers.stock import PrecioConMensaje, PrecioEntrada, PrecioSalida
from productos.servicios import programar_precio, quitar_precio_programado
from productos.views.comun import NO_ESTA, id_de


class PreciosVista(viewsets.GenericViewSet[Precio]):
    """Historial de precios y cambios programados."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Precios de un producto, también los programados",
        responses={200: PrecioSalida(many=True), 404: NO_ESTA},
        examples=[OpenApiExample("Uno", value=[ejemplos.PRECIO], response_only=True)],
        tags=["precios"],
    )
    def list(self, request: Request, codigo: str) -> Response:
        pagina = self.paginate_queryset(precios_de(id_de(codigo)))
        hoy = dia_de(timezone.now())
        return self.get_paginated_response(
            PrecioSalida(pagina, many=True, context={"hoy": hoy}).data
        )

    @extend_schema(
        summary="Programar un precio para un día",
        description="Rige desde ese día, corra o no la tarea que lo copia a la ficha.",
        request=PrecioEntrada,
        responses={201: PrecioConMensaje, 404: NO_ESTA},
        examples=[
            OpenApiExample(
                "Para las fiestas",
                value={"precio": 1390, "desde": "2027-09-15", "motivo": "Fiestas Patrias"},
                request_only=True,
            ),
            OpenApiExample(
                "Programado",
                value={"msg": "Precio programado", **ejemplos.PRECIO},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["precios"],
    )
    def create(self, request: Request, codigo: str) -> Response:
        entrada = PrecioEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        precio = programar_precio(
            codigo=codigo,
            actor=actor_de(request),
            ahora=timezone.now(),
            **entrada.validated_data,
        )
        salida = PrecioSalida(precio, context={"hoy": dia_de(timezone.now())}).data
        return Response({"msg": "Precio programado", **salida}, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Quitar un precio programado",
        request=None,
        responses={
            200: MensajeSalida,
            404: NO_ESTA,
            409: error("precio_ya_rige", "Ese precio ya empezó a regir y no se puede quitar"),
        },
        examples=[
            OpenApiExample(
                "Hecho",
                value={"msg": "Precio programado quitado"},
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["precios"],
    )
    def destroy(self, request: Request, codigo: str, precio_id: int) -> Response:
        quitar_precio_programado(
            codigo=codigo, precio_id=precio_id, actor=actor_de(request), ahora=timezone.now()
        )
        return Response({"msg": "Precio programado quitado"})
