"""Lecturas de ventas: lo relacionado ya cargado, número constante de consultas, nunca escriben."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de, inicio_del_dia
from ventas.models import (
    ConteoVentas,
    DetalleVenta,
    Devolucion,
    FormaPago,
    Pago,
    Reembolso,
    TipoDocumento,
    TipoDTE,
    Venta,
    VentaQuerySet,
)
from ventas.reglas.devolucion import FormaPagada

MEJORES = 5
"""Filas de ``/top-users-by-sales``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoDeBoleta:
    """Montos en CLP; ``puntos``, los que se gastaron."""

    forma_pago: FormaPago
    monto: int
    redondeo: int
    recibido: int | None
    vuelto: int
    puntos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaDeBoleta:
    """Una línea como fue aquel día. Precios en CLP por unidad o kilo; ``descuento`` en %."""

    numero: int
    cantidad: Decimal
    unidad: str
    nombre: str
    descripcion: str
    codigo: str
    fecha_vencimiento: date | None
    precio_lista: int
    descuento: Decimal
    precio_unitario: int
    subtotal: int
    total: int
    exenta: bool
    tasa_iva: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Boleta:
    """Todo lo que una boleta o factura dice, con los nombres y precios del día de la venta. CLP."""

    id_venta: int
    tipo_documento: TipoDocumento
    tipo_dte: TipoDTE
    folio: int | None
    numero_documento: str
    emisor_rut: str
    fecha_venta: datetime
    cliente: str
    cajero: str
    forma_pago: FormaPago
    porcentaje: Decimal
    subtotal: int
    afecto: int
    exento: int
    neto: int
    iva: int
    total: int
    devuelto: int
    puntos_ganados: int
    productos: tuple[LineaDeBoleta, ...]
    pagos: tuple[PagoDeBoleta, ...]

    @property
    def total_sin_iva(self) -> int:
        return self.neto + self.exento

    @property
    def a_pagar(self) -> int:
        """CLP pagados: el total con el redondeo legal del efectivo."""
        return self.total + sum(pago.redondeo for pago in self.pagos)


@dataclass(frozen=True, slots=True, kw_only=True)
class MejorVenta:
    """``monto`` en CLP, sin lo devuelto."""

    id_venta: int
    monto: int
    vendedor: str
    fecha_venta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MejorVendedor:
    """``total_ventas`` en CLP, sin lo devuelto; ``numero_ventas``, las que no se devolvieron enteras."""

    vendedor: str
    total_ventas: int
    numero_ventas: int


def ventas_visibles(
    *,
    actor: Actor,
    fecha_inicio: date | None = None,
    fecha_fin: date | None = None,
    id_cajero: int | None = None,
    id_cliente: int | None = None,
) -> VentaQuerySet:
    """Ventas que ``actor`` puede ver, de la más nueva a la más vieja; días de la tienda, inclusive."""
    ventas = Venta.objects.visibles(actor).entre(fecha_inicio, fecha_fin).order_by("-id")
    if id_cajero is not None:
        ventas = ventas.filter(cajero=id_cajero)
    return ventas if id_cliente is None else ventas.filter(cliente=id_cliente)


def contar_ventas(
    *,
    actor: Actor,
    fecha_inicio: date | None = None,
    fecha_fin: date | None = None,
    id_cajero: int | None = None,
    id_cliente: int | None = None,
) -> int:
    """Cuántas da ``ventas_visibles``, sin recorrerlas: las cuenta la venta misma, por día y cajero.

    Las de un cliente sí se recorren: son las suyas, y están juntas en su índice.
    """
    if id_cliente is not None or not actor.es_personal:
        visibles = ventas_visibles(
            actor=actor, fecha_inicio=fecha_inicio, fecha_fin=fecha_fin, id_cajero=id_cajero,
            id_cliente=id_cliente,
        )
        return visibles.count()
    conteos = _conteos(actor)
    if fecha_inicio is not None:
        conteos = conteos.filter(dia__gte=fecha_inicio)
    if fecha_fin is not None:
        conteos = conteos.filter(dia__lte=fecha_fin)
    if id_cajero is not None:
        conteos = conteos.filter(cajero=id_cajero)
    return _sumar(conteos, "ventas")


