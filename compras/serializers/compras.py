"""Forma de los proveedores y las compras en la API."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from compras.models import Compra, DetalleCompra, EstadoProveedor, Proveedor, ProveedorProducto
from compras.reglas import clave_de_documento
from compras.servicios import LineaPedida, PedidoCompra, ProductoOfrecido
from compras.servicios.lineas import LINEAS_MAXIMAS
from inventario.base.api.campos import (
    CampoCantidad,
    CampoDia,
    CampoInstante,
    CampoNombre,
    CampoOpcion,
    CampoPesos,
    CampoRut,
)
from inventario.base.dinero import redondear
from inventario.base.fechas import dia_de

DIAS_MAXIMOS = 365
ID_MAXIMO = 2**63 - 1


class CampoDiaDeDocumento(CampoDia):
    """Un día; de una fecha con hora (lo que da ``toISOString``), el día de la tienda en que cae."""

    def to_internal_value(self, value: Any) -> date:
        if isinstance(value, str) and "T" in value:
            instante: datetime = CampoInstante().to_internal_value(value)
            return dia_de(instante)
        return super().to_internal_value(value)


class CampoDocumento(serializers.CharField):
    """Número de documento, como texto o como número JSON."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        texto = super().to_internal_value(data)
        try:
            clave_de_documento(texto)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None
        return texto


class ProveedorSalida(serializers.ModelSerializer[Proveedor]):
    id_proveedor = serializers.IntegerField(source="id")

    class Meta:
        model = Proveedor
        fields = [
            "id_proveedor", "rut", "nombre", "contacto", "correo", "telefono", "direccion",
            "plazo_pago", "dias_entrega", "dias_entre_pedidos", "condiciones", "estado",
        ]


class ProveedorConMensaje(ProveedorSalida):
    msg = serializers.CharField(read_only=True)

    class Meta(ProveedorSalida.Meta):
        fields = ["msg", *ProveedorSalida.Meta.fields]


class ProveedorEntrada(serializers.Serializer[Any]):
    """Un proveedor; los plazos, en días."""

    nombre = CampoNombre(max_length=120)
    rut = CampoRut(required=False, allow_null=True)
    contacto = serializers.CharField(max_length=120, required=False, allow_blank=True)
    correo = serializers.EmailField(required=False, allow_blank=True)
    telefono = serializers.CharField(max_length=30, required=False, allow_blank=True)
    direccion = serializers.CharField(max_length=160, required=False, allow_blank=True)
    plazo_pago = serializers.IntegerField(
        min_value=0, max_value=DIAS_MAXIMOS, required=False, help_text="0 es al contado."
    )
    dias_entrega = serializers.IntegerField(min_value=0, max_value=DIAS_MAXIMOS, required=False)
    dias_entre_pedidos = serializers.IntegerField(
        min_value=1, max_value=DIAS_MAXIMOS, required=False
    )
    condiciones = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    estado = CampoOpcion(choices=EstadoProveedor.choices, required=False)

    def to_internal_value(self, data: Any) -> Any:
        # Un formulario manda vacío lo que no se llenó; un RUT vacío es no tenerlo.
        if isinstance(data, Mapping) and data.get("rut") == "":
            data = {**data, "rut": None}
        return super().to_internal_value(data)


class FiltroProveedores(serializers.Serializer[Any]):
    buscar = serializers.CharField(
        max_length=120, required=False, help_text="Parte del nombre, sin tildes, o un RUT."
    )
    estado = CampoOpcion(choices=EstadoProveedor.choices, required=False)


class ProductoDeProveedorSalida(serializers.ModelSerializer[ProveedorProducto]):
    """``ultimo_costo`` en CLP sin IVA por unidad o kilo."""

    id_producto = serializers.IntegerField(source="producto_id")
    nombre = serializers.CharField(source="producto.nombre")
    multiplo = CampoCantidad()
    ultimo_costo = serializers.SerializerMethodField()

    class Meta:
        model = ProveedorProducto
        fields = [
            "id_producto", "nombre", "codigo_proveedor", "multiplo", "ultimo_costo", "ultima_compra"
        ]

    def get_ultimo_costo(self, fila: ProveedorProducto) -> int | None:
        return None if fila.ultimo_costo is None else redondear(fila.ultimo_costo)


class NombraProducto(serializers.Serializer[Any]):
    """Un producto, por su id o por cualquiera de sus códigos."""

    id_producto = serializers.IntegerField(min_value=1, max_value=ID_MAXIMO, required=False)
    codigo_barras = serializers.CharField(max_length=48, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id_producto" not in attrs and "codigo_barras" not in attrs:
            raise serializers.ValidationError("Diga el producto, con id_producto o codigo_barras")
        return attrs


class ProductoOfrecidoEntrada(NombraProducto):
    codigo_proveedor = serializers.CharField(max_length=48, required=False, allow_blank=True)
    multiplo = CampoCantidad(min_value=Decimal("0.001"), required=False)


class ProductosOfrecidosEntrada(serializers.Serializer[Any]):
    productos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ProductoOfrecidoEntrada(), allow_empty=False, max_length=LINEAS_MAXIMAS
    )

    def a_productos(self) -> list[ProductoOfrecido]:
        return [ProductoOfrecido(**producto) for producto in self.validated_data["productos"]]


class LlegaEnUnLote(NombraProducto):
    """De qué partida es lo que llega; sólo de lo que se lleva por lotes."""

    lote = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="El código del fabricante."
    )
    fecha_vencimiento = CampoDia(
        required=False, allow_null=True, help_text="Último día en que se vende."
    )


