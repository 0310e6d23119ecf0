"""Órdenes de compra en la API: del borrador a lo recibido, y el papel para mandarla."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from compras import ejemplos
from compras.consultas import buscar_ordenes, codigos_del_proveedor, orden_cargada
from compras.impreso import Impreso, a_csv, a_pdf, armar
from compras.models import OrdenCompra
from compras.serializers.compras import CompraConMensaje
from compras.serializers.ordenes import (
    CierreEntrada,
    FiltroOrdenes,
    OrdenCambios,
    OrdenConMensaje,
    OrdenEntrada,
    OrdenSalida,
    RecepcionEntrada,
    SugerenciaEntrada,
)
from compras.servicios import (
    cerrar_orden,
    crear_orden,
    editar_orden,
    enviar_orden,
    recibir_orden,
    sugerir_orden,
)
from compras.views.compras import con_mensaje as compra_con_mensaje
from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador
from inventario.base.api.peticion import actor_de
from inventario.base.models import Tienda

NO_ESTA = error("orden_no_encontrada", "Orden de compra no encontrada")
NO_ADMITE = error("orden_no_admite", "La orden está enviada: no admite eso")


def _con_mensaje(orden_id: int, msg: str) -> dict[str, Any]:
    return {"msg": msg, **OrdenSalida(orden_cargada(orden_id)).data}


def _ejemplo(msg: str, http: str = "200", **cambios: Any) -> OpenApiExample:
    """``cambios``: lo que la orden de ejemplo tiene distinto tras la llamada."""
    return OpenApiExample(
        msg, value={"msg": msg, **ejemplos.ORDEN, **cambios}, response_only=True, status_codes=[http]
    )


class OrdenesVista(viewsets.GenericViewSet[OrdenCompra]):
    """Todas las órdenes de compra."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Órdenes de compra, de la más nueva a la más vieja",
        parameters=[FiltroOrdenes],
        responses={200: OrdenSalida(many=True)},
        examples=[OpenApiExample("Una", value=[ejemplos.ORDEN], response_only=True)],
        tags=["compras"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(buscar_ordenes(**leer(FiltroOrdenes, request)))
        return self.get_paginated_response(OrdenSalida(pagina, many=True).data)

    @extend_schema(
        summary="Crear una orden de compra",
        description="Queda en borrador: se edita hasta que se envía.",
        request=OrdenEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={201: OrdenConMensaje},
        examples=[
            OpenApiExample("Nueva", value=ejemplos.ORDEN_NUEVA, request_only=True),
            _ejemplo("Orden creada", "201"),
        ],
        tags=["compras"],
    )
    def create(self, request: Request) -> Response:
        entrada = OrdenEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            crear_orden,
            salida=lambda orden: _con_mensaje(orden.pk, "Orden creada"),
            pedido=entrada.a_pedido(),
            actor=actor_de(request),
            ahora=timezone.now(),
        )

    @extend_schema(
        summary="Crear el borrador que conviene pedir a un proveedor",
        description=(
            "De lo que vende, lo que hace falta para no bajar del stock mínimo antes del pedido "
            "siguiente, al ritmo de las últimas semanas y contando lo que ya viene en camino."
        ),
        request=SugerenciaEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={
            201: OrdenConMensaje,
            409: error(
                "nada_que_sugerir", "Con lo que hay y lo que viene alcanza: no hay nada que pedir"
            ),
        },
        examples=[
            OpenApiExample(
                "Seis semanas", value={"id_proveedor": 3, "semanas": 6}, request_only=True
            ),
            _ejemplo("Orden sugerida", "201"),
        ],
        tags=["compras"],
    )
    def sugerir(self, request: Request) -> Response:
        entrada = SugerenciaEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        return idempotencia.responder(
            request,
            sugerir_orden,
            salida=lambda orden: _con_mensaje(orden.pk, "Orden sugerida"),
            id_proveedor=datos.get("id_proveedor"),
            proveedor=datos.get("proveedor") or "",
            semanas=datos["semanas"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )


class OrdenVista(viewsets.ViewSet):
    """Una orden de compra."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Una orden de compra",
        responses={200: OrdenConMensaje, 404: NO_ESTA},
        examples=[_ejemplo("Orden encontrada")],
        tags=["compras"],
    )
    def retrieve(self, request: Request, id_orden: int) -> Response:
        return Response(_con_mensaje(id_orden, "Orden encontrada"))

    @extend_schema(
        summary="Editar el borrador de una orden",
        description="`productos` reemplaza todas sus líneas; lo que no viene queda como está.",
        request=OrdenCambios,
        responses={200: OrdenConMensaje, 404: NO_ESTA, 409: NO_ADMITE},
        examples=[
            OpenApiExample(
                "Otra cantidad",
                value={"productos": [{"id_producto": 12, "cantidad": 30}]},
                request_only=True,
            ),
            _ejemplo("Orden actualizada"),
        ],
        tags=["compras"],
    )
    def update(self, request: Request, id_orden: int) -> Response:
        entrada = OrdenCambios(data=request.data)
        entrada.is_valid(raise_exception=True)
        orden = editar_orden(
            orden_id=id_orden,
            actor=actor_de(request),
            ahora=timezone.now(),
            **entrada.a_cambios(),
        )
        return Response(_con_mensaje(orden.pk, "Orden actualizada"))

    @extend_schema(
        summary="Marcar una orden como enviada",
        description="Ya no se edita, y lo pedido cuenta como en camino.",
        request=None,
        responses={200: OrdenConMensaje, 404: NO_ESTA, 409: NO_ADMITE},
        examples=[_ejemplo("Orden enviada", estado="enviada")],
        tags=["compras"],
    )
    def enviar(self, request: Request, id_orden: int) -> Response:
        orden = enviar_orden(orden_id=id_orden, actor=actor_de(request), ahora=timezone.now())
        return Response(_con_mensaje(orden.pk, "Orden enviada"))

    @extend_schema(
        summary="Recibir lo que llegó de una orden",
        description=(
            "Ingresa una compra con lo escaneado; un código repetido se suma, y sin costo va el que se "
            "esperaba. La orden queda recibida, o parcialmente."
        ),
        request=RecepcionEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={
            201: CompraConMensaje,
            404: NO_ESTA,
            409: error(
                "recepcion_excede",
                "Llegó más de lo que se pidió",
                {"2": ["De Azúcar granulada 1 kg se pidió menos: sobran 3"]},
            ),
        },
        examples=[
            OpenApiExample("Escaneado", value=ejemplos.RECEPCION, request_only=True),
            OpenApiExample(
                "Recibida",
                value={"msg": "Recepción ingresada", **ejemplos.COMPRA, "id_orden": 5},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["compras"],
    )
    def recibir(self, request: Request, id_orden: int) -> Response:
        entrada = RecepcionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            recibir_orden,
            salida=lambda compra: compra_con_mensaje(compra, "Recepción ingresada"),
            orden_id=id_orden,
            recepcion=entrada.a_recepcion(),
            actor=actor_de(request),
            ahora=timezone.now(),
        )

    @extend_schema(
        summary="Cerrar una orden",
        description="No se espera nada más de ella. Un borrador cerrado queda descartado.",
        request=CierreEntrada,
        responses={200: OrdenConMensaje, 404: NO_ESTA, 409: NO_ADMITE},
        examples=[
            OpenApiExample(
                "Falta algo", value={"motivo": "El proveedor no tiene más"}, request_only=True
            ),
            _ejemplo("Orden cerrada", estado="cerrada"),
        ],
        tags=["compras"],
    )
    def cerrar(self, request: Request, id_orden: int) -> Response:
        entrada = CierreEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        orden = cerrar_orden(
            orden_id=id_orden,
            motivo=entrada.validated_data.get("motivo", ""),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return Response(_con_mensaje(orden.pk, "Orden cerrada"))


class _SinNegociar(BaseContentNegotiation):
    """Da el archivo pida lo que pida ``Accept``; un error sale en JSON, como todos."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class OrdenImpresaVista(viewsets.ViewSet):
    """Una orden de compra, para mandarla."""

    permission_classes = [SoloAdministrador]
    content_negotiation_class = _SinNegociar

    @extend_schema(
        summary="Una orden de compra en PDF",
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "PDF tamaño carta"),
            404: NO_ESTA,
        },
        tags=["compras"],
    )
    def pdf(self, request: Request, id_orden: int) -> HttpResponse:
        return _archivo(a_pdf(_impreso(id_orden)), f"orden-{id_orden}.pdf", "application/pdf")

    @extend_schema(
        summary="Una orden de compra en CSV",
        description="Con punto y coma y BOM; ninguna celda se interpreta como fórmula.",
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "CSV en UTF-8"),
            404: NO_ESTA,
        },
        tags=["compras"],
    )
    def csv(self, request: Request, id_orden: int) -> HttpResponse:
        tipo = "text/csv; charset=utf-8"
        return _archivo(a_csv(_impreso(id_orden)), f"orden-{id_orden}.csv", tipo)


def _impreso(orden_id: int) -> Impreso:
    orden = orden_cargada(orden_id)
    return armar(orden, Tienda.objects.get(), codigos_del_proveedor(orden))


def _archivo(contenido: bytes, nombre: str, tipo: str) -> HttpResponse:
    disposicion = {"Content-Disposition": f'attachment; filename="{nombre}"'}
    return HttpResponse(contenido, status=status.HTTP_200_OK, content_type=tipo, headers=disposicion)
