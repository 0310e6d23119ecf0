"""Notificaciones propias, mensajes de un Administrador y quién está conectado."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.permisos import CualquierRol, SoloAdministrador
from inventario.base.api.peticion import actor_de
from inventario.base.errores import Invalido
from usuarios.notificaciones import (
    DestinatarioInexistente,
    enviar_mensaje,
    marcar_leida,
    notificaciones_de,
)
from usuarios.presencia import presentes
from usuarios.serializers_avisos import (
    MensajeEntrada,
    NotificacionConMensaje,
    NotificacionSalida,
    PresenciaSalida,
)

EJEMPLO = {
    "id": 41,
    "titulo": "Stock en su mínimo",
    "mensaje": "Quedan 3 de Azúcar (mínimo 5)",
    "tipo": "stock_minimo",
    "datos": {"id_producto": 12},
    "fecha_y_hora": "2026-11-24T12:00:00-03:00",
    "leida": None,
}
PRESENTE = {
    "rut": "123456785",
    "nombre": "Carlos Cáceres",
    "tipo_usuario": "Cajero",
    "transporte": "socketio",
    "dispositivo": "Mozilla/5.0 (Linux; Android 14)",
    "ip": "192.168.1.20",
    "desde": "2026-11-24T09:02:11-03:00",
    "servidor": "caja:4121",
}
SI_O_NO = {"true": True, "false": False}


class NotificacionesVista(viewsets.GenericViewSet[Any]):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action == "create" else [CualquierRol()]

    @extend_schema(
        summary="Mis notificaciones, de la más nueva a la más vieja",
        parameters=[OpenApiParameter("leida", bool, description="Sólo las leídas, o sólo las que faltan.")],
        responses={200: NotificacionSalida(many=True)},
        examples=[OpenApiExample("Una sin leer", value=[EJEMPLO], response_only=True)],
        tags=["notificaciones"],
    )
    def list(self, request: Request) -> Response:
        leida = request.query_params.get("leida")
        if leida is not None and leida not in SI_O_NO:
            raise Invalido(errores={"leida": ["Debe ser true o false"]})
        propias = notificaciones_de(_quien(request), leida=None if leida is None else SI_O_NO[leida])
        pagina = self.paginate_queryset(propias)
        return self.get_paginated_response(NotificacionSalida(pagina, many=True).data)

    @extend_schema(
        summary="Mandar un mensaje a una persona",
        description="Le llega a cada dispositivo suyo, ahora o cuando se conecte, hasta que lo lea.",
        request=MensajeEntrada,
        responses={
            201: NotificacionConMensaje,
            404: error(DestinatarioInexistente.codigo, DestinatarioInexistente.msg),
        },
        examples=[
            OpenApiExample(
                "Un aviso",
                value={"rut": "12.345.678-5", "titulo": "Cierre", "mensaje": "Hoy cerramos a las 20:00"},
                request_only=True,
            ),
            OpenApiExample(
                "Enviado",
                value={"msg": "Mensaje enviado", **EJEMPLO, "titulo": "Cierre", "tipo": "mensaje"},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["notificaciones"],
    )
    def create(self, request: Request) -> Response:
        entrada = MensajeEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        notificacion = enviar_mensaje(
            actor=actor_de(request), ahora=timezone.now(), **entrada.validated_data
        )
        salida = {"msg": "Mensaje enviado", **NotificacionSalida(notificacion).data}
        return Response(salida, status=201)

    @extend_schema(
        summary="Marcar como leída una notificación propia",
        description="De nuevo, no cambia nada. Después ya no se manda a ningún dispositivo.",
        request=None,
        responses={200: NotificacionConMensaje},
        examples=[
            OpenApiExample(
                "Leída",
                value={
                    "msg": "Notificación leída", **EJEMPLO, "leida": "2026-11-24T12:05:00-03:00",
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["notificaciones"],
    )
    def leida(self, request: Request, id_notificacion: int) -> Response:
        notificacion = marcar_leida(
            usuario_id=_quien(request), notificacion_id=id_notificacion, ahora=timezone.now()
        )
        return Response({"msg": "Notificación leída", **NotificacionSalida(notificacion).data})


class PresenciaVista(viewsets.GenericViewSet[Any]):
    permission_classes = [SoloAdministrador]
    ordering = ("desde", "id")

    @extend_schema(
        summary="Quién está conectado, desde qué dispositivo y desde cuándo",
        responses={200: PresenciaSalida(many=True)},
        examples=[OpenApiExample("Un teléfono", value=[PRESENTE], response_only=True)],
        tags=["presencia"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(presentes(ahora=timezone.now()))
        return self.get_paginated_response(PresenciaSalida(pagina, many=True).data)


def _quien(request: Request) -> int:
    return int(request.user.pk or 0)
