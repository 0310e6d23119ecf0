"""El PIN y las cajas desde las que sirve, en la API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.actor import Rol
from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal, es_la_suya
from inventario.base.api.peticion import actor_de
from usuarios import ejemplos, pin
from usuarios.consultas import usuario_por_rut
from usuarios.models import DispositivoCaja
from usuarios.serializers import CampoContrasena, CampoPin

_CONTRASENA = "Pan-con-palta-2026"


class ElPropio(BasePermission):
    """El PIN lo pone cada uno, si trabaja en la tienda."""

    def has_permission(self, request: Request, view: Any) -> bool:
        quien = request.user
        return bool(
            quien.is_authenticated
            and quien.rol in (Rol.ADMINISTRADOR, Rol.CAJERO)
            and es_la_suya(quien.rut, view)
        )


class PinEntrada(serializers.Serializer[Any]):
    pin = CampoPin()
    contrasena = CampoContrasena()


class VerificacionEntrada(serializers.Serializer[Any]):
    pin = CampoPin(required=False)
    contrasena = CampoContrasena(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("pin")) == bool(attrs.get("contrasena")):
            raise serializers.ValidationError({"pin": ["Debe venir pin o contrasena, uno de los dos"]})
        return attrs


class DispositivoEntrada(serializers.Serializer[Any]):
    nombre = serializers.CharField(max_length=80, help_text="Cómo reconocerla: «Caja del mesón».")
    contrasena = CampoContrasena()


class DispositivoSalida(serializers.Serializer[Any]):
    id_dispositivo = serializers.IntegerField(source="id")
    nombre = serializers.CharField()
    creado = serializers.DateTimeField()
    creado_por = serializers.CharField(source="creado_por.nombre_completo")
    revocado = serializers.DateTimeField(allow_null=True)


class DispositivoNuevoSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    id_dispositivo = serializers.IntegerField()
    nombre = serializers.CharField()
    dispositivo = serializers.CharField(help_text="El secreto: se muestra sólo esta vez.")


def _leer(clase: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    entrada = clase(data=request.data)
    entrada.is_valid(raise_exception=True)
    return dict(entrada.validated_data)


class PinVista(viewsets.ViewSet):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action == "quitar" else [ElPropio()]

    @extend_schema(
        summary="Poner o cambiar el propio PIN",
        description="De 4 a 8 dígitos, que no sean repetidos, seguidos ni parte del RUT.",
        parameters=[ejemplos.RUT_EN_LA_URL],
        request=PinEntrada,
        responses={200: MensajeSalida, 401: ejemplos.MALAS, 429: ejemplos.FRENADO},
        examples=[
            ejemplos.pedido("PIN", {"pin": "4071", "contrasena": _CONTRASENA}),
            ejemplos.respuesta("Puesto", {"msg": "PIN guardado"}),
        ],
        tags=["usuarios"],
    )
    def poner(self, request: Request, rut: str) -> Response:
        pin.cambiar_pin(actor=actor_de(request), ahora=timezone.now(), **_leer(PinEntrada, request))
        return Response({"msg": "PIN guardado"})

    @extend_schema(
        summary="Quitarle el PIN a alguien",
        parameters=[ejemplos.RUT_EN_LA_URL],
        responses={200: MensajeSalida},
        examples=[ejemplos.respuesta("Quitado", {"msg": "PIN quitado"})],
        tags=["usuarios"],
    )
    def quitar(self, request: Request, rut: str) -> Response:
        usuario = usuario_por_rut(rut)
        pin.quitar_pin(actor=actor_de(request), usuario_id=usuario.pk, ahora=timezone.now())
        return Response({"msg": "PIN quitado"})


class VerificacionVista(viewsets.ViewSet):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Desbloquear la caja: el PIN o la contraseña de quien tiene la sesión",
        request=VerificacionEntrada,
        responses={200: MensajeSalida, 401: ejemplos.MALAS, 429: ejemplos.FRENADO},
        examples=[
            ejemplos.pedido("Con PIN", {"pin": "4071"}),
            ejemplos.respuesta("Es", {"msg": "Identidad comprobada"}),
        ],
        tags=["sesión"],
    )
    def verificar(self, request: Request) -> Response:
        pin.verificar_identidad(
            actor=actor_de(request), ahora=timezone.now(), **_leer(VerificacionEntrada, request)
        )
        return Response({"msg": "Identidad comprobada"})


class DispositivosVista(viewsets.ViewSet):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloPersonal()] if self.action == "create" else [SoloAdministrador()]

    @extend_schema(
        summary="Las cajas desde las que se entra con PIN",
        responses={200: DispositivoSalida(many=True)},
        examples=[
            ejemplos.respuesta("Una", [{
                "id_dispositivo": 1, "nombre": "Caja del mesón", "creado": "2026-11-24T09:00:00-03:00",
                "creado_por": "Carlos Cáceres", "revocado": None,
            }])
        ],
        tags=["sesión"],
    )
    def list(self, request: Request) -> Response:
        dispositivos = DispositivoCaja.objects.select_related("creado_por")
        return Response(DispositivoSalida(dispositivos, many=True).data)

    @extend_schema(
        summary="Permitir entrar con PIN desde esta caja",
        description="El secreto que responde se guarda en la caja y va en `dispositivo` de `/login`.",
        request=DispositivoEntrada,
        responses={201: DispositivoNuevoSalida, 401: ejemplos.MALAS, 429: ejemplos.FRENADO},
        examples=[
            ejemplos.pedido("Esta caja", {"nombre": "Caja del mesón", "contrasena": _CONTRASENA}),
            ejemplos.respuesta(
                "Permitida",
                {
                    "msg": "Desde aquí ya se entra con PIN", "id_dispositivo": 1, "nombre": "Caja del mesón",
                    "dispositivo": "mN3v…",
                },
                "201",
            ),
        ],
        tags=["sesión"],
    )
    def create(self, request: Request) -> Response:
        nuevo = pin.registrar_dispositivo(
            actor=actor_de(request), ahora=timezone.now(), **_leer(DispositivoEntrada, request)
        )
        cuerpo = {
            "msg": "Desde aquí ya se entra con PIN", "id_dispositivo": nuevo.dispositivo.pk,
            "nombre": nuevo.dispositivo.nombre, "dispositivo": nuevo.secreto,
        }
        return Response(cuerpo, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Que desde esa caja ya no se entre con PIN",
        responses={
            200: MensajeSalida,
            404: error("dispositivo_no_existe", "El dispositivo no existe o ya se revocó"),
        },
        examples=[ejemplos.respuesta("Revocado", {"msg": "Dispositivo revocado"})],
        tags=["sesión"],
    )
    def destroy(self, request: Request, id_dispositivo: int) -> Response:
        pin.revocar_dispositivo(
            actor=actor_de(request), id_dispositivo=id_dispositivo, ahora=timezone.now()
        )
        return Response({"msg": "Dispositivo revocado"})