def contar_detalles(actor: Actor) -> int:
    """Cuántas da ``detalles_visibles``; como ``contar_ventas``."""
    return _sumar(_conteos(actor), "lineas") if actor.es_personal else detalles_visibles(actor).count()


def _conteos(actor: Actor) -> "QuerySet[ConteoVentas]":
    conteos = ConteoVentas.objects.all()
    return conteos if actor.es_administrador else conteos.filter(cajero=actor.usuario_id)


def _sumar(conteos: "QuerySet[ConteoVentas]", que: str) -> int:
    return int(conteos.aggregate(suma=Sum(que))["suma"] or 0)


def ventas_con_todo(actor: Actor) -> VentaQuerySet:
    """Las visibles con sus líneas y pagos: tres consultas, sean cuantas sean."""
    return ventas_visibles(actor=actor).prefetch_related("detalles", "pagos")


def venta_con_todo(actor: Actor, id_venta: int) -> Venta | None:
    """La venta con sus líneas y pagos; ``None`` si no existe o ``actor`` no puede verla."""
    return ventas_con_todo(actor).filter(pk=id_venta).first()


def devolucion_con_todo(actor: Actor, id_devolucion: int) -> Devolucion | None:
    """La nota de crédito con su venta, líneas y reembolsos; ``None`` si ``actor`` no ve su venta."""
    return (
        Devolucion.objects.filter(pk=id_devolucion, venta__in=Venta.objects.visibles(actor))
        .select_related("venta", "autor")
        .prefetch_related("detalles__detalle", "reembolsos")
        .first()
    )


def boleta_de(venta: Venta) -> Boleta:
    """La boleta de ``venta``, que trae cargados ``detalles`` y ``pagos``."""
    return Boleta(
        id_venta=venta.pk,
        tipo_documento=TipoDocumento(venta.tipo_documento),
        tipo_dte=TipoDTE(venta.tipo_dte),
        folio=venta.folio,
        numero_documento=venta.numero_documento,
        emisor_rut=venta.emisor_rut,
        fecha_venta=venta.fecha_venta,
        cliente=venta.nombre_cliente,
        cajero=venta.nombre_cajero,
        forma_pago=FormaPago(venta.forma_pago),
        porcentaje=venta.porcentaje,
        subtotal=venta.subtotal,
        afecto=venta.afecto,
        exento=venta.exento,
        neto=venta.neto,
        iva=venta.iva,
        total=venta.total,
        devuelto=venta.devuelto,
        puntos_ganados=venta.puntos_ganados,
        productos=tuple(_lineas(venta.detalles.all())),
        pagos=tuple(
            PagoDeBoleta(
                forma_pago=FormaPago(pago.forma_pago),
                monto=pago.monto,
                redondeo=pago.redondeo,
                recibido=pago.recibido,
                vuelto=pago.vuelto,
                puntos=pago.puntos,
            )
            for pago in venta.pagos.all()
        ),
    )


def _lineas(detalles: Iterable[DetalleVenta]) -> Iterable[LineaDeBoleta]:
    for detalle in detalles:
        yield LineaDeBoleta(
            numero=detalle.numero,
            cantidad=detalle.cantidad,
            unidad=detalle.unidad,
            nombre=detalle.nombre,
            descripcion=detalle.descripcion,
            codigo=detalle.codigo,
            fecha_vencimiento=detalle.fecha_vencimiento,
            precio_lista=detalle.precio_lista,
            descuento=detalle.descuento,
            precio_unitario=detalle.precio_unitario,
            subtotal=detalle.subtotal,
            total=detalle.total,
            exenta=detalle.exenta,
            tasa_iva=detalle.tasa_iva,
        )


def detalles_visibles(actor: Actor) -> QuerySet[DetalleVenta]:
    """Líneas de las ventas visibles, de la más nueva a la más vieja."""
    detalles = DetalleVenta.objects.order_by("-id")
    if actor.es_administrador:
        return detalles
    return detalles.filter(venta__in=Venta.objects.visibles(actor))


