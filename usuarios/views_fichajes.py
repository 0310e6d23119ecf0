"""Entradas y salidas en la API. Toda respuesta dice que no es el registro legal de asistencia."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.campos import CampoDia, CampoInstante, CampoRut
from inventario.base.api.esquema import error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from inventario.base.errores import SinPermiso
from usuarios import ejemplos
from usuarios.consultas import usuario_por_rut
from usuarios.fichajes import (
    AVISO,
    corregir_fichaje,
    fichajes_visibles,
    fichar,
    lunes_de,
    presentes_en_la_tienda,
    semana_de,
)
from usuarios.models import Fichaje

TAG = ["personal"]
FICHAJE: dict[str, Any] = {
    "id_fichaje": 9, "rut": "123456785", "nombre": "Carlos Cáceres", "tipo": "entrada",
    "momento": "2026-11-24T08:58:00-03:00", "efectivo": "2026-11-24T08:58:00-03:00", "motivo": "",
    "corregido_por": None, "aviso": AVISO,
}


class FichajeEntrada(serializers.Serializer[Any]):
    tipo = serializers.ChoiceField(choices=Fichaje.Tipo.values)


class CorreccionEntrada(serializers.Serializer[Any]):
    momento = CampoInstante(help_text="La hora que cuenta.")
    motivo = serializers.CharField(max_length=200)


class FiltroFichajes(serializers.Serializer[Any]):
    desde = CampoDia(required=False)
    hasta = CampoDia(required=False)
    rut = CampoRut(required=False)


class FiltroSemana(serializers.Serializer[Any]):
    rut = CampoRut(required=False, help_text="De otra persona: sólo un Administrador.")
    semana = serializers.CharField(required=False, max_length=10, help_text="`2026-W48`; si no, ésta.")


class FichajeSalida(serializers.Serializer[Any]):
    id_fichaje = serializers.IntegerField(source="id")
    rut = serializers.CharField(source="usuario.rut")
    nombre = serializers.CharField(source="usuario.nombre_completo")
    tipo = serializers.CharField()
    momento = serializers.DateTimeField(help_text="Cuándo se marcó: no cambia nunca.")
    efectivo = serializers.DateTimeField(help_text="La hora que cuenta.")
    motivo = serializers.CharField(help_text="Por qué se corrigió.")
    corregido_por = serializers.CharField(
        source="corregido_por.nombre_completo", default=None, allow_null=True
    )
    aviso = serializers.CharField(default=AVISO)


class FichajeConMensaje(FichajeSalida):
    msg = serializers.CharField()


class PresenteSalida(serializers.Serializer[Any]):
    nombre = serializers.CharField(source="usuario.nombre_completo")
    desde = serializers.DateTimeField(source="efectivo")
    aviso = serializers.CharField(default=AVISO)


class DiaTrabajadoSalida(serializers.Serializer[Any]):
    dia = serializers.DateField()
    minutos = serializers.IntegerField()
    abierto = serializers.BooleanField(help_text="Si falta marcar una salida.")


class SemanaSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    rut = serializers.CharField()
    nombre = serializers.CharField()
    minutos = serializers.IntegerField()
    dias = DiaTrabajadoSalida(many=True)
    aviso = serializers.CharField()


def _con_mensaje(fichaje: Fichaje, msg: str, estado: int = 200) -> Response:
    return Response({"msg": msg, **FichajeSalida(fichaje).data}, status=estado)


class FichajesVista(viewsets.GenericViewSet[Any]):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action == "corregir" else [SoloPersonal()]

    @extend_schema(
        summary="Entradas y salidas, de la más nueva a la más vieja",
        description="Un Administrador ve todas; un Cajero, las suyas.",
        parameters=[FiltroFichajes],
        responses={200: FichajeSalida(many=True)},
        examples=[ejemplos.respuesta("Una", [FICHAJE])],
        tags=TAG,
    )
    def list(self, request: Request) -> Response:
        fichajes = fichajes_visibles(actor=actor_de(request), **leer(FiltroFichajes, request))
        return self.get_paginated_response(
            FichajeSalida(self.paginate_queryset(fichajes), many=True).data
        )

    @extend_schema(
        summary="Marcar la propia entrada o salida",
        request=FichajeEntrada,
        responses={201: FichajeConMensaje, 409: error("fichaje_fuera_de_orden", "Ya marcó su entrada")},
        examples=[
            ejemplos.pedido("Entrada", {"tipo": "entrada"}),
            ejemplos.respuesta("Marcada", {"msg": "Entrada marcada", **FICHAJE}, "201"),
        ],
        tags=TAG,
    )
    def create(self, request: Request) -> Response:
        entrada = FichajeEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        tipo = Fichaje.Tipo(entrada.validated_data["tipo"])
        fichaje = fichar(actor=actor_de(request), tipo=tipo, ahora=timezone.now())
        return _con_mensaje(fichaje, f"{tipo.label} marcada", 201)

    @extend_schema(
        summary="Quién está en la tienda ahora",
        responses={200: PresenteSalida(many=True)},
        examples=[
            ejemplos.respuesta(
                "Uno",
                [{"nombre": "Carlos Cáceres", "desde": "2026-11-24T08:58:00-03:00", "aviso": AVISO}],
            )
        ],
        tags=TAG,
    )
    def presentes(self, request: Request) -> Response:
        presentes = self.paginate_queryset(presentes_en_la_tienda())
        return self.get_paginated_response(PresenteSalida(presentes, many=True).data)

    @extend_schema(
        summary="Lo trabajado en una semana, por día",
        parameters=[FiltroSemana],
        responses={200: SemanaSalida},
        examples=[
            ejemplos.respuesta("Semana", {
                "msg": "Semana del 23-11-2026", "rut": "123456785", "nombre": "Carlos Cáceres",
                "minutos": 540, "aviso": AVISO,
                "dias": [{"dia": "2026-11-24", "minutos": 540, "abierto": False}],
            })
        ],
        tags=TAG,
    )
    def semana(self, request: Request) -> Response:
        filtro = leer(FiltroSemana, request)
        actor = actor_de(request)
        rut = filtro.get("rut", actor.rut)
        if rut != actor.rut and not actor.es_administrador:
            raise SinPermiso
        usuario = usuario_por_rut(rut)
        lunes = lunes_de(filtro.get("semana", ""), timezone.now())
        dias = semana_de(usuario, lunes)
        return Response(SemanaSalida({
            "msg": f"Semana del {lunes:%d-%m-%Y}", "rut": usuario.rut, "nombre": usuario.nombre_completo,
            "minutos": sum(dia.minutos for dia in dias), "dias": dias, "aviso": AVISO,
        }).data)

    @extend_schema(
        summary="Corregir la hora de una entrada o salida, con su motivo",
        description="La hora que se marcó queda a la vista en `momento`.",
        request=CorreccionEntrada,
        responses={200: FichajeConMensaje},
        examples=[
            ejemplos.pedido(
                "Olvidó marcar", {"momento": "2026-11-24T08:30:00-03:00", "motivo": "Olvidó marcar"}
            ),
            ejemplos.respuesta("Corregida", {"msg": "Fichaje corregido", **FICHAJE}),
        ],
        tags=TAG,
    )
    def corregir(self, request: Request, id_fichaje: int) -> Response:
        entrada = CorreccionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        fichaje = corregir_fichaje(
            actor=actor_de(request), id_fichaje=id_fichaje, ahora=timezone.now(), **entrada.validated_data
        )
        return _con_mensaje(fichaje, "Fichaje corregido")
