"""Cobrar, devolver y listar ventas y sus líneas."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.filtros import leer
from inventario.base.api.forma import escribir_todos, validar
from inventario.base.api.paginacion import Paginador
from inventario.base.api.permisos import CualquierRol, SoloPersonal
from inventario.base.api.peticion import actor_de
from inventario.base.errores import Invalido
from usuarios.autenticacion import buscar_sesion_breve
from ventas.consultas import contar_detalles, contar_ventas, detalles_de, detalles_visibles, ventas_visibles
from ventas.reglas.cobro import MAXIMO_LINEAS
from ventas.serializers.entrada import DevolucionEntrada, FiltroVentas, VentaEntrada
from ventas.serializers.salida import (
    DetalleVentaSalida,
    DevolucionHechaSalida,
    VentaHechaSalida,
    VentaSalida,
    devolucion_hecha,
    venta_hecha,
)
from ventas.servicios import VentaNoExiste, devolver, vender
from ventas.views import ejemplos


class VentasVista(viewsets.GenericViewSet[Any]):
    buscar_sesion = staticmethod(buscar_sesion_breve)

    def get_permissions(self) -> list[BasePermission]:
        return [CualquierRol()] if self.action == "list" else [SoloPersonal()]

    @extend_schema(
        summary="Ventas, de la más nueva a la más vieja",
        description="Un Administrador ve todas; un Cajero, las suyas; un Cliente, sus compras.",
        parameters=[FiltroVentas],
        responses={200: VentaSalida(many=True)},
        examples=[OpenApiExample("Una venta", value=[ejemplos.VENTA], response_only=True)],
        tags=["ventas"],
    )
    def list(self, request: Request) -> Response:
        filtros = leer(FiltroVentas, request)
        inicio, fin = filtros.get("fecha_inicio"), filtros.get("fecha_fin")
        if inicio and fin and fin < inicio:
            raise Invalido(errores={"fecha_fin": ["Es anterior a fecha_inicio"]})
        actor = actor_de(request)
        self.total = contar_ventas(actor=actor, **filtros)
        pagina = self.paginate_queryset(ventas_visibles(actor=actor, **filtros))
        return self.get_paginated_response(escribir_todos(VentaSalida, pagina or ()))

    @extend_schema(
        summary="Cobrar una venta",
        description=(
            "Todo o nada, a los precios del servidor. Los `total_*` y `fecha_venta` que mande el cliente "
            "se ignoran; `total_esperado` sí se comprueba. Los errores de una línea llevan su número, "
            "desde 1. Una línea con `miscelaneo` se vende sin ficha ni stock, con el nombre y el precio de "
            "la caja, si la tienda lo permite (si no, 409 `miscelaneo_no_permitido`)."
        ),
        parameters=[CLAVE_IDEMPOTENCIA],
        request=VentaEntrada,
        responses={
            201: VentaHechaSalida,
            400: error(
                "producto_invalido", "Hay productos que no se pueden vender", {"2": ["Té está inactivo"]}
            ),
            409: error(
                "stock_insuficiente",
                "No hay stock suficiente",
                {"1": ["Stock insuficiente de Arroz: se piden 3 y quedan 2"]},
            ),
        },
        examples=[
            OpenApiExample("En efectivo", value=ejemplos.PEDIDO, request_only=True),
            OpenApiExample("Pago mixto", value=ejemplos.PEDIDO_MIXTO, request_only=True),
            OpenApiExample("Con un misceláneo", value=ejemplos.PEDIDO_SIN_FICHA, request_only=True),
            OpenApiExample(
                "Cobrada", value=ejemplos.VENTA_HECHA, response_only=True, status_codes=["201"]
            ),
        ],
        tags=["ventas"],
    )
    def create(self, request: Request) -> Response:
        pedido = VentaEntrada.pedido(validar(VentaEntrada, request.data), cuerpo=request.data)
        return idempotencia.responder(
            request,
            vender,
            salida=venta_hecha,
            actor=actor_de(request),
            pedido=pedido,
            ahora=timezone.now(),
        )

    @extend_schema(
        summary="Devolver una venta, o parte de ella",
        description=(
            "Nota de crédito con folio propio: vuelven el stock, el dinero (por las formas en que se pagó: "
            "Puntos, crédito, débito, efectivo) y los puntos. Un Administrador, cualquiera; un Cajero, la "
            "suya del mismo día."
        ),
        parameters=[CLAVE_IDEMPOTENCIA],
        request=DevolucionEntrada,
        responses={
            201: DevolucionHechaSalida,
            409: error(
                "devolucion_excede",
                "No se puede devolver más de lo vendido",
                {"1": ["Quedan 1 por devolver"]},
            ),
        },
        examples=[
            OpenApiExample("Una unidad", value=ejemplos.DEVOLUCION, request_only=True),
            OpenApiExample(
                "Devuelta", value=ejemplos.DEVOLUCION_HECHA, response_only=True, status_codes=["201"]
            ),
        ],
        tags=["ventas"],
    )
    def devolver(self, request: Request, id_venta: int) -> Response:
        entrada = DevolucionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            devolver,
            salida=devolucion_hecha,
            actor=actor_de(request),
            pedido=entrada.pedido(id_venta),
            ahora=timezone.now(),
        )


class DetallesVista(viewsets.GenericViewSet[Any]):
    """Líneas de todas las ventas visibles."""

    permission_classes = [CualquierRol]

    @extend_schema(
        summary="Líneas vendidas, de la más nueva a la más vieja",
        responses={200: DetalleVentaSalida(many=True)},
        examples=[OpenApiExample("Una línea", value=[ejemplos.LINEA], response_only=True)],
        tags=["ventas"],
    )
    def list(self, request: Request) -> Response:
        actor = actor_de(request)
        self.total = contar_detalles(actor)
        pagina = self.paginate_queryset(detalles_visibles(actor))
        return self.get_paginated_response(escribir_todos(DetalleVentaSalida, pagina or ()))


class PaginadorDeUnaVenta(Paginador):
    """Sin ``limit``, la venta entera: cortarla en cien líneas engañaría a quien no pagina."""

    limite = MAXIMO_LINEAS


class DetallesDeVentaVista(viewsets.GenericViewSet[Any]):
    """Líneas de una venta."""

    permission_classes = [CualquierRol]
    pagination_class = PaginadorDeUnaVenta

    @extend_schema(
        operation_id="detalleventa_de_una_venta",
        summary="Líneas de una venta, en su orden",
        responses={200: DetalleVentaSalida(many=True)},
        examples=[OpenApiExample("Una línea", value=[ejemplos.LINEA], response_only=True)],
        tags=["ventas"],
    )
    def list(self, request: Request, id_venta: int) -> Response:
        detalles = detalles_de(actor_de(request), id_venta)
        if detalles is None:
            raise VentaNoExiste
        return self.get_paginated_response(
            DetalleVentaSalida(self.paginate_queryset(detalles), many=True).data
        )
