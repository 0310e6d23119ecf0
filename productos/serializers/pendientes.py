"""Formas de los productos pendientes en la API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.base.api.campos import CampoNombre, CampoOpcion, CampoPesos
from productos.models import ProductoPendiente
from productos.serializers.catalogo import ProductoEntrada
from productos.servicios.pendientes import FOTO_MB


@extend_schema_field(OpenApiTypes.INT)
class CampoPesosDeFormulario(CampoPesos):
    """CLP enteros. En un formulario con archivo todo llega como texto: ahí se aceptan dígitos."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and data.isascii() and data.isdigit() and len(data) <= 10:
            data = int(data)
        return super().to_internal_value(data)


class PendienteEntrada(serializers.Serializer[Any]):
    codigo_barras = serializers.CharField(max_length=48)
    nombre = CampoNombre(max_length=120)
    precio_sugerido = CampoPesosDeFormulario(
        min_value=1, required=False, allow_null=True, help_text="CLP por unidad o por kilo, IVA incluido."
    )
    foto = serializers.FileField(
        required=False, allow_null=True, error_messages={"empty": "La foto está vacía"},
        help_text=f"JPEG, PNG o WebP de hasta {FOTO_MB} MB, sólo en multipart/form-data. Se guarda reducida.",
    )


class PendienteSalida(serializers.Serializer[Any]):
    """Un pendiente de ``consultas.pendientes_visibles``."""

    id_pendiente = serializers.IntegerField(source="pk")
    codigo_barras = serializers.CharField(source="codigo")
    nombre = serializers.CharField()
    precio_sugerido = CampoPesos(allow_null=True, help_text="CLP por unidad o por kilo, IVA incluido.")
    foto = serializers.SerializerMethodField(help_text="Dirección de la foto, con la misma credencial.")
    estado = serializers.ChoiceField(choices=ProductoPendiente.Estado.choices)
    enviado_por = serializers.SerializerMethodField()
    enviado_en = serializers.DateTimeField()
    resuelto_por = serializers.SerializerMethodField()
    resuelto_en = serializers.DateTimeField(allow_null=True)
    motivo = serializers.CharField(help_text="Por qué se rechazó.")
    id_producto = serializers.IntegerField(
        source="producto_id", allow_null=True, help_text="El que se creó al aprobarlo."
    )

    def get_foto(self, pendiente: Any) -> str | None:
        return f"/productos-pendientes/{pendiente.pk}/foto?v={pendiente.huella}" if pendiente.huella else None

    def get_enviado_por(self, pendiente: ProductoPendiente) -> str | None:
        return pendiente.enviado_por.nombre_completo if pendiente.enviado_por else None

    def get_resuelto_por(self, pendiente: ProductoPendiente) -> str | None:
        return pendiente.resuelto_por.nombre_completo if pendiente.resuelto_por else None


class PendienteConMensaje(PendienteSalida):
    msg = serializers.CharField(read_only=True)


class FiltroPendientes(serializers.Serializer[Any]):
    estado = CampoOpcion(choices=ProductoPendiente.Estado.choices, required=False)


class AprobacionEntrada(ProductoEntrada):
    """La ficha con que se crea el producto: la de siempre, y el código es el que se leyó."""

    nombre = CampoNombre(max_length=120, required=False, help_text="Si no viene, el que se envió.")
    codigo_barras = None  # type: ignore[assignment]
    precio_venta = CampoPesos(
        required=False, help_text="CLP por unidad o por kilo, IVA incluido. Si no viene, el sugerido."
    )


class RechazoEntrada(serializers.Serializer[Any]):
    motivo = serializers.CharField(max_length=200)
