"""De una venta o devolución guardada al ``Recibo`` que la muestra, tal como fue aquel día."""

from collections.abc import Iterable
from decimal import Decimal

from inventario.base.fechas import ZONA
from inventario.base.models import Tienda
from productos.models import Unidad
from ventas.models import Devolucion, Venta
from ventas.recibo.modelo import Emisor, LineaRecibo, PagoRecibo, Recibo
from ventas.reglas.tipos import FormaPago, TipoDocumento, TipoDTE

FORMAS = {
    FormaPago.CREDITO: "Crédito",
    FormaPago.EFECTIVO: "Efectivo",
    FormaPago.DEBITO: "Débito",
    FormaPago.PUNTOS: "Puntos",
}

PREFIJO_DE_BOLETA = "BOLETA-"
"""Con el id de la venta detrás, lo que va en barras: la caja lo reconoce al escanearlo."""


def recibo_de_venta(venta: Venta, tienda: Tienda) -> Recibo:
    """Recibo de ``venta``, que trae cargados ``detalles`` y ``pagos`` (aquí no se consulta nada más)."""
    pagos = list(venta.pagos.all())
    efectivo = next((p for p in pagos if p.forma_pago == FormaPago.EFECTIVO), None)
    redondeo = efectivo.redondeo if efectivo else 0
    lineas = list(venta.detalles.all())
    return Recibo(
        emisor=emisor_de(tienda, venta.emisor_rut),
        titulo=_titulo(venta.tipo_dte, tienda),
        folio=venta.folio,
        fecha=venta.fecha_venta,
        cajero=venta.nombre_cajero,
        cliente=venta.nombre_cliente,
        lineas=tuple(
            LineaRecibo(
                nombre=linea.nombre,
                cantidad=linea.cantidad,
                precio_unitario=linea.precio_unitario,
                subtotal=linea.subtotal,
                precio_lista=linea.precio_lista,
                descuento=linea.descuento,
                en_kilos=linea.unidad == Unidad.KILO,
                exenta=linea.exenta,
            )
            for linea in lineas
        ),
        subtotal=venta.subtotal,
        descuento=(
            sum(linea.subtotal - linea.total for linea in lineas) if venta.porcentaje else 0
        ),
        porcentaje=venta.porcentaje,
        neto=venta.neto,
        iva=venta.iva,
        tasa_iva=_tasa(linea.tasa_iva for linea in lineas),
        exento=venta.exento,
        total=venta.total,
        pagos=tuple(_pago(p.forma_pago, p.monto + p.redondeo) for p in pagos),
        redondeo=redondeo,
        a_pagar=venta.total + redondeo,
        recibido=efectivo.recibido if efectivo else None,
        vuelto=efectivo.vuelto if efectivo else 0,
        puntos_ganados=venta.puntos_ganados,
        codigo=f"{PREFIJO_DE_BOLETA}{venta.pk}",
    )


def recibo_de_devolucion(devolucion: Devolucion, tienda: Tienda) -> Recibo:
    """Recibo de la nota de crédito; trae ``venta``, ``autor``, ``detalles__detalle`` y ``reembolsos``."""
    venta = devolucion.venta
    reembolsos = list(devolucion.reembolsos.all())
    redondeo = sum(r.redondeo for r in reembolsos)
    lineas = list(devolucion.detalles.all())
    original = TipoDocumento(venta.tipo_documento).label.capitalize()
    return Recibo(
        emisor=emisor_de(tienda, devolucion.emisor_rut),
        titulo=_titulo(devolucion.tipo_dte, tienda),
        folio=devolucion.folio,
        fecha=devolucion.fecha,
        cajero=devolucion.autor.nombre_completo if devolucion.autor else "",
        cliente=venta.nombre_cliente,
        referencia=f"{original} N° {venta.folio} del {venta.fecha_venta.astimezone(ZONA):%d-%m-%Y}",
        motivo=devolucion.motivo,
        lineas=tuple(
            LineaRecibo(
                nombre=linea.detalle.nombre,
                cantidad=linea.cantidad,
                precio_unitario=linea.detalle.precio_unitario,
                subtotal=linea.monto,
                en_kilos=linea.detalle.unidad == Unidad.KILO,
                exenta=linea.detalle.exenta,
            )
            for linea in lineas
        ),
        neto=devolucion.neto,
        iva=devolucion.iva,
        tasa_iva=_tasa(linea.detalle.tasa_iva for linea in lineas),
        exento=devolucion.exento,
        total=devolucion.total,
        pagos=tuple(_pago(r.forma_pago, r.monto + r.redondeo) for r in reembolsos),
        redondeo=redondeo,
        a_pagar=devolucion.total + redondeo,
        despedida="",
        etiqueta_pagos="Devuelto en",
        etiqueta_a_pagar="A DEVOLVER",
    )


def emisor_de(tienda: Tienda, emisor_rut: str) -> Emisor:
    """La tienda como emisora, con el RUT que tenía el documento."""
    return Emisor(
        razon_social=tienda.razon_social,
        rut=emisor_rut,
        giro=tienda.giro,
        direccion=tienda.direccion,
        comuna=tienda.comuna,
        certificada=tienda.certificada,
    )


def _titulo(tipo_dte: int, tienda: Tienda) -> str:
    nombre = TipoDTE(tipo_dte).label
    # Sin certificar, decir «electrónica» sería decir que el SII la conoce.
    return (nombre if tienda.certificada else nombre.replace(" electrónica", "")).upper()


def _tasa(tasas: Iterable[Decimal]) -> Decimal:
    """La tasa (%) de lo afecto; las líneas exentas llevan cero."""
    return max(tasas, default=Decimal(0))


def _pago(forma: int, monto: int) -> PagoRecibo:
    return PagoRecibo(forma=FORMAS[FormaPago(forma)], monto=monto)
