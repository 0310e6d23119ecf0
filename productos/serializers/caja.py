"""El catálogo compacto de la caja."""

from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoCantidad, CampoPesos, CampoPorcentaje


class FiltroCatalogo(serializers.Serializer[Any]):
    desde = serializers.CharField(
        required=False, max_length=40, default="", help_text="La `marca` de la respuesta anterior."
    )


class ProductoDeCajaSalida(serializers.Serializer[Any]):
    id_producto = serializers.IntegerField()
    codigos = serializers.ListField(child=serializers.CharField(), help_text="El principal, primero.")
    nombre = serializers.CharField()
    categoria = serializers.CharField()
    precio_venta = CampoPesos(help_text="CLP, sin el descuento del producto.")
    precio_final = CampoPesos(help_text="CLP que se cobran hoy.")
    descuento = CampoPorcentaje(allow_null=True)
    stock = CampoCantidad()
    unidad = serializers.CharField(help_text="`un` o `kg`.")
    exento = serializers.BooleanField()


class CatalogoDeCajaSalida(serializers.Serializer[Any]):
    msg = serializers.CharField(default="Catálogo de la caja")
    marca = serializers.CharField(help_text="Va en `desde` la próxima vez.")
    completo = serializers.BooleanField(help_text="Si trae todo: lo que no venga ya no está.")
    productos = ProductoDeCajaSalida(many=True)
    retirados = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids que dejaron de venderse."
    )
