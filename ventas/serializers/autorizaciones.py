"""Autorizaciones: lo que se pide y cómo va."""

from typing import Any

from rest_framework import serializers

from ventas.models import Autorizacion
from ventas.reglas.autorizacion import Accion


class AutorizacionEntrada(serializers.Serializer[Any]):
    accion = serializers.ChoiceField(choices=[a.value for a in Accion])
    objeto = serializers.DictField(
        help_text="El cuerpo exacto que se mandará, sin `autorizacion`; en una devolución, con `id_venta`."
    )
    rut_supervisor = serializers.CharField(max_length=30, required=False)
    pin = serializers.CharField(max_length=20, required=False, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("rut_supervisor")) != bool(attrs.get("pin")):
            raise serializers.ValidationError({"pin": ["rut_supervisor y pin van juntos"]})
        return attrs


class AutorizacionSalida(serializers.Serializer[Any]):
    msg = serializers.SerializerMethodField()
    id_autorizacion = serializers.IntegerField(source="id")
    accion = serializers.CharField()
    estado = serializers.CharField()
    resumen = serializers.CharField()
    objeto = serializers.DictField()
    solicitante = serializers.CharField(source="solicitante.nombre_completo")
    supervisor = serializers.CharField(source="supervisor.nombre_completo", default=None, allow_null=True)
    creada = serializers.DateTimeField()
    vence = serializers.DateTimeField()

    def get_msg(self, autorizacion: Autorizacion) -> str:
        return f"Autorización {autorizacion.get_estado_display().lower()}"
