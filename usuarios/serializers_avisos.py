"""Forma de las notificaciones y de la presencia en la API."""

from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoRut
from usuarios.models import Notificacion


class NotificacionSalida(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    titulo = serializers.CharField()
    mensaje = serializers.CharField()
    tipo = serializers.ChoiceField(choices=Notificacion.Tipo.choices)
    datos = serializers.JSONField(help_text="Para programas; depende del tipo.")
    fecha_y_hora = serializers.DateTimeField()
    leida = serializers.DateTimeField(allow_null=True, help_text="Cuándo se leyó; nulo si falta.")


class NotificacionConMensaje(NotificacionSalida):
    msg = serializers.CharField(read_only=True)


class MensajeEntrada(serializers.Serializer[Any]):
    """Un mensaje de un Administrador a una persona."""

    rut = CampoRut(help_text="De un usuario activo.")
    titulo = serializers.CharField(max_length=120)
    mensaje = serializers.CharField(max_length=500)


class PresenciaSalida(serializers.Serializer[Any]):
    rut = serializers.CharField(source="usuario.rut")
    nombre = serializers.CharField(source="usuario.nombre_completo")
    tipo_usuario = serializers.CharField(source="usuario.get_rol_display")
    transporte = serializers.ChoiceField(choices=["websocket", "socketio"])
    dispositivo = serializers.CharField(help_text="Como se presentó al conectarse.")
    ip = serializers.CharField(allow_null=True)
    desde = serializers.DateTimeField()
    servidor = serializers.CharField(source="servidor.nombre")
