"""Formas del catálogo en la API."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import (
    CampoCantidad,
    CampoCosto,
    CampoDia,
    CampoNombre,
    CampoOpcion,
    CampoPesos,
    CampoPorcentaje,
)
from productos.models import ClaseTributaria, EstadoProducto, Producto, Unidad

COSTO_MAXIMO = Decimal(2_000_000_000)


def _estado(**opciones: Any) -> CampoOpcion:
    return CampoOpcion(choices=EstadoProducto.choices, **opciones)


class ProductoEntrada(serializers.Serializer[Any]):
    """Un producto nuevo."""

    nombre = CampoNombre(max_length=120)
    categoria = serializers.CharField(max_length=80, help_text="Nombre de una categoría que existe.")
    codigo_barras = serializers.CharField(max_length=48, help_text="El código principal.")
    codigos_barras = serializers.ListField(
        child=serializers.CharField(max_length=48), max_length=50, required=False,
        help_text="Los demás códigos del producto.",
    )
    precio_venta = CampoPesos(help_text="CLP por unidad o por kilo, IVA incluido.")
    descripcion = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, allow_null=True
    )
    unidad = CampoOpcion(choices=Unidad.choices, required=False)
    clase_tributaria = CampoOpcion(choices=ClaseTributaria.choices, required=False)
    stock = CampoCantidad(
        min_value=Decimal(0), required=False,
        help_text="Unidades enteras, o kilos hasta el gramo. Cambiarlo es un ajuste de inventario.",
    )
    stock_minimo = CampoCantidad(min_value=Decimal(0), required=False)
    costo = CampoCosto(
        min_value=Decimal(0), max_value=COSTO_MAXIMO, required=False,
        help_text="CLP sin IVA por unidad o por kilo: el costo promedio desde ahora.",
    )
    descuento = CampoPorcentaje(
        required=False, allow_null=True, help_text="De 0 a 100 %; nulo lo quita."
    )
    vencimiento_descuento = CampoDia(
        required=False, allow_null=True,
        help_text="Último día del descuento, inclusive; posterior a hoy al ponerlo. Nulo: sin fin.",
    )
    fecha_vencimiento = CampoDia(
        required=False, allow_null=True, help_text="Por lotes, la ponen ellos: la de lo primero que vence."
    )
    por_lotes = serializers.BooleanField(
        required=False, help_text="Su stock se reparte en lotes; una venta lleva lo que vence primero."
    )
    estado = _estado(required=False)

    def validate_descripcion(self, descripcion: str | None) -> str:
        return descripcion or ""


class ProductoCambios(ProductoEntrada):
    """Lo que un Administrador puede cambiar de un producto: sólo cambia lo que viene."""

    motivo = serializers.CharField(
        max_length=200, required=False, allow_blank=True,
        help_text="Por qué; queda en el kardex y en el registro.",
    )

    def to_internal_value(self, data: Any) -> Any:
        # La ficha sale con ``estado_producto``: quien la reenvía entera no espera que se ignore.
        if isinstance(data, Mapping) and "estado_producto" in data:
            data = {"estado": data["estado_producto"], **data}
        return super().to_internal_value(data)


class ProductoSalida(serializers.Serializer[Any]):
    """Un producto de ``consultas.productos_cargados``. El contexto lleva ``hoy``."""

    id_producto = serializers.IntegerField(source="pk")
    nombre = serializers.CharField()
    descripcion = serializers.CharField()
    fecha_registro = serializers.DateTimeField()
    fecha_vencimiento = serializers.DateField(allow_null=True)
    stock = CampoCantidad()
    stock_minimo = CampoCantidad()
    descuento = serializers.SerializerMethodField(help_text="%, el que rige hoy.")
    vencimiento_descuento = serializers.SerializerMethodField(help_text="Su último día, inclusive.")
    codigo_barras = serializers.CharField(source="codigo_principal")
    codigos_barras = serializers.SerializerMethodField(help_text="Los demás códigos.")
    precio_venta = serializers.IntegerField(source="precio_vigente", help_text="CLP, de lista.")
    precio_final = serializers.SerializerMethodField(help_text="CLP: lo que una venta cobra hoy.")
    estado_producto = serializers.ChoiceField(source="estado", choices=EstadoProducto.choices)
    categoria = serializers.CharField(source="categoria.nombre")
    unidad = serializers.ChoiceField(choices=Unidad.choices)
    clase_tributaria = serializers.ChoiceField(choices=ClaseTributaria.choices)
    por_lotes = serializers.BooleanField()

    def get_descuento(self, producto: Producto) -> float | None:
        porcentaje = producto.descuento_vigente(self._hoy)
        return None if porcentaje is None else CampoPorcentaje().to_representation(porcentaje)

    def get_vencimiento_descuento(self, producto: Producto) -> date | None:
        vigente = producto.descuento_vigente(self._hoy) is not None
        return producto.descuento.ultimo_dia if vigente else None

    def get_codigos_barras(self, producto: Producto) -> list[str]:
        return producto.otros_codigos.split(",") if producto.otros_codigos else []

    def get_precio_final(self, producto: Producto) -> int:
        return producto.precio_final(self._hoy)

    @property
    def _hoy(self) -> date:
        hoy: date = self.context["hoy"]
        return hoy


class ProductoConMensaje(ProductoSalida):
    """Un producto como respuesta; ``cantidad`` sólo viene al leer una etiqueta de balanza."""

    msg = serializers.CharField(read_only=True)
    cantidad = CampoCantidad(required=False, help_text="Kilos que dice la etiqueta de balanza.")
    precio_etiqueta = serializers.IntegerField(
        required=False, help_text="CLP impresos, si la etiqueta lleva el precio y no el peso."
    )


class FiltroProductos(serializers.Serializer[Any]):
    buscar = serializers.CharField(
        max_length=120, required=False,
        help_text="Parte del nombre, sin importar tildes ni mayúsculas, o un código de barras entero.",
    )
    categoria = serializers.CharField(max_length=80, required=False, help_text="Nombre de la categoría.")
    estado = _estado(required=False)
    stock_bajo = serializers.BooleanField(
        required=False, help_text="Verdadero: sólo los que están en su mínimo o bajo él."
    )


class CategoriaEntrada(serializers.Serializer[Any]):
    nombre_categoria = CampoNombre(max_length=80)


class CategoriaSalida(serializers.Serializer[Any]):
    id_categoria = serializers.IntegerField(source="pk")
    nombre_categoria = serializers.CharField(source="nombre")


class CategoriaConMensaje(CategoriaSalida):
    msg = serializers.CharField(read_only=True)
