"""Lo que sale. Se arma de lo que ya está en memoria: serializar no consulta."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoCantidad, CampoPesos, CampoPorcentaje
from inventario.base.api.forma import escribir, escribir_todos
from ventas.consultas import Boleta
from ventas.servicios import DevolucionHecha, VentaHecha


class DetalleVentaSalida(serializers.Serializer[Any]):
    """Una línea; nombre y precio son los de aquel día."""

    id_venta = serializers.IntegerField(source="venta_id")
    cantidad = CampoCantidad()
    producto_nombre = serializers.CharField(source="nombre")
    precio_unitario = CampoPesos(help_text="CLP por unidad o kilo, el cobrado.")
    subtotal = CampoPesos(help_text="CLP, antes del descuento al documento.")


class DetalleHechoSalida(DetalleVentaSalida):
    """Una línea recién vendida."""

    numero_linea = serializers.IntegerField(source="numero")
    id_producto = serializers.IntegerField(
        source="producto_id", allow_null=True, help_text="Nulo: misceláneo."
    )
    codigo_barras = serializers.CharField(source="codigo")
    unidad = serializers.CharField()
    descuento = CampoPorcentaje(help_text="Descuento del producto, %.")
    total = CampoPesos(help_text="CLP: lo que la línea aporta al total.")


class VendidoSinFichaSalida(DetalleVentaSalida):
    """Una línea misceláneo, con el folio y el día de su venta."""

    numero_linea = serializers.IntegerField(source="numero")
    codigo_barras = serializers.CharField(source="codigo")
    folio = serializers.IntegerField(source="venta.folio")
    fecha_venta = serializers.DateTimeField(source="venta.fecha_venta")


class PagoSalida(serializers.Serializer[Any]):
    id_forma_pago = serializers.IntegerField(source="forma_pago")
    monto = CampoPesos(help_text="CLP del total que cubre.")
    redondeo = serializers.IntegerField(help_text="CLP que la Ley 20.956 suma o resta al efectivo.")
    recibido = CampoPesos(allow_null=True)
    vuelto = CampoPesos()
    puntos = serializers.IntegerField(help_text="Puntos gastados.")


class VentaSalida(serializers.Serializer[Any]):
    """Una venta en una lista."""

    id_venta = serializers.IntegerField(source="pk")
    id_cliente = serializers.IntegerField(source="cliente_id", allow_null=True)
    id_cajero = serializers.IntegerField(source="cajero_id")
    total_sin_iva = CampoPesos(help_text="CLP: neto más exento.")
    total_con_iva = CampoPesos(source="total")
    fecha_venta = serializers.DateTimeField()
    numero_documento = serializers.CharField()
    porcentaje = CampoPorcentaje()
    id_forma_pago = serializers.IntegerField(source="forma_pago")
    id_tipodocumento = serializers.IntegerField(source="tipo_documento")
    folio = serializers.IntegerField()


class VentaHechaSalida(VentaSalida):
    """Una venta recién cobrada."""

    msg = serializers.CharField()
    iva = CampoPesos()
    exento = CampoPesos()
    redondeo = serializers.IntegerField(help_text="CLP, Ley 20.956: lo suman sólo los pagos en efectivo.")
    a_pagar = CampoPesos(help_text="CLP que se pagan: el total con el redondeo.")
    vuelto = CampoPesos()
    puntos_ganados = serializers.IntegerField()
    detalles = DetalleHechoSalida(many=True)
    pagos = PagoSalida(many=True)


def venta_hecha(hecha: VentaHecha) -> dict[str, Any]:
    """Respuesta de una venta recién cobrada."""
    redondeo = sum(pago.redondeo for pago in hecha.pagos)
    return {
        "msg": f"Venta registrada: folio {hecha.venta.folio}",
        **escribir(VentaSalida, hecha.venta),
        "iva": hecha.venta.iva,
        "exento": hecha.venta.exento,
        "redondeo": redondeo,
        "a_pagar": hecha.venta.total + redondeo,
        "vuelto": sum(pago.vuelto for pago in hecha.pagos),
        "puntos_ganados": hecha.venta.puntos_ganados,
        "detalles": escribir_todos(DetalleHechoSalida, hecha.detalles),
        "pagos": escribir_todos(PagoSalida, hecha.pagos),
    }


class DetalleDevueltoSalida(serializers.Serializer[Any]):
    numero_linea = serializers.IntegerField(source="detalle.numero")
    id_producto = serializers.IntegerField(
        source="detalle.producto_id", allow_null=True, help_text="Nulo: misceláneo."
    )
    producto_nombre = serializers.CharField(source="detalle.nombre")
    cantidad = CampoCantidad()
    monto = CampoPesos(help_text="CLP que vuelven por esta línea.")


class ReembolsoSalida(serializers.Serializer[Any]):
    id_forma_pago = serializers.IntegerField(source="forma_pago")
    monto = CampoPesos(help_text="CLP de la nota que cubre.")
    redondeo = serializers.IntegerField(help_text="CLP, Ley 20.956.")
    puntos = serializers.IntegerField(help_text="Puntos reintegrados.")


class DevolucionSalida(serializers.Serializer[Any]):
    """La nota de crédito."""

    id_devolucion = serializers.IntegerField(source="pk")
    id_venta = serializers.IntegerField(source="venta_id")
    folio = serializers.IntegerField()
    total_sin_iva = CampoPesos()
    iva = CampoPesos()
    total_con_iva = CampoPesos(source="total")
    fecha = serializers.DateTimeField()
    motivo = serializers.CharField()
    puntos_quitados = serializers.IntegerField()


class DevolucionHechaSalida(DevolucionSalida):
    msg = serializers.CharField()
    puntos_no_recuperados = serializers.IntegerField(
        help_text="Puntos ganados en la venta que el cliente ya había gastado."
    )
    detalles = DetalleDevueltoSalida(many=True)
    reembolsos = ReembolsoSalida(many=True)


def devolucion_hecha(hecha: DevolucionHecha) -> dict[str, Any]:
    """Respuesta de una devolución recién hecha."""
    return {
        "msg": f"Devolución registrada: nota de crédito {hecha.devolucion.folio}",
        **DevolucionSalida(hecha.devolucion).data,
        "puntos_no_recuperados": hecha.puntos_no_recuperados,
        "detalles": DetalleDevueltoSalida(hecha.detalles, many=True).data,
        "reembolsos": ReembolsoSalida(hecha.reembolsos, many=True).data,
    }


class LineaBoletaSalida(serializers.Serializer[Any]):
    cantidad = CampoCantidad()
    nombre = serializers.CharField()
    descripcion = serializers.CharField()
    fecha_vencimiento = serializers.DateField(allow_null=True)
    precio_unitario = CampoPesos()
    subtotal = CampoPesos()


class VentaBoletaSalida(serializers.Serializer[Any]):
    id_venta = serializers.IntegerField()
    fecha_venta = serializers.DateTimeField()
    total_sin_iva = CampoPesos()
    iva = CampoPesos()
    total_con_iva = CampoPesos(source="total")
    numero_documento = serializers.CharField()
    porcentaje = CampoPorcentaje()
    cliente = serializers.CharField(help_text="Nombre completo; vacío si la venta fue anónima.")
    cajero = serializers.CharField(help_text="Nombre completo.")
    forma_pago = serializers.CharField(source="forma_pago.label")
    tipo_documento = serializers.CharField(source="tipo_documento.label")
    folio = serializers.IntegerField()
    a_pagar = CampoPesos(help_text="CLP: el total con el redondeo legal del efectivo.")
    devuelto = CampoPesos(help_text="CLP devueltos por notas de crédito.")


class BoletaSalida(serializers.Serializer[Any]):
    venta = VentaBoletaSalida(source="*")
    productos = LineaBoletaSalida(many=True)


class BoletaConMensajeSalida(BoletaSalida):
    msg = serializers.CharField()


def una_boleta(boleta: Boleta) -> dict[str, Any]:
    return {"msg": f"Venta con folio {boleta.folio}", **escribir(BoletaSalida, boleta)}


def boletas(todas: Iterable[Boleta]) -> list[dict[str, Any]]:
    return escribir_todos(BoletaSalida, todas)


class RenglonSalida(serializers.Serializer[Any]):
    """Un renglón impreso: según su clase, lleva ``texto``, o ``rotulo`` y ``valor``, o ``anchos``."""

    clase = serializers.ChoiceField(choices=("centrado", "parrafo", "par", "raya", "barras"))
    estilo = serializers.ChoiceField(
        choices=("normal", "fuerte", "grande", "aviso"), required=False
    )
    texto = serializers.CharField(required=False)
    rotulo = serializers.CharField(required=False)
    valor = serializers.CharField(required=False)
    anchos = serializers.ListField(
        child=serializers.IntegerField(), required=False,
        help_text="Code 128: barra, espacio, barra…, en módulos.",
    )


class RenglonesSalida(serializers.Serializer[Any]):
    msg = serializers.CharField()
    renglones = RenglonSalida(many=True)


class MejorVentaSalida(serializers.Serializer[Any]):
    msg = serializers.CharField(default="La mejor venta de la semana")
    id_venta = serializers.IntegerField()
    monto = CampoPesos(help_text="CLP, sin lo devuelto.")
    vendedor = serializers.CharField()
    fecha_venta = serializers.DateTimeField()


class MejorVendedorSalida(serializers.Serializer[Any]):
    msg = serializers.CharField(default="El mejor vendedor del mes")
    vendedor = serializers.CharField()
    total_ventas = CampoPesos(help_text="CLP, sin lo devuelto.")
    numero_ventas = serializers.IntegerField()


class VendedorSalida(serializers.Serializer[Any]):
    nombre_completo = serializers.CharField(source="vendedor")
    total_ventas = CampoPesos(help_text="CLP, sin lo devuelto.")
