"""``GET /salud`` y ``GET /openapi.json``."""

import threading
from functools import cache
from typing import Any

from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventario.base.api.errores import cuerpo
from inventario.base.api.esquema import error
from inventario.mantenimiento.salud import revisar

BIEN = "bien"


class SaludSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    partes = serializers.DictField(
        child=serializers.CharField(), help_text=f"Parte del sistema → «{BIEN}»."
    )
    tiempo_real = serializers.DictField(
        allow_null=True,
        help_text="Procesos de sockets, conexiones, y lo que su canal perdió desde que partieron.",
    )


_PARTES_BIEN = dict.fromkeys(("base_de_datos", "migraciones", "canales", "tareas", "sockets"), BIEN)
_TIEMPO_REAL = {
    "servidores": 1, "conexiones": 4, "canal_activo": True, "mensajes_perdidos": 0,
}
_BIEN = {"msg": "Todo responde", "partes": _PARTES_BIEN, "tiempo_real": _TIEMPO_REAL}


class SaludView(APIView):
    """Para monitores: no pide sesión y no cuenta secretos."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="salud",
        tags=["sistema"],
        summary="Si responden la base de datos, los canales y las tareas",
        responses={
            200: OpenApiResponse(
                SaludSalida,
                "Todo responde",
                [OpenApiExample("bien", value=_BIEN)],
            ),
            503: error(
                "no_responde",
                "Hay partes del sistema que no responden",
                {"canales": ["No responde"]},
                partes=_PARTES_BIEN | {"canales": "No responde"},
                tiempo_real=_TIEMPO_REAL,
            ),
        },
    )
    def get(self, request: Request) -> Response:
        salud = revisar(ahora=timezone.now())
        partes = {parte: falla or BIEN for parte, falla in salud.partes.items()}
        if salud.bien:
            return Response(
                {"msg": "Todo responde", "partes": partes, "tiempo_real": salud.tiempo_real}
            )
        fallas = {parte: [falla] for parte, falla in salud.partes.items() if falla}
        datos = cuerpo(
            "Hay partes del sistema que no responden", "no_responde", fallas, partes=partes,
            tiempo_real=salud.tiempo_real,
        )
        return Response(datos, status=503)


_generando = threading.Lock()


@cache
def _generar() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def esquema_publicado() -> Any:
    """El esquema OpenAPI de la API entera: el mismo para todos, y uno por proceso."""
    # drf-spectacular carga sus extensiones al primer uso y no espera que otro hilo lo esté haciendo:
    # dos peticiones a la vez a un proceso recién partido daban 500.
    with _generando:
        return _generar()


class EsquemaView(APIView):
    """La documentación que leen las máquinas."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(esquema_publicado())