def detalles_de(actor: Actor, id_venta: int) -> QuerySet[DetalleVenta] | None:
    """Líneas de una venta, en su orden; ``None`` si no existe o ``actor`` no puede verla."""
    if not Venta.objects.visibles(actor).filter(pk=id_venta).exists():
        return None
    return DetalleVenta.objects.filter(venta=id_venta).order_by("id")


def mejor_venta_de_la_semana(ahora: datetime) -> MejorVenta | None:
    """La venta de mayor monto desde el lunes de esta semana (Santiago); a igual monto, la primera."""
    hoy = dia_de(ahora)
    lunes = inicio_del_dia(hoy - timedelta(days=hoy.weekday()))
    venta = (
        Venta.objects.filter(fecha_venta__gte=lunes, fecha_venta__lte=ahora, total__gt=F("devuelto"))
        .annotate(monto=ExpressionWrapper(F("total") - F("devuelto"), IntegerField()))
        .order_by("-monto", "id")
        .first()
    )
    if venta is None:
        return None
    return MejorVenta(
        id_venta=venta.pk,
        monto=venta.total - venta.devuelto,
        vendedor=venta.nombre_cajero,
        fecha_venta=venta.fecha_venta,
    )


def mejor_vendedor_del_mes(actor: Actor, ahora: datetime) -> MejorVendedor | None:
    """Quien más vendió (CLP, sin lo devuelto) desde el día 1 de este mes (Santiago); ver ``_sumables``."""
    primero = inicio_del_dia(dia_de(ahora).replace(day=1))
    del_mes = _sumables(actor).filter(fecha_venta__gte=primero, fecha_venta__lte=ahora)
    return next(iter(_vendedores(del_mes, 1)), None)


def mejores_vendedores(actor: Actor) -> list[MejorVendedor]:
    """Los ``MEJORES`` que más han vendido desde siempre (CLP, sin lo devuelto); ver ``_sumables``."""
    return _vendedores(_sumables(actor), MEJORES)


def _sumables(actor: Actor) -> VentaQuerySet:
    """Las ventas cuya suma ``actor`` puede conocer.

    A un Cajero no se le suman las de turnos aún abiertos: con su fondo le darían lo que debe haber en el
    cajón antes de contarlo. Sus ventas una por una sí las ve (``/ventas``, ``/boletas``): esas listas
    son del contrato, y quien las cobró ya conoce cada una.
    """
    if actor.es_administrador:
        return Venta.objects.all()
    return Venta.objects.filter(Q(turno=None) | Q(turno__cerrado__isnull=False))


def _vendedores(ventas: VentaQuerySet, cuantos: int) -> list[MejorVendedor]:
    filas = (
        ventas.filter(total__gt=F("devuelto"))
        .order_by()
        .values("cajero", "cajero__nombre", "cajero__apellido")
        .annotate(vendido=Sum("total") - Sum("devuelto"), ventas=Count("id"))
        .order_by("-vendido", "cajero")[:cuantos]
    )
    return [
        MejorVendedor(
            vendedor=f"{fila['cajero__nombre']} {fila['cajero__apellido']}".strip(),
            total_ventas=int(fila["vendido"]),
            numero_ventas=fila["ventas"],
        )
        for fila in filas
    ]


def formas_pagadas(venta: Venta) -> list[FormaPagada]:
    """Lo que cubrió cada forma de pago de ``venta`` y lo que ya se reembolsó por ella: una consulta."""
    reembolsado = (
        Reembolso.objects.filter(devolucion__venta=venta.pk, forma_pago=OuterRef("forma_pago"))
        .order_by()
        .values("forma_pago")
        .annotate(suma=Sum("monto"))
        .values("suma")
    )
    pagos = Pago.objects.filter(venta=venta.pk).annotate(
        reembolsado=Coalesce(Subquery(reembolsado, output_field=IntegerField()), 0)
    )
    return [
        FormaPagada(
            forma=FormaPago(pago.forma_pago),
            monto=pago.monto,
            puntos=pago.puntos,
            reembolsado=pago.reembolsado,
        )
        for pago in pagos
    ]
