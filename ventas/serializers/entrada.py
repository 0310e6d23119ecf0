"""Lo que entra: forma y tipos. Las reglas (stock, precios, permisos) son de los casos de uso."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import (
    CampoCantidad,
    CampoDia,
    CampoInstante,
    CampoNombre,
    CampoPesos,
    CampoPorcentaje,
)
from inventario.base.api.errores import aplanar
from inventario.base.api.forma import MiraLoQueLlego
from ventas.autorizacion import Amparo
from ventas.reglas.cobro import CERO, MAXIMO_LINEAS, MAXIMO_MISCELANEO_CLP
from ventas.reglas.pagos import PagoPedido
from ventas.reglas.tipos import FormaPago, TipoDocumento
from ventas.servicios import (
    LineaPedida,
    Miscelaneo,
    ParteDevuelta,
    PedidoDeDevolucion,
    PedidoDeVenta,
)

ID_MAXIMO = 2**63 - 1
CANTIDAD_MAXIMA = 10**9
"""La parte entera que admite ``CampoCantidad``."""
_GRAMOS = Decimal("0.001")
_CORRIENTE = {"id_producto", "cantidad"}


class CampoId(serializers.IntegerField):
    """Id de una fila; fuera de rango es un error del cliente y no de la base de datos."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=ID_MAXIMO, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class CampoNumerado(serializers.ChoiceField):
    """Un ``_Numerado`` por su número (``2``, o ``"2"`` como mandan algunos clientes)."""

    def __init__(self, tipo: type[FormaPago] | type[TipoDocumento], **kwargs: Any) -> None:
        self.tipo = tipo
        super().__init__(choices=tipo.opciones(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid_choice", input=data)
        return self.tipo(int(super().to_internal_value(data)))


class ConLineasNumeradas(MiraLoQueLlego):
    """Los errores de ``productos`` salen por número de línea, desde 1, como los del dominio."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            detalle: Any = error.detail
            if not isinstance(detalle.get("productos"), dict):
                raise
            lineas = detalle.pop("productos")
            raise serializers.ValidationError(detalle | _por_numero(lineas)) from None


def _por_numero(lineas: dict[int, Any]) -> dict[str, list[str]]:
    return {
        str(indice + 1): [
            mensaje if campo == "general" else f"{campo}: {mensaje}"
            for campo, mensajes in aplanar(linea).items()
            for mensaje in mensajes
        ]
        for indice, linea in lineas.items()
    }


class LineaEntrada(serializers.Serializer[Any]):
    id_producto = CampoId(required=False, allow_null=True)
    codigo_barras = serializers.CharField(
        max_length=48, required=False, allow_null=True, allow_blank=True
    )
    cantidad = CampoCantidad(
        help_text="Unidades o kilos (hasta tres decimales); con etiqueta de balanza, cuántas etiquetas."
    )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        # Lo que casi siempre manda una caja no necesita preguntarle a cada campo.
        return _linea_corriente(data) or super().run_validation(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("id_producto") or attrs.get("codigo_barras")):
            raise serializers.ValidationError("Falta id_producto o codigo_barras")
        return attrs


DE_CAJA = ("nombre", "precio")
"""Lo que la caja pone en un misceláneo, y sólo en él."""


class LineaDeVentaEntrada(LineaEntrada):
    """Un producto; o un misceláneo, lo que aún no tiene ficha, si la tienda lo permite."""

    miscelaneo = serializers.BooleanField(
        required=False, help_text="Verdadero: sin ficha ni stock, con ``nombre`` y ``precio`` de la caja."
    )
    nombre = CampoNombre(max_length=120, required=False, help_text="Sólo de un misceláneo.")
    precio = CampoPesos(
        min_value=1, max_value=MAXIMO_MISCELANEO_CLP, required=False,
        help_text="CLP por unidad, IVA incluido. Sólo de un misceláneo: los demás los pone el servidor.",
    )

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not data.get("miscelaneo") and not data.keys().isdisjoint(DE_CAJA):
            # Los clientes de siempre mandan lo que muestran; no se mira, así que tampoco se valida.
            data = {campo: valor for campo, valor in data.items() if campo not in DE_CAJA}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("miscelaneo"):
            return super().validate(attrs)
        faltan = {c: ["Este campo es requerido."] for c in DE_CAJA if c not in attrs}
        if faltan:
            raise serializers.ValidationError(faltan)
        return attrs

    @staticmethod
    def miscelaneo_de(linea: dict[str, Any]) -> Miscelaneo | None:
        """Lo que se vende sin ficha en una línea validada, si es de ésas."""
        if not linea.get("miscelaneo"):
            return None
        return Miscelaneo(nombre=linea["nombre"], precio=linea["precio"])


def _linea_corriente(data: Any) -> dict[str, Any] | None:
    """Lo validado de ``{"id_producto": entero, "cantidad": entero}``; de otra forma o con error, ``None``."""
    if type(data) is not dict or data.keys() != _CORRIENTE:
        return None
    id_producto, cantidad = data["id_producto"], data["cantidad"]
    if type(id_producto) is not int or type(cantidad) is not int:
        return None
    if not (0 < id_producto <= ID_MAXIMO and -CANTIDAD_MAXIMA < cantidad < CANTIDAD_MAXIMA):
        return None
    return {"id_producto": id_producto, "cantidad": Decimal(cantidad).quantize(_GRAMOS)}


class PagoEntrada(serializers.Serializer[Any]):
    id_forma_pago = CampoNumerado(FormaPago)
    monto = CampoPesos(help_text="CLP del total que cubre.")
    recibido = CampoPesos(required=False, allow_null=True, help_text="CLP en efectivo entregados.")


class VentaEntrada(ConLineasNumeradas):
    """Una venta por cobrar.

    ``total_sin_iva``, ``total_con_iva`` y ``fecha_venta`` se aceptan, sean lo que sean, y se ignoran:
    el precio y la hora los pone el servidor.
    """

    id_cliente = CampoId(required=False, allow_null=True, help_text="``id_usuario`` de un Cliente activo.")
    id_cajero = CampoId(
        required=False, allow_null=True, help_text="Otro que quien llama: sólo un Administrador."
    )
    numero_documento = serializers.CharField(
        max_length=60, required=False, allow_null=True, allow_blank=True,
        help_text="Referencia propia; si no viene, el folio.",
    )
    porcentaje = CampoPorcentaje(
        required=False, allow_null=True, help_text="Descuento a todo el documento, de 0 a 100."
    )
    total_esperado = CampoPesos(
        required=False, allow_null=True, help_text="CLP que se mostró; si no es el total, 409."
    )
    id_turno = CampoId(
        required=False, allow_null=True, help_text="El turno de caja abierto; si no viene, el de quien cobra."
    )
    hora_de_caja = CampoInstante(
        required=False, allow_null=True,
        help_text="Cuándo se cobró sin red: hasta 7 días atrás. Día y folio son los del servidor.",
    )
    precios = serializers.DictField(
        child=CampoPesos(min_value=1), required=False, allow_null=True,
        help_text="Número de línea (desde 1) → CLP por unidad o kilo, en vez del precio del servidor.",
    )
    autorizacion = CampoId(
        required=False, allow_null=True, help_text="``id_autorizacion`` aprobada para este mismo cuerpo."
    )
    id_forma_pago = CampoNumerado(FormaPago, required=False, allow_null=True)
    efectivo_recibido = CampoPesos(
        required=False, allow_null=True, help_text="CLP entregados, si se paga todo en efectivo."
    )
    pagos = serializers.ListField(
        child=PagoEntrada(), required=False, allow_null=True, allow_empty=False, max_length=20,
        help_text="En vez de ``id_forma_pago``: deben sumar el total.",
    )
    id_tipodocumento = CampoNumerado(TipoDocumento)
    productos = serializers.ListField(
        child=LineaDeVentaEntrada(), allow_empty=False, max_length=MAXIMO_LINEAS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("id_forma_pago") is None) == (attrs.get("pagos") is None):
            raise serializers.ValidationError(
                {"id_forma_pago": ["Debe venir id_forma_pago o pagos, uno de los dos"]}
            )
        if attrs.get("pagos") and attrs.get("efectivo_recibido") is not None:
            raise serializers.ValidationError(
                {"efectivo_recibido": ["Con pagos, lo recibido va en cada uno"]}
            )
        lineas = {str(n) for n in range(1, len(attrs["productos"]) + 1)}
        if ajenas := set(attrs.get("precios") or ()) - lineas:
            raise serializers.ValidationError(
                {"precios": [f"No hay línea {linea[:20]}" for linea in sorted(ajenas)]}
            )
        return attrs

    @classmethod
    def pedido(cls, datos: dict[str, Any], *, cuerpo: Any) -> PedidoDeVenta:
        """Lo validado de ``cuerpo``, como lo espera el caso de uso."""
        precios = datos.get("precios") or {}
        return PedidoDeVenta(
            lineas=[
                LineaPedida(
                    cantidad=linea["cantidad"],
                    id_producto=linea.get("id_producto"),
                    codigo_barras=linea.get("codigo_barras") or None,
                    precio=precios.get(str(numero)),
                    miscelaneo=LineaDeVentaEntrada.miscelaneo_de(linea),
                )
                for numero, linea in enumerate(datos["productos"], start=1)
            ],
            pagos=cls._pagos(datos),
            documento=datos["id_tipodocumento"],
            porcentaje=datos.get("porcentaje") or CERO,
            id_cliente=datos.get("id_cliente"),
            id_cajero=datos.get("id_cajero"),
            numero_documento=datos.get("numero_documento") or "",
            total_esperado=datos.get("total_esperado"),
            id_turno=datos.get("id_turno"),
            hora_de_caja=datos.get("hora_de_caja"),
            amparo=Amparo(id_autorizacion=datos.get("autorizacion"), objeto=cuerpo),
        )

    @staticmethod
    def _pagos(datos: dict[str, Any]) -> list[PagoPedido]:
        if datos.get("pagos") is None:
            return [
                PagoPedido(forma=datos["id_forma_pago"], recibido=datos.get("efectivo_recibido"))
            ]
        return [
            PagoPedido(
                forma=pago["id_forma_pago"], monto=pago["monto"], recibido=pago.get("recibido")
            )
            for pago in datos["pagos"]
        ]


class ParteEntrada(LineaEntrada):
    numero_linea = serializers.IntegerField(
        min_value=1, max_value=MAXIMO_LINEAS, required=False, allow_null=True,
        help_text="Número de la línea en la venta, desde 1.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(c) for c in ("numero_linea", "id_producto", "codigo_barras")):
            raise serializers.ValidationError("Falta numero_linea, id_producto o codigo_barras")
        return attrs


class DevolucionEntrada(ConLineasNumeradas):
    """Qué vuelve y por qué. Sin ``productos``, toda la venta (lo que quede de ella)."""

    motivo = serializers.CharField(max_length=200)
    autorizacion = CampoId(
        required=False, allow_null=True,
        help_text="``id_autorizacion`` aprobada para este mismo cuerpo con su ``id_venta``.",
    )
    productos = serializers.ListField(
        child=ParteEntrada(), required=False, allow_null=True, max_length=MAXIMO_LINEAS
    )

    def pedido(self, id_venta: int) -> PedidoDeDevolucion:
        """Lo validado, como lo espera el caso de uso."""
        datos = self.validated_data
        return PedidoDeDevolucion(
            id_venta=id_venta,
            motivo=datos["motivo"],
            amparo=Amparo(
                id_autorizacion=datos.get("autorizacion"),
                objeto={**self.initial_data, "id_venta": id_venta},
            ),
            partes=[
                ParteDevuelta(
                    cantidad=parte["cantidad"],
                    numero_linea=parte.get("numero_linea"),
                    id_producto=parte.get("id_producto"),
                    codigo_barras=parte.get("codigo_barras") or None,
                )
                for parte in datos.get("productos") or ()
            ],
        )


class FiltroVentas(serializers.Serializer[Any]):
    fecha_inicio = CampoDia(required=False, help_text="Primer día, inclusive (America/Santiago).")
    fecha_fin = CampoDia(required=False, help_text="Último día, inclusive (America/Santiago).")
    id_cajero = CampoId(required=False)
    id_cliente = CampoId(required=False)
