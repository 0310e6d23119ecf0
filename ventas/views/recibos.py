"""El recibo impreso de 80 mm de una venta o de una nota de crédito: PDF y ESC/POS."""

from collections.abc import Callable

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.negociacion import SinNegociar
from inventario.base.api.permisos import CualquierRol
from inventario.base.api.peticion import actor_de
from inventario.base.models import Tienda
from ventas.consultas import devolucion_con_todo, venta_con_todo
from ventas.recibo import (
    Recibo,
    a_escpos,
    a_pdf,
    a_renglones,
    recibo_de_devolucion,
    recibo_de_venta,
)
from ventas.serializers.salida import RenglonesSalida
from ventas.servicios import NotaNoExiste, VentaNoExiste
from ventas.views import ejemplos

PDF = "application/pdf"
BYTES = "application/octet-stream"


class RecibosVista(viewsets.ViewSet):
    permission_classes = [CualquierRol]
    content_negotiation_class = SinNegociar

    @extend_schema(
        summary="La boleta de una venta en PDF, para un rollo de 80 mm",
        responses={(200, PDF): OpenApiTypes.BINARY},
        tags=["boletas"],
    )
    def boleta_pdf(self, request: Request, id_venta: int) -> HttpResponse:
        return _archivo(_de_venta(request, id_venta), a_pdf, PDF, f"boleta-{id_venta}.pdf")

    @extend_schema(
        summary="La boleta de una venta en ESC/POS, para mandar tal cual a la impresora térmica",
        responses={(200, BYTES): OpenApiTypes.BINARY},
        tags=["boletas"],
    )
    def boleta_escpos(self, request: Request, id_venta: int) -> HttpResponse:
        return _archivo(_de_venta(request, id_venta), a_escpos, BYTES, f"boleta-{id_venta}.escpos")

    @extend_schema(
        summary="La boleta de una venta, renglón por renglón, para imprimirla desde una página",
        responses=RenglonesSalida,
        examples=[OpenApiExample("Una boleta", value=ejemplos.RENGLONES, response_only=True)],
        tags=["boletas"],
    )
    def boleta_renglones(self, request: Request, id_venta: int) -> Response:
        return _renglones(_de_venta(request, id_venta))

    @extend_schema(
        summary="Una nota de crédito, renglón por renglón, para imprimirla desde una página",
        responses=RenglonesSalida,
        examples=[OpenApiExample("Una boleta", value=ejemplos.RENGLONES, response_only=True)],
        tags=["boletas"],
    )
    def nota_renglones(self, request: Request, id_devolucion: int) -> Response:
        return _renglones(_de_devolucion(request, id_devolucion))

    @extend_schema(
        summary="Una nota de crédito en PDF, para un rollo de 80 mm",
        responses={(200, PDF): OpenApiTypes.BINARY},
        tags=["boletas"],
    )
    def nota_pdf(self, request: Request, id_devolucion: int) -> HttpResponse:
        recibo = _de_devolucion(request, id_devolucion)
        return _archivo(recibo, a_pdf, PDF, f"nota-de-credito-{id_devolucion}.pdf")

    @extend_schema(
        summary="Una nota de crédito en ESC/POS, para mandar tal cual a la impresora térmica",
        responses={(200, BYTES): OpenApiTypes.BINARY},
        tags=["boletas"],
    )
    def nota_escpos(self, request: Request, id_devolucion: int) -> HttpResponse:
        recibo = _de_devolucion(request, id_devolucion)
        return _archivo(recibo, a_escpos, BYTES, f"nota-de-credito-{id_devolucion}.escpos")


def _de_venta(request: Request, id_venta: int) -> Recibo:
    venta = venta_con_todo(actor_de(request), id_venta)
    if venta is None:
        raise VentaNoExiste
    return recibo_de_venta(venta, Tienda.objects.get(pk=1))


def _de_devolucion(request: Request, id_devolucion: int) -> Recibo:
    devolucion = devolucion_con_todo(actor_de(request), id_devolucion)
    if devolucion is None:
        raise NotaNoExiste
    return recibo_de_devolucion(devolucion, Tienda.objects.get(pk=1))


def _renglones(recibo: Recibo) -> Response:
    return Response({"msg": recibo.titulo.capitalize(), "renglones": a_renglones(recibo)})


def _archivo(
    recibo: Recibo, imprimir: Callable[[Recibo], bytes], tipo: str, nombre: str
) -> HttpResponse:
    return HttpResponse(
        imprimir(recibo),
        content_type=tipo,
        headers={
            "Content-Disposition": f'inline; filename="{nombre}"',
            # Con datos de una persona: ni un proxy ni el navegador la guardan.
            "Cache-Control": "private, no-store",
        },
    )
