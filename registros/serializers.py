"""Forma de los registros en la API."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.base.api.campos import CampoDia, CampoInstante
from registros.consultas import SISTEMA
from registros.models import Registro

_OBJETO = re.compile(r"(?P<tipo>[a-z_]{1,40}):(?P<id>[1-9][0-9]{0,17})", re.ASCII)


class RegistroSalida(serializers.ModelSerializer[Registro]):
    """Un registro. ``usuario`` es el nombre completo de quien actuó, o ``sistema``."""

    id_registro = serializers.IntegerField(source="id")
    usuario = serializers.SerializerMethodField()

    class Meta:
        model = Registro
        fields = ["id_registro", "mensaje", "fecha_y_hora", "tipo", "descripcion", "usuario"]

    def get_usuario(self, registro: Registro) -> str:
        return registro.usuario.nombre_completo if registro.usuario else SISTEMA


class RegistroCreado(RegistroSalida):
    msg = serializers.SerializerMethodField()

    class Meta(RegistroSalida.Meta):
        fields = ["msg", *RegistroSalida.Meta.fields]

    def get_msg(self, registro: Registro) -> str:
        return "Registro guardado"


class RegistroEntrada(serializers.Serializer[Any]):
    """Lo que un cliente anota."""

    mensaje = serializers.CharField(max_length=255)
    tipo = serializers.CharField(max_length=40)
    descripcion = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, allow_null=True
    )
    fecha_y_hora = CampoInstante(
        required=False,
        allow_null=True,
        help_text="La hora del cliente: se guarda aparte; la que vale es la del servidor.",
    )
    usuario = serializers.CharField(
        max_length=170,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Quien llama (o vacío). Un Administrador puede poner el RUT o el nombre de otra persona.",
    )


@extend_schema_field(OpenApiTypes.STR)
class CampoObjeto(serializers.Field[tuple[str, int], str, str, Any]):
    """``producto:12``: lo que un registro dice haber tocado. Adentro, ``("producto", 12)``."""

    default_error_messages = {"forma": "Debe tener la forma tipo:id, p. ej. producto:12"}

    def to_internal_value(self, data: str) -> tuple[str, int]:
        forma = _OBJETO.fullmatch(data)
        if forma is None:
            self.fail("forma")
        return forma["tipo"], int(forma["id"])


class FiltroRegistros(serializers.Serializer[Any]):
    tipo = serializers.CharField(max_length=40, required=False, help_text="Clase exacta, p. ej. «venta».")
    usuario = serializers.CharField(
        max_length=170, required=False, help_text="RUT, parte del nombre, o «sistema»."
    )
    desde = CampoDia(required=False, help_text="Primer día, inclusive (America/Santiago).")
    hasta = CampoDia(required=False, help_text="Último día, inclusive (America/Santiago).")
    buscar = serializers.CharField(
        max_length=100, required=False, help_text="Palabras del mensaje o la descripción, sin tildes."
    )
    objeto = CampoObjeto(required=False, help_text="Lo afectado: «tipo:id», p. ej. «producto:12».")
