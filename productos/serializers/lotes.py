"""Formas de los lotes y los vencimientos en la API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoCantidad, CampoDia
from productos.lotes import esta_vencido
from productos.models import Lote

DIAS_MAXIMOS = 366


class LotePedidoEntrada(serializers.Serializer[Any]):
    codigo = serializers.CharField(max_length=40, required=False, allow_blank=True)
    vencimiento = CampoDia(required=False, allow_null=True, help_text="Último día en que se vende.")
    cantidad = CampoCantidad(min_value=Decimal("0.001"))


class RepartoEntrada(serializers.Serializer[Any]):
    lotes = serializers.ListField(
        child=LotePedidoEntrada(), max_length=500, help_text="Deben sumar el stock."
    )


class LoteSalida(serializers.Serializer[Any]):
    """Un lote. El contexto lleva ``hoy``."""

    id_lote = serializers.IntegerField(source="pk")
    codigo = serializers.CharField()
    vencimiento = serializers.DateField(allow_null=True)
    stock = CampoCantidad()
    vencido = serializers.SerializerMethodField(help_text="Ya no se vende.")

    def get_vencido(self, lote: Lote) -> bool:
        return esta_vencido(lote.vencimiento, self.context["hoy"])


class RepartoSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    lotes = LoteSalida(many=True)


class FiltroVencimientos(serializers.Serializer[Any]):
    dias = serializers.IntegerField(
        required=False, min_value=0, max_value=DIAS_MAXIMOS,
        help_text="Lo que vence de hoy en tantos días, además de lo vencido. Sin él, los del aviso diario.",
    )


class PorVencerSalida(serializers.Serializer[Any]):
    id_producto = serializers.IntegerField(source="producto_id")
    nombre = serializers.CharField()
    lote = serializers.CharField(help_text="Vacío si el producto no va por lotes.")
    vencimiento = serializers.DateField()
    stock = CampoCantidad()
    vencido = serializers.BooleanField()
