"""Compras en la API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from compras import ejemplos
from compras.consultas import buscar_compras, compra_cargada
from compras.models import Compra
from compras.serializers.compras import (
    AnulacionEntrada,
    CompraConMensaje,
    CompraEntrada,
    CompraSalida,
    FiltroCompras,
)
from compras.servicios import anular_compra, comprar
from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador
from inventario.base.api.peticion import actor_de

LINEAS_MALAS = error(
    "lineas_invalidas", "Hay líneas con problemas", {"2": ["No existe el producto 7800000000015"]}
)
REPETIDO = error(
    "documento_repetido",
    "El documento 45120 de Distribuidora Ñuble ya se ingresó",
    {"numero_documento": ["Ya se ingresó"]},
)
NO_ESTA = error("compra_no_encontrada", "Compra no encontrada")
VENDIDA = error(
    "compra_ya_vendida",
    "No se puede anular: parte de lo comprado ya se vendió",
    {"Azúcar granulada 1 kg": ["De Azúcar granulada 1 kg se compraron 20 y quedan 17"]},
)


def con_mensaje(compra: Compra, msg: str) -> dict[str, Any]:
    return {"msg": msg, **CompraSalida(compra_cargada(compra.pk)).data}


class ComprasVista(viewsets.GenericViewSet[Compra]):
    """Todas las compras."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Compras con sus productos, de la más nueva a la más vieja",
        parameters=[FiltroCompras],
        responses={200: CompraSalida(many=True)},
        examples=[OpenApiExample("Una", value=[ejemplos.COMPRA], response_only=True)],
        tags=["compras"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(buscar_compras(**leer(FiltroCompras, request)))
        return self.get_paginated_response(CompraSalida(pagina, many=True).data)

    @extend_schema(
        summary="Ingresar una compra",
        description=(
            "Sube el stock y el costo promedio la sigue; todo o nada. Los costos son netos, en CLP. "
            "El mismo documento del mismo proveedor se ingresa una sola vez, salvo que se haya anulado."
        ),
        request=CompraEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={201: CompraConMensaje, 400: LINEAS_MALAS, 409: REPETIDO},
        examples=[
            OpenApiExample("Dos productos", value=ejemplos.COMPRA_NUEVA, request_only=True),
            OpenApiExample(
                "Ingresada",
                value={"msg": "Compra ingresada", **ejemplos.COMPRA},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["compras"],
    )
    def create(self, request: Request) -> Response:
        entrada = CompraEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            comprar,
            salida=lambda compra: con_mensaje(compra, "Compra ingresada"),
            pedido=entrada.a_pedido(),
            actor=actor_de(request),
            ahora=timezone.now(),
        )


class CompraVista(viewsets.ViewSet):
    """Una compra."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Una compra",
        responses={200: CompraConMensaje, 404: NO_ESTA},
        examples=[
            OpenApiExample(
                "Una",
                value={"msg": "Compra encontrada", **ejemplos.COMPRA},
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["compras"],
    )
    def retrieve(self, request: Request, id_compra: int) -> Response:
        salida = CompraSalida(compra_cargada(id_compra)).data
        return Response({"msg": "Compra encontrada", **salida})

    @extend_schema(
        summary="Anular una compra",
        description=(
            "Stock y costo promedio quedan como si no hubiera existido. Se rechaza, con los productos "
            "por su nombre, si algo de lo comprado ya salió y no volvió."
        ),
        request=AnulacionEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={200: CompraConMensaje, 404: NO_ESTA, 409: VENDIDA},
        examples=[
            OpenApiExample("Por error", value={"motivo": "Se digitó dos veces"}, request_only=True),
            OpenApiExample(
                "Anulada",
                value={
                    "msg": "Compra anulada",
                    **ejemplos.COMPRA,
                    "estado": "Anulada",
                    "motivo_anulacion": "Se digitó dos veces",
                },
                response_only=True,
                status_codes=["200"],
            ),
        ],
        tags=["compras"],
    )
    def anular(self, request: Request, id_compra: int) -> Response:
        entrada = AnulacionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request,
            anular_compra,
            salida=lambda compra: con_mensaje(compra, "Compra anulada"),
            estado=status.HTTP_200_OK,
            compra_id=id_compra,
            motivo=entrada.validated_data["motivo"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )
