"""Formas de los movimientos de stock y de los precios en la API."""

from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoCantidad, CampoDia, CampoOpcion, CampoPesos
from inventario.base.dinero import redondear
from productos.models import MotivoAjuste, MovimientoStock, Precio


class AjusteEntrada(serializers.Serializer[Any]):
    cantidad = CampoCantidad(help_text="Unidades o kilos; negativa si se quita.")
    motivo = CampoOpcion(
        choices=MotivoAjuste.choices,
        help_text="merma, robo, consumo y vencido quitan; hallazgo agrega; error, cualquiera.",
    )
    detalle = serializers.CharField(max_length=180, required=False, allow_blank=True)
    id_lote = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1,
        help_text="De qué lote, si va por lotes; sin él, sale lo que vence primero.",
    )

    def validate_motivo(self, motivo: str) -> MotivoAjuste:
        return MotivoAjuste(motivo)


class MovimientoSalida(serializers.Serializer[Any]):
    """Un movimiento del kardex. Los costos son CLP sin IVA, redondeados al peso sólo aquí."""

    id_movimiento = serializers.IntegerField(source="pk")
    fecha = serializers.DateTimeField()
    tipo = serializers.ChoiceField(choices=MovimientoStock.Tipo.choices)
    cantidad = CampoCantidad()
    stock_resultante = CampoCantidad()
    costo_unitario = serializers.SerializerMethodField()
    costo_promedio = serializers.SerializerMethodField()
    documento_tipo = serializers.CharField(help_text="venta, compra, devolucion, conteo… o vacío.")
    documento_id = serializers.IntegerField(allow_null=True)
    usuario = serializers.SerializerMethodField(help_text="Nombre completo, o «sistema».")
    motivo = serializers.CharField()

    def get_costo_unitario(self, movimiento: MovimientoStock) -> int:
        return redondear(movimiento.costo_unitario)

    def get_costo_promedio(self, movimiento: MovimientoStock) -> int:
        return redondear(movimiento.costo_promedio)

    def get_usuario(self, movimiento: MovimientoStock) -> str:
        return movimiento.usuario.nombre_completo if movimiento.usuario else "sistema"


class AjusteSalida(MovimientoSalida):
    msg = serializers.CharField(read_only=True)
    stock = CampoCantidad(source="stock_resultante", help_text="El que quedó.")


class FiltroKardex(serializers.Serializer[Any]):
    desde = CampoDia(required=False, help_text="Primer día, inclusive (America/Santiago).")
    hasta = CampoDia(required=False, help_text="Último día, inclusive (America/Santiago).")
    tipo = CampoOpcion(choices=MovimientoStock.Tipo.choices, required=False)


class PrecioEntrada(serializers.Serializer[Any]):
    precio = CampoPesos(help_text="CLP por unidad o por kilo, IVA incluido.")
    desde = CampoDia(help_text="Primer día en que rige; posterior a hoy.")
    motivo = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PrecioSalida(serializers.Serializer[Any]):
    id_precio = serializers.IntegerField(source="pk")
    precio = serializers.IntegerField(help_text="CLP, de lista.")
    desde = serializers.DateField(help_text="Primer día en que rige.")
    programado = serializers.SerializerMethodField(help_text="Si aún no rige.")
    fecha = serializers.DateTimeField(help_text="Cuándo se decidió.")
    usuario = serializers.SerializerMethodField(help_text="Nombre completo, o «sistema».")
    motivo = serializers.CharField()

    def get_programado(self, precio: Precio) -> bool:
        return bool(precio.desde > self.context["hoy"])

    def get_usuario(self, precio: Precio) -> str:
        return precio.usuario.nombre_completo if precio.usuario else "sistema"


class PrecioConMensaje(PrecioSalida):
    msg = serializers.CharField(read_only=True)
