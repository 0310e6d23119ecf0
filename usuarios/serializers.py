"""Forma de los usuarios en la API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.base.actor import Rol
from inventario.base.api.campos import CampoRut
from usuarios.models import Estado, Usuario
from usuarios.roles import leer_estado, leer_rol


@extend_schema_field({"type": "string", "enum": Rol.labels})
class CampoTipoUsuario(serializers.CharField):
    """Un rol por su nombre, en mayúsculas o minúsculas; ``admin`` es Administrador."""

    def to_internal_value(self, data: Any) -> Rol:  # type: ignore[override]
        try:
            return leer_rol(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return str(Rol(value).label)


@extend_schema_field({"type": "string", "enum": Estado.values})
class CampoEstado(serializers.CharField):
    """Activo o Inactivo, en mayúsculas o minúsculas."""

    def to_internal_value(self, data: Any) -> Estado:
        try:
            return leer_estado(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class CampoContrasena(serializers.CharField):
    """Nunca sale. Se toma tal cual: un espacio también es contraseña."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, trim_whitespace=False, max_length=128, **kwargs)


class CampoPin(serializers.CharField):
    """Nunca sale. Cuáles sirven lo dice ``usuarios.reglas.problema_del_pin``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, max_length=20, **kwargs)


class CampoOpcional(serializers.CharField):
    """Texto que puede faltar: ``null`` es lo mismo que vacío."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation("" if data is None else data)


class CampoCorreo(CampoOpcional, serializers.EmailField):
    """Correo, o vacío."""


class UsuarioSalida(serializers.Serializer[Any]):
    """La ficha de un usuario."""

    id_usuario = serializers.IntegerField(source="pk")
    rut = serializers.CharField(help_text="Sin puntos ni guion.")
    nombre = serializers.CharField()
    apellido = serializers.CharField()
    correo = serializers.CharField()
    telefono = serializers.CharField()
    fecha_creacion = serializers.DateTimeField()
    tipo_usuario = CampoTipoUsuario(source="rol")
    estado = CampoEstado()
    puntos = serializers.IntegerField()


class UsuarioConMensaje(UsuarioSalida):
    """La ficha, con la frase que dice qué pasó."""

    msg = serializers.SerializerMethodField()

    def get_msg(self, usuario: Usuario) -> str:
        return str(self.context["msg"])


class UsuarioEntrada(serializers.Serializer[Any]):
    """Datos de un usuario nuevo; con ``partial``, cualquier parte de ellos. Lo demás no se lee."""

    rut = CampoRut(max_length=20)
    nombre = serializers.CharField(max_length=80)
    apellido = serializers.CharField(max_length=80)
    correo = CampoCorreo(max_length=254)
    contrasena = CampoContrasena()
    telefono = CampoOpcional(max_length=30)
    tipo_usuario = CampoTipoUsuario(source="rol", required=False)
    estado = CampoEstado(required=False)


class FiltroUsuarios(serializers.Serializer[Any]):
    tipo_usuario = CampoTipoUsuario(source="rol", required=False)
    estado = CampoEstado(required=False)
    buscar = serializers.CharField(
        max_length=100, required=False, help_text="Palabras del nombre, sin tildes, o parte del RUT."
    )


class IngresoEntrada(serializers.Serializer[Any]):
    """Con contraseña; o con PIN y el secreto de una caja conocida, que sin él no vale nada."""

    rut = serializers.CharField(max_length=30, help_text="En cualquiera de sus formas usuales.")
    contrasena = CampoContrasena(required=False)
    pin = CampoPin(required=False)
    dispositivo = serializers.CharField(
        required=False, max_length=200, write_only=True, help_text="De `POST /dispositivos`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("contrasena"):
            return {"rut": attrs["rut"], "contrasena": attrs["contrasena"]}
        if not attrs.get("pin"):
            raise serializers.ValidationError({"contrasena": ["Este campo es requerido."]})
        if not attrs.get("dispositivo"):
            raise serializers.ValidationError(
                {"dispositivo": ["Con PIN se entra sólo desde una caja conocida"]}
            )
        return attrs


class RefrescoEntrada(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=2000)


class TokensSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    access_token = serializers.CharField(help_text="Va en «Authorization: Bearer …».")
    refresh_token = serializers.CharField(help_text="Sirve una vez, en /token/refresh.")


class IngresoSalida(TokensSalida):
    usuario = UsuarioSalida()


class PuntosEntrada(serializers.Serializer[Any]):
    puntos = serializers.IntegerField(min_value=0, max_value=2_000_000_000)
    motivo = CampoOpcional(max_length=200)


class TipoUsuarioSalida(serializers.Serializer[Any]):
    id_tipo_usuario = serializers.IntegerField(source="value")
    tipo = serializers.CharField(source="label")


class PuntajeSalida(serializers.Serializer[Any]):
    nombre_completo = serializers.CharField()
    puntos = serializers.IntegerField()
