"""Los registros en la API: se leen y se agregan; ninguna dirección los edita ni los borra."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.filtros import leer
from inventario.base.api.negociacion import SinNegociar
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from registros.consultas import registros_filtrados, total_de_registros
from registros.exportacion import CSV, NDJSON, DemasiadosRegistros, Formato, archivo, exportar
from registros.serializers import FiltroRegistros, RegistroCreado, RegistroEntrada, RegistroSalida
from registros.servicios import EnNombreAjeno, anotar

_UNO = {
    "id_registro": 981,
    "mensaje": "Venta 1204 por $ 5.990",
    "fecha_y_hora": "2026-11-24T12:00:00-03:00",
    "tipo": "venta",
    "descripcion": "",
    "usuario": "Carlos Cáceres",
}


class RegistrosVista(viewsets.GenericViewSet[Any]):
    """La auditoría de la tienda."""

    total: int | None

    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action == "list" else [SoloPersonal()]

    @extend_schema(
        summary="Registros, del más nuevo al más viejo",
        parameters=[FiltroRegistros],
        responses={200: RegistroSalida(many=True)},
        examples=[OpenApiExample("Una venta", value=[_UNO], response_only=True)],
        tags=["registros"],
    )
    def list(self, request: Request) -> Response:
        filtro = leer(FiltroRegistros, request)
        self.total = None if any(filtro.values()) else total_de_registros()
        pagina = self.paginate_queryset(registros_filtrados(filtro))
        return self.get_paginated_response(RegistroSalida(pagina, many=True).data)

    @extend_schema(
        summary="Anotar una entrada propia",
        description="El servidor pone su hora y a quien llama. Sólo un Administrador anota por otro.",
        request=RegistroEntrada,
        parameters=[CLAVE_IDEMPOTENCIA],
        responses={201: RegistroCreado, 403: error(EnNombreAjeno.codigo, EnNombreAjeno.msg)},
        examples=[
            OpenApiExample(
                "Una entrada",
                value={
                    "mensaje": "Se abrió la caja 1",
                    "fecha_y_hora": "2026-11-24T09:00:00-03:00",
                    "tipo": "caja",
                    "descripcion": "Con $ 50.000 de sencillo",
                    "usuario": "12.345.678-5",
                },
                request_only=True,
            ),
            OpenApiExample("Guardada", value={"msg": "Registro guardado", **_UNO}, response_only=True),
        ],
        tags=["registros"],
    )
    def create(self, request: Request) -> Response:
        entrada = RegistroEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        return idempotencia.responder(
            request,
            anotar,
            salida=lambda registro: dict(RegistroCreado(registro).data),
            actor=actor_de(request),
            ahora=timezone.now(),
            mensaje=datos["mensaje"],
            tipo=datos["tipo"],
            descripcion=datos.get("descripcion") or "",
            fecha_cliente=datos.get("fecha_y_hora"),
            a_nombre_de=datos.get("usuario") or "",
        )


_DEMASIADOS = error(DemasiadosRegistros.codigo, DemasiadosRegistros.msg)


class ExportacionVista(viewsets.ViewSet):
    """La auditoría en un archivo. Sacarla queda en la auditoría."""

    permission_classes = [SoloAdministrador]
    content_negotiation_class = SinNegociar

    @extend_schema(
        summary="Los registros en CSV (punto y coma, UTF-8)",
        parameters=[FiltroRegistros],
        responses={(200, "text/csv"): OpenApiTypes.STR, 400: _DEMASIADOS},
        tags=["registros"],
    )
    def csv(self, request: Request) -> HttpResponse:
        return self._archivo(request, CSV)

    @extend_schema(
        summary="Los registros en NDJSON, uno por línea",
        parameters=[FiltroRegistros],
        responses={(200, NDJSON.tipo): OpenApiTypes.STR, 400: _DEMASIADOS},
        tags=["registros"],
    )
    def ndjson(self, request: Request) -> HttpResponse:
        return self._archivo(request, NDJSON)

    def _archivo(self, request: Request, formato: Formato) -> HttpResponse:
        filtro = leer(FiltroRegistros, request)
        registros = exportar(
            actor=actor_de(request),
            consulta=registros_filtrados(filtro),
            pedido=", ".join(f"{campo}: {valor}" for campo, valor in filtro.items()),
            ahora=timezone.now(),
        )
        respuesta = HttpResponse(archivo(registros, formato), content_type=formato.tipo)
        respuesta["Content-Disposition"] = f'attachment; filename="registros.{formato.extension}"'
        return respuesta
