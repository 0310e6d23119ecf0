"""Forma de las órdenes de compra en la API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from compras.models import EstadoOrden, LineaOrden, OrdenCompra
from compras.serializers.compras import (
    CampoDiaDeDocumento,
    CampoDocumento,
    LlegaEnUnLote,
    NombraProducto,
    NombraProveedor,
    a_linea,
)
from compras.servicios import LineaPedida, PedidoOrden, Recepcion
from compras.servicios.lineas import LINEAS_MAXIMAS
from inventario.base.api.campos import CampoCantidad, CampoDia, CampoOpcion, CampoPesos
from inventario.base.dinero import redondear

SEMANAS, SEMANAS_MAXIMAS = 4, 52


class LineaOrdenEntrada(NombraProducto):
    cantidad = CampoCantidad(min_value=Decimal("0.001"))
    costo_unitario = CampoPesos(
        required=False, help_text="El que se espera, CLP sin IVA. Sin él, el último que se le pagó."
    )


def _lineas(**opciones: Any) -> "serializers.ListSerializer[Any]":
    return serializers.ListSerializer(
        child=LineaOrdenEntrada(), max_length=LINEAS_MAXIMAS, **opciones
    )


class OrdenEntrada(NombraProveedor):
    """Una orden nueva, que queda en borrador."""

    nota = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    productos = _lineas(required=False, help_text="Un producto repetido se suma.")

    def a_pedido(self) -> PedidoOrden:
        datos = self.validated_data
        return PedidoOrden(
            id_proveedor=datos.get("id_proveedor"),
            proveedor=datos.get("proveedor") or "",
            nota=datos.get("nota", ""),
            lineas=[a_linea(linea) for linea in datos.get("productos", [])],
        )


class OrdenCambios(serializers.Serializer[Any]):
    """Lo que se cambia de un borrador; ``productos`` reemplaza todas sus líneas."""

    nota = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    productos = _lineas(required=False)

    def a_cambios(self) -> dict[str, Any]:
        datos = self.validated_data
        lineas: list[LineaPedida] | None = None
        if "productos" in datos:
            lineas = [a_linea(linea) for linea in datos["productos"]]
        return {"nota": datos.get("nota"), "lineas": lineas}


class SugerenciaEntrada(NombraProveedor):
    semanas = serializers.IntegerField(
        min_value=1, max_value=SEMANAS_MAXIMAS, default=SEMANAS,
        help_text="Cuántas semanas de ventas mirar.",
    )


class LineaRecepcionEntrada(LlegaEnUnLote):
    """Algo que se escaneó al recibir. Sin costo, el que la orden esperaba."""

    cantidad = CampoCantidad(min_value=Decimal("0.001"), default=Decimal(1))
    costo_unitario = CampoPesos(required=False)
    costo_total = CampoPesos(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "costo_unitario" in attrs and "costo_total" in attrs:
            raise serializers.ValidationError(
                {"costo_unitario": ["Diga costo_unitario o costo_total, no los dos"]}
            )
        return super().validate(attrs)


class RecepcionEntrada(serializers.Serializer[Any]):
    """Lo que llegó de una orden, con el documento del proveedor."""

    numero_documento = CampoDocumento()
    fecha_compra = CampoDiaDeDocumento(required=False, allow_null=True)
    aceptar_excedente = serializers.BooleanField(
        default=False, help_text="Recibir también lo que no se pidió, o de más."
    )
    productos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=LineaRecepcionEntrada(), allow_empty=False, max_length=LINEAS_MAXIMAS
    )

    def a_recepcion(self) -> Recepcion:
        datos = self.validated_data
        return Recepcion(
            numero_documento=datos["numero_documento"],
            fecha_compra=datos.get("fecha_compra"),
            aceptar_excedente=datos["aceptar_excedente"],
            lineas=[a_linea(linea) for linea in datos["productos"]],
        )


class CierreEntrada(serializers.Serializer[Any]):
    motivo = serializers.CharField(
        max_length=200, required=False, allow_blank=True,
        help_text="Obligatorio si falta algo por llegar.",
    )


class LineaOrdenSalida(serializers.ModelSerializer[LineaOrden]):
    """``costo_unitario``: el que se espera, CLP sin IVA. ``razon``: por qué se sugirió."""

    id_producto = serializers.IntegerField(source="producto_id")
    producto_nombre = serializers.CharField(source="producto.nombre")
    codigo_barras = serializers.CharField(source="codigo", allow_null=True)
    cantidad = CampoCantidad()
    recibida = CampoCantidad()
    costo_unitario = serializers.SerializerMethodField()

    class Meta:
        model = LineaOrden
        fields = [
            "id_producto", "producto_nombre", "codigo_barras", "cantidad", "recibida",
            "costo_unitario", "razon",
        ]

    def get_costo_unitario(self, linea: LineaOrden) -> int | None:
        return None if linea.costo_esperado is None else redondear(linea.costo_esperado)


class OrdenSalida(serializers.ModelSerializer[OrdenCompra]):
    """Una orden de compra."""

    id_orden = serializers.IntegerField(source="id")
    id_proveedor = serializers.IntegerField(source="proveedor_id")
    proveedor = serializers.CharField(source="proveedor.nombre")
    productos = LineaOrdenSalida(source="lineas", many=True)

    class Meta:
        model = OrdenCompra
        fields = [
            "id_orden", "id_proveedor", "proveedor", "estado", "nota", "creada", "enviada",
            "cerrada", "motivo_cierre", "productos",
        ]


class OrdenConMensaje(OrdenSalida):
    msg = serializers.CharField(read_only=True)

    class Meta(OrdenSalida.Meta):
        fields = ["msg", *OrdenSalida.Meta.fields]


class FiltroOrdenes(serializers.Serializer[Any]):
    estado = CampoOpcion(choices=EstadoOrden.choices, required=False)
    proveedor = serializers.CharField(
        max_length=120, required=False, help_text="Su id, RUT o parte de su nombre."
    )
    fecha_inicio = CampoDia(required=False, help_text="Primer día en que se creó, inclusive.")
    fecha_fin = CampoDia(required=False, help_text="Último día, inclusive.")