class LineaCompraEntrada(LlegaEnUnLote):
    """Una línea: su costo, por unidad o de toda la línea; uno de los dos. CLP sin IVA."""

    cantidad = CampoCantidad(min_value=Decimal("0.001"))
    costo_unitario = CampoPesos(required=False)
    costo_total = CampoPesos(
        required=False, help_text="De toda la línea: el costo unitario puede así tener decimales."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("costo_unitario" in attrs) == ("costo_total" in attrs):
            raise serializers.ValidationError(
                {"costo_unitario": ["Diga costo_unitario o costo_total, uno de los dos"]}
            )
        return super().validate(attrs)


def a_linea(datos: Mapping[str, Any]) -> LineaPedida:
    costo = datos.get("costo_unitario")
    return LineaPedida(
        cantidad=datos["cantidad"],
        id_producto=datos.get("id_producto"),
        codigo_barras=datos.get("codigo_barras"),
        costo_unitario=None if costo is None else Decimal(costo),
        costo_total=datos.get("costo_total"),
        lote=datos.get("lote", ""),
        fecha_vencimiento=datos.get("fecha_vencimiento"),
    )


class NombraProveedor(serializers.Serializer[Any]):
    """Un proveedor, por su id, su RUT o su nombre."""

    id_proveedor = serializers.IntegerField(
        min_value=1, max_value=ID_MAXIMO, required=False, allow_null=True
    )
    proveedor = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="RUT o nombre."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("id_proveedor") is None and not attrs.get("proveedor"):
            raise serializers.ValidationError(
                {"proveedor": ["Diga a qué proveedor, con id_proveedor o proveedor"]}
            )
        return attrs


class CompraEntrada(NombraProveedor):
    """Lo que llegó con un documento del proveedor."""

    numero_documento = CampoDocumento()
    fecha_compra = CampoDiaDeDocumento(
        required=False, allow_null=True, help_text="Sin ella, hoy. No puede ser futura."
    )
    iva = CampoPesos(
        required=False, allow_null=True,
        help_text="El que dice el documento, si no es el que resulta. Hasta un peso por línea.",
    )
    productos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=LineaCompraEntrada(), allow_empty=False, max_length=LINEAS_MAXIMAS
    )

    def a_pedido(self) -> PedidoCompra:
        datos = self.validated_data
        return PedidoCompra(
            id_proveedor=datos.get("id_proveedor"),
            proveedor=datos.get("proveedor") or "",
            numero_documento=datos["numero_documento"],
            fecha_compra=datos.get("fecha_compra"),
            iva=datos.get("iva"),
            lineas=[a_linea(linea) for linea in datos["productos"]],
        )


class DetalleCompraSalida(serializers.ModelSerializer[DetalleCompra]):
    """Costos en CLP sin IVA; ``costo_unitario`` va redondeado, ``costo_total`` no lo necesita."""

    id_producto = serializers.IntegerField(source="producto_id")
    producto_nombre = serializers.CharField(source="nombre")
    codigo_barras = serializers.CharField(source="codigo")
    cantidad = CampoCantidad()
    costo_unitario = serializers.SerializerMethodField()
    costo_total = serializers.IntegerField(source="total")

    class Meta:
        model = DetalleCompra
        fields = [
            "id_producto", "producto_nombre", "codigo_barras", "cantidad", "costo_unitario",
            "costo_total", "lote", "fecha_vencimiento",
        ]

    def get_costo_unitario(self, detalle: DetalleCompra) -> int:
        return redondear(detalle.costo_unitario)


class CompraSalida(serializers.ModelSerializer[Compra]):
    """Una compra. En CLP: ``neto`` sin IVA, ``exento`` la parte suya que no lo pagó."""

    id_compra = serializers.IntegerField(source="id")
    proveedor = serializers.CharField(source="proveedor.nombre")
    rut_proveedor = serializers.CharField(source="proveedor.rut", allow_null=True)
    id_orden = serializers.IntegerField(source="orden_id", allow_null=True)
    estado = serializers.SerializerMethodField()
    productos = DetalleCompraSalida(source="detalles", many=True)

    class Meta:
        model = Compra
        fields = [
            "id_compra", "id_proveedor", "proveedor", "rut_proveedor", "numero_documento",
            "fecha_compra", "fecha_registro", "id_orden", "neto", "exento", "iva", "estado",
            "motivo_anulacion", "productos",
        ]
        extra_kwargs = {"id_proveedor": {"source": "proveedor_id", "read_only": True}}

    def get_estado(self, compra: Compra) -> str:
        return "Anulada" if compra.anulada else "Vigente"


class CompraConMensaje(CompraSalida):
    msg = serializers.CharField(read_only=True)

    class Meta(CompraSalida.Meta):
        fields = ["msg", *CompraSalida.Meta.fields]


class FiltroCompras(serializers.Serializer[Any]):
    fecha_inicio = CampoDia(required=False, help_text="Primer día, inclusive.")
    fecha_fin = CampoDia(required=False, help_text="Último día, inclusive.")
    proveedor = serializers.CharField(
        max_length=120, required=False, help_text="Su id, RUT o parte de su nombre."
    )
    anuladas = serializers.BooleanField(required=False, allow_null=True, default=None)


class AnulacionEntrada(serializers.Serializer[Any]):
    motivo = serializers.CharField(max_length=200)
