"""Los datos personales de una persona: pedirlos, y pedir que se olviden (Ley 21.719)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.permisos import AdministradorOUnoMismo
from inventario.base.api.peticion import actor_de
from usuarios.consultas import usuario_por_rut
from usuarios.ejemplos import RUT_EN_LA_URL
from usuarios.privacidad import SoloClientesSeOlvidan
from ventas.privacidad import anonimizar, dar_datos_personales


class DatosPersonalesSalida(serializers.Serializer[Any]):
    """Lo que la tienda guarda de una persona."""

    msg = serializers.CharField()
    generado = serializers.DateTimeField()
    responsable = serializers.DictField(help_text="La tienda que los guarda.")
    titular = serializers.DictField(help_text="Su ficha.")
    sesiones = serializers.ListField(child=serializers.DictField())
    movimientos_de_puntos = serializers.ListField(child=serializers.DictField())
    notificaciones = serializers.ListField(child=serializers.DictField())
    registros = serializers.ListField(
        child=serializers.DictField(), help_text="Lo que hizo y lo que se le hizo."
    )
    compras = serializers.ListField(child=serializers.DictField())


class AnonimizacionEntrada(serializers.Serializer[Any]):
    contrasena = serializers.CharField(
        max_length=128, trim_whitespace=False, required=False, allow_blank=True, write_only=True,
        help_text="La propia, cuando alguien lo pide sobre sí mismo.",
    )
    motivo = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PrivacidadVista(viewsets.ViewSet):
    permission_classes: list[type[BasePermission]] = [AdministradorOUnoMismo]

    @extend_schema(
        summary="Todos los datos personales de un usuario",
        description="Para él mismo o un Administrador. Que se pidieron queda registrado.",
        parameters=[RUT_EN_LA_URL],
        responses={200: DatosPersonalesSalida},
        examples=[
            OpenApiExample(
                "Una clienta",
                value={
                    "msg": "Sus datos personales",
                    "generado": "2026-11-24T12:00:00-03:00",
                    "responsable": {"razon_social": "Mi tienda", "rut": "761920839"},
                    "titular": {"rut": "217997607", "nombre": "Clara", "apellido": "Núñez", "puntos": 12},
                    "sesiones": [],
                    "movimientos_de_puntos": [],
                    "notificaciones": [],
                    "registros": [],
                    "compras": [],
                },
                response_only=True,
            )
        ],
        tags=["datos personales"],
    )
    def dar(self, request: Request, rut: str) -> Response:
        datos = dar_datos_personales(
            actor=actor_de(request), usuario_id=usuario_por_rut(rut).pk, ahora=timezone.now()
        )
        return Response({"msg": "Sus datos personales", **datos})

    @extend_schema(
        summary="Anonimizar a un Cliente",
        description=(
            "Lo pide él mismo, con su contraseña, o un Administrador. No tiene vuelta atrás: quedan sus "
            "compras, folios y registros, sin nada que diga de quién son."
        ),
        parameters=[RUT_EN_LA_URL],
        request=AnonimizacionEntrada,
        responses={
            200: MensajeSalida,
            403: error(SoloClientesSeOlvidan.codigo, SoloClientesSeOlvidan.msg),
        },
        examples=[
            OpenApiExample("A pedido propio", value={"contrasena": "Pan-con-palta-2026"}, request_only=True),
            OpenApiExample("Hecho", value={"msg": "Cliente anonimizado"}, response_only=True),
        ],
        tags=["datos personales"],
    )
    def olvidar(self, request: Request, rut: str) -> Response:
        entrada = AnonimizacionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        anonimizar(
            actor=actor_de(request),
            usuario=usuario_por_rut(rut),
            ahora=timezone.now(),
            **entrada.validated_data,
        )
        return Response({"msg": "Cliente anonimizado"})
