"""Puertas de las autorizaciones: se piden en la caja, se resuelven ahí con PIN o desde otro dispositivo."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from ventas.consultas.caja import autorizaciones_visibles
from ventas.reglas.autorizacion import Accion
from ventas.serializers.autorizaciones import AutorizacionEntrada, AutorizacionSalida
from ventas.servicios.autorizaciones import AutorizacionNoExiste, pedir, pedir_con_pin, resolver

TAG = ["caja"]
OBJETO = {
    "id_forma_pago": 3, "id_tipodocumento": 1, "porcentaje": 30,
    "productos": [{"codigo_barras": "2000000000015", "cantidad": 2}],
}
AUTORIZACION: dict[str, Any] = {
    "msg": "Autorización aprobada",
    "id_autorizacion": 5,
    "accion": "descuento",
    "estado": "aprobada",
    "resumen": "descuento sobre el límite, descuento de 30 %",
    "objeto": OBJETO,
    "solicitante": "Carlos Cáceres",
    "supervisor": "Ana Araya",
    "creada": "2026-11-24T12:00:00-03:00",
    "vence": "2026-11-24T12:05:00-03:00",
}
RESUELTA = error("autorizacion_resuelta", "Esa autorización ya se resolvió o venció")


def _ejemplo(nombre: str, estado: str = "200") -> OpenApiExample:
    return OpenApiExample(nombre, value=AUTORIZACION, response_only=True, status_codes=[estado])


class AutorizacionesVista(viewsets.GenericViewSet[Any]):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action in ("aprobar", "rechazar") else [SoloPersonal()]

    @extend_schema(
        summary="Autorizaciones, de la más nueva a la más vieja",
        description="Un Administrador ve todas; un Cajero, las que pidió.",
        responses={200: AutorizacionSalida(many=True)},
        examples=[OpenApiExample("Una", value=[AUTORIZACION], response_only=True)],
        tags=TAG,
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(autorizaciones_visibles(actor_de(request)))
        return self.get_paginated_response(AutorizacionSalida(pagina, many=True).data)

    @extend_schema(
        summary="Pedir autorización para lo que un Cajero no hace solo",
        description=(
            "Con `rut_supervisor` y `pin` de un Administrador, queda aprobada en el acto. Sin ellos queda "
            "pendiente y les llega un aviso a los Administradores. Vale una vez, cinco minutos, y sólo para "
            "la acción y el pedido exactos que nombra."
        ),
        request=AutorizacionEntrada,
        responses={
            201: AutorizacionSalida,
            401: error("credenciales_invalidas", "RUT o contraseña incorrectos"),
        },
        examples=[
            OpenApiExample(
                "Con PIN", request_only=True,
                value={
                    "accion": "descuento", "objeto": OBJETO, "rut_supervisor": "11.111.111-1", "pin": "4071",
                },
            ),
            _ejemplo("Aprobada", "201"),
        ],
        tags=TAG,
    )
    def create(self, request: Request) -> Response:
        entrada = AutorizacionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        comun: dict[str, Any] = {
            "actor": actor_de(request), "accion": Accion(datos["accion"]), "objeto": datos["objeto"],
            "ahora": timezone.now(),
        }
        if datos.get("pin"):
            autorizacion = pedir_con_pin(rut=datos["rut_supervisor"], pin=datos["pin"], **comun)
        else:
            autorizacion = pedir(**comun)
        return Response(AutorizacionSalida(autorizacion).data, status=201)

    @extend_schema(
        summary="Cómo va una autorización",
        responses={200: AutorizacionSalida},
        examples=[_ejemplo("Aprobada")],
        tags=TAG,
    )
    def retrieve(self, request: Request, id_autorizacion: int) -> Response:
        autorizacion = autorizaciones_visibles(actor_de(request)).filter(pk=id_autorizacion).first()
        if autorizacion is None:
            raise AutorizacionNoExiste
        return Response(AutorizacionSalida(autorizacion).data)

    @extend_schema(
        summary="Aprobar una autorización pendiente",
        request=None,
        responses={200: AutorizacionSalida, 409: RESUELTA},
        examples=[_ejemplo("Aprobada")],
        tags=TAG,
    )
    def aprobar(self, request: Request, id_autorizacion: int) -> Response:
        return self._resolver(request, id_autorizacion, aprobar=True)

    @extend_schema(
        summary="Rechazar una autorización pendiente",
        request=None,
        responses={200: AutorizacionSalida, 409: RESUELTA},
        examples=[_ejemplo("Rechazada")],
        tags=TAG,
    )
    def rechazar(self, request: Request, id_autorizacion: int) -> Response:
        return self._resolver(request, id_autorizacion, aprobar=False)

    def _resolver(self, request: Request, id_autorizacion: int, *, aprobar: bool) -> Response:
        autorizacion = resolver(
            actor=actor_de(request), id_autorizacion=id_autorizacion, aprobar=aprobar, ahora=timezone.now()
        )
        return Response(AutorizacionSalida(autorizacion).data)
