"""Formas del inventario físico en la API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoCantidad, CampoNombre
from productos.models import ConteoInventario


class ConteoEntrada(serializers.Serializer[Any]):
    nombre = CampoNombre(max_length=120)
    categoria = serializers.CharField(
        max_length=80, required=False, allow_blank=True, allow_null=True,
        help_text="Nombre de la categoría que se cuenta; sin ella, todo.",
    )

    def validate_categoria(self, categoria: str | None) -> str:
        return categoria or ""


class ConteoSalida(serializers.Serializer[Any]):
    id_conteo = serializers.IntegerField(source="pk")
    nombre = serializers.CharField()
    categoria = serializers.SerializerMethodField(help_text="Nula: todos los productos.")
    estado = serializers.ChoiceField(choices=ConteoInventario.Estado.choices)
    abierto_por = serializers.SerializerMethodField()
    abierto_en = serializers.DateTimeField()
    terminado_por = serializers.SerializerMethodField()
    terminado_en = serializers.DateTimeField(allow_null=True)
    motivo = serializers.CharField()
    lecturas = serializers.IntegerField(source="cuantas_lecturas")

    def get_categoria(self, conteo: ConteoInventario) -> str | None:
        return conteo.categoria.nombre if conteo.categoria else None

    def get_abierto_por(self, conteo: ConteoInventario) -> str | None:
        return conteo.abierto_por.nombre_completo if conteo.abierto_por else None

    def get_terminado_por(self, conteo: ConteoInventario) -> str | None:
        return conteo.terminado_por.nombre_completo if conteo.terminado_por else None


class ConteoConMensaje(ConteoSalida):
    msg = serializers.CharField(read_only=True)


class LecturaEntrada(serializers.Serializer[Any]):
    codigo_barras = serializers.CharField(max_length=48)
    cantidad = CampoCantidad(
        required=False, default=Decimal(1),
        help_text="Se suma a lo ya contado; negativa, corrige. Con etiqueta de balanza, cuántas etiquetas.",
    )
    desde_cero = serializers.BooleanField(
        required=False, default=False,
        help_text="Vuelve a contar este producto: lo leído antes ya no vale. Con cantidad 0: no hay.",
    )


class LecturaSalida(serializers.Serializer[Any]):
    """Lo leído. No dice lo que el sistema cree que hay: quien cuenta, cuenta lo que ve."""

    msg = serializers.CharField()
    id_lectura = serializers.IntegerField()
    id_producto = serializers.IntegerField()
    nombre = serializers.CharField()
    cantidad = CampoCantidad(help_text="La de esta lectura, en unidades o kilos.")
    contado = CampoCantidad(help_text="Lo contado del producto hasta ahora.")


class DiferenciaSalida(serializers.Serializer[Any]):
    id_producto = serializers.IntegerField(source="producto_id")
    nombre = serializers.CharField()
    codigo_barras = serializers.CharField()
    contado = CampoCantidad()
    stock_sistema = CampoCantidad(help_text="Lo que el sistema decía al contar.")
    diferencia = CampoCantidad(help_text="Contado menos sistema.")
    diferencia_clp = serializers.IntegerField(help_text="Al costo promedio, sin IVA.")
    movido = CampoCantidad(
        help_text="Lo movido entre su primera y su última lectura; si no es cero, conviene recontar."
    )


class FiltroDiferencias(serializers.Serializer[Any]):
    todas = serializers.BooleanField(required=False, help_text="También lo que calzó.")


class TerminoConteoEntrada(serializers.Serializer[Any]):
    motivo = serializers.CharField(max_length=200)


class CierreConteoEntrada(TerminoConteoEntrada):
    no_contados_a_cero = serializers.BooleanField(
        required=False, default=False, help_text="Lo que nadie leyó, no está: queda en cero."
    )


class CierreConteoSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    ajustados = serializers.IntegerField(help_text="Productos cuyo stock cambió.")
    diferencia_clp = serializers.IntegerField(help_text="Suma de los ajustes, al costo y sin IVA.")
