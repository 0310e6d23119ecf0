"""El caso de uso ``devolver``: nota de crédito por una venta o parte de ella.

Orden de los candados: venta → turno de caja → productos por id → cliente → folio. La fila de la venta va
primero: dos devoluciones de la misma venta se hacen una después de la otra, y la segunda ve lo que queda.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.errores import NoExiste, SinPermiso
from inventario.base.fechas import dia_de
from inventario.base.formato import clp
from inventario.base.juntas import juntas
from inventario.base.models import Tienda
from inventario.base.operacion import operacion
from productos.consultas import Resuelto, resolver_codigos
from productos.kardex import Cambio, bloquear_productos, mover_stock
from productos.models import MovimientoStock, Unidad
from productos.reglas import clave_o_nada
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import MovimientoPuntos, Notificacion
from usuarios.notificaciones import Aviso, notificar_a_administradores
from usuarios.puntos import bloquear_cliente, mover_puntos
from ventas.autorizacion import Amparo, exigir_autorizacion, quien_autorizo
from ventas.consultas import formas_pagadas
from ventas.folios import numerar
from ventas.models import (
    Autorizacion,
    DetalleDevolucion,
    DetalleVenta,
    Devolucion,
    Reembolso,
    TipoDTE,
    TurnoCaja,
    Venta,
)
from ventas.reglas.autorizacion import Accion
from ventas.reglas.cobro import medir
from ventas.reglas.devolucion import (
    LineaVendida,
    PartePedida,
    ReembolsoHecho,
    anotar,
    elegir,
    puntos_por_quitar,
    reembolsar,
)
from ventas.reglas.tipos import FormaPago, TipoDocumento
from ventas.resumenes import resumir_devolucion
from ventas.turnos import SinTurno, turno_para_devolver

DOCUMENTO = "devolucion"
"""Cómo nombran el kardex y los puntos a una devolución: ``("devolucion", id)``."""

VENTA = "venta"
"""Y a la venta de la que viene, para que lo devuelto vuelva al lote del que salió."""

DESCONOCIDO = 0
"""Id que ningún producto tiene: lo que un código sin dueño nombra."""


class NotaNoExiste(NoExiste):
    """La nota de crédito no existe, o quien pregunta no ve su venta."""

    codigo = "nota_no_existe"
    msg = "Nota de crédito no encontrada"


class VentaNoExiste(NoExiste):
    """No hay venta con ese id."""

    codigo = "venta_no_existe"
    msg = "La venta no existe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParteDevuelta:
    """Lo que vuelve: una línea por su número, o un producto por id o código. Como en la venta,
    con una etiqueta de balanza ``cantidad`` cuenta etiquetas."""

    cantidad: Decimal
    numero_linea: int | None = None
    id_producto: int | None = None
    codigo_barras: str | None = None


SIN_AMPARO = Amparo(objeto={})


@dataclass(frozen=True, slots=True, kw_only=True)
class PedidoDeDevolucion:
    """Qué venta, por qué, y qué partes; sin ``partes``, todo lo que quede por devolver.

    ``amparo`` trae la autorización, si es algo que un Cajero no hace solo.
    """

    id_venta: int
    motivo: str
    partes: Sequence[ParteDevuelta] = ()
    amparo: Amparo = SIN_AMPARO


@dataclass(frozen=True, slots=True, kw_only=True)
class DevolucionHecha:
    """La nota de crédito como quedó. ``puntos_no_recuperados``: los que el cliente ya había gastado."""

    devolucion: Devolucion
    detalles: Sequence[DetalleDevolucion]
    reembolsos: Sequence[Reembolso]
    puntos_no_recuperados: int


@operacion
def devolver(*, actor: Actor, pedido: PedidoDeDevolucion, ahora: datetime) -> DevolucionHecha:
    """Devuelve la venta o sus partes: stock, dinero, puntos, registro y nota de crédito con folio.

    Raises:
        VentaNoExiste: no hay tal venta.
        SinPermiso: no trabaja en la tienda.
        RequiereAutorizacion, AutorizacionInvalida: un Cajero la anula, o no es suya o no es de hoy.
        SinTurno: un Cajero devuelve efectivo sin un turno de caja abierto, y la tienda lo exige.
        LineaNoVendida, DevolucionExcede, NadaPorDevolver: lo pedido no se puede devolver.
    """
    venta = Venta.objects.select_for_update().filter(pk=pedido.id_venta).first()
    if venta is None:
        raise VentaNoExiste
    autorizacion = exigir_puede_devolver(actor, venta, pedido.amparo, ahora)
    turno = turno_para_devolver(actor=actor, venta=venta)
    vendidos = {d.numero: d for d in DetalleVenta.objects.filter(venta=venta.pk)}
    lineas = [_linea(detalle) for detalle in vendidos.values()]
    elegidas = elegir(lineas, _partes(pedido.partes, vendidos.values(), ahora))
    con_ficha = {numero: pk for numero in elegidas if (pk := vendidos[numero].producto_id) is not None}
    productos = bloquear_productos(con_ficha.values())
    nota = anotar(lineas, elegidas, neto=venta.neto)
    if autorizacion is None and venta.devuelto + nota.total == venta.total:
        autorizacion = _exigir_puede_anular(actor, pedido.amparo, ahora)
    vuelta = reembolsar(nota.total, formas_pagadas(venta))
    _exigir_turno(actor, turno, vuelta)
    devolucion = Devolucion.objects.create(
        emisor_rut=venta.emisor_rut,
        tipo_dte=TipoDTE.NOTA_CREDITO.value,
        afecto=nota.afecto,
        exento=nota.exento,
        neto=nota.neto,
        iva=nota.iva,
        total=nota.total,
        venta=venta,
        fecha=ahora,
        autor_id=actor.usuario_id,
        motivo=pedido.motivo,
        turno=turno,
    )
    detalles = _guardar_lineas(devolucion, vendidos, elegidas, nota.montos)
    reembolsos = Reembolso.objects.bulk_create(
        Reembolso(
            devolucion=devolucion, forma_pago=r.forma.value, monto=r.monto,
            redondeo=r.redondeo, puntos=r.puntos,
        )
        for r in vuelta
    )
    Venta.objects.filter(pk=venta.pk).update(devuelto=venta.devuelto + nota.total)
    mover_stock(
        cambios=[
            Cambio(
                producto=productos[producto_id],
                cantidad=elegidas[numero],
                costo_unitario=vendidos[numero].costo_unitario,
                motivo=pedido.motivo,
            )
            for numero, producto_id in con_ficha.items()
        ],
        tipo=MovimientoStock.Tipo.DEVOLUCION,
        actor=actor,
        ahora=ahora,
        documento=(DOCUMENTO, devolucion.pk),
        origen=(VENTA, venta.pk),
    )
    perdidos = _mover_puntos(venta, devolucion, vuelta, actor, ahora)
    resumir_devolucion(
        venta=venta, devolucion=devolucion, partes=detalles, reembolsos=reembolsos
    )
    _registrar(venta, devolucion, perdidos, autorizacion, actor, ahora)
    if venta.devuelto + nota.total == venta.total:
        _avisar_anulada(venta, devolucion, actor, ahora)
    if devolucion.puntos_quitados:
        Devolucion.objects.filter(pk=devolucion.pk).update(puntos_quitados=devolucion.puntos_quitados)
    with juntas(con_la_confirmacion=True):
        numerar(devolucion)
    return DevolucionHecha(
        devolucion=devolucion,
        detalles=detalles,
        reembolsos=reembolsos,
        puntos_no_recuperados=perdidos,
    )


def _avisar_anulada(venta: Venta, devolucion: Devolucion, actor: Actor, ahora: datetime) -> None:
    aviso = Aviso(
        tipo=Notificacion.Tipo.VENTA_ANULADA,
        titulo="Venta anulada",
        mensaje=(
            f"{actor.nombre} anuló la {TipoDocumento(venta.tipo_documento).label} {venta.folio} "
            f"de {venta.nombre_cajero} por {clp(venta.total)}: {devolucion.motivo}"
        ),
        datos={"id_venta": venta.pk, "id_devolucion": devolucion.pk, "total": venta.total},
    )
    notificar_a_administradores(avisos=[aviso], ademas=[venta.cajero_id], ahora=ahora)


def exigir_puede_devolver(
    actor: Actor, venta: Venta, amparo: Amparo, ahora: datetime
) -> Autorizacion | None:
    """Un Administrador devuelve cualquiera; un Cajero, la suya de hoy, y otras con autorización.

    Returns:
        La autorización que se gastó.

    Raises:
        SinPermiso: no trabaja en la tienda.
        RequiereAutorizacion, AutorizacionInvalida: hace falta, y no viene o no sirve.
    """
    if actor.es_administrador:
        return None
    if not actor.es_cajero:
        raise SinPermiso
    suya = venta.cajero_id == actor.usuario_id
    if suya and dia_de(venta.fecha_venta) == dia_de(ahora):
        return None
    return exigir_autorizacion(
        actor=actor, accion=Accion.OTRO_DIA, amparo=amparo, ahora=ahora,
        motivo=f"Devolver una venta de {'otro día' if suya else 'otra persona'}",
    )


def _exigir_puede_anular(actor: Actor, amparo: Amparo, ahora: datetime) -> Autorizacion | None:
    """Devolverla entera es anularla, de una vez o por partes."""
    if actor.es_administrador:
        return None
    if not Tienda.objects.filter(anulacion_con_autorizacion=True).exists():
        return None
    return exigir_autorizacion(
        actor=actor, accion=Accion.ANULACION, motivo="Anular una venta", amparo=amparo, ahora=ahora
    )


def _exigir_turno(actor: Actor, turno: TurnoCaja | None, vuelta: Sequence[ReembolsoHecho]) -> None:
    if turno is not None or actor.es_administrador:
        return
    en_efectivo = any(reembolso.forma == FormaPago.EFECTIVO for reembolso in vuelta)
    if en_efectivo and Tienda.objects.filter(exige_turno=True).exists():
        raise SinTurno("Abra un turno de caja para devolver efectivo")


def _linea(detalle: DetalleVenta) -> LineaVendida:
    return LineaVendida(
        numero=detalle.numero,
        producto_id=detalle.producto_id,
        cantidad=detalle.cantidad,
        devuelta=detalle.cantidad_devuelta,
        total=detalle.total,
        exenta=detalle.exenta,
        entera=detalle.unidad == Unidad.UNIDAD,
    )


def _partes(
    partes: Sequence[ParteDevuelta], vendidos: Collection[DetalleVenta], ahora: datetime
) -> list[PartePedida]:
    """Cada parte con su producto y cantidad; lo que no se reconoce queda sin nombrar nada vendido."""
    codigos = {parte.codigo_barras for parte in partes if parte.codigo_barras}
    resueltos = resolver_codigos(codigos, dia_de(ahora)) if codigos else {}
    precios = {d.producto_id: d.precio_unitario for d in vendidos if d.producto_id is not None}
    sin_ficha: dict[str | None, int] = {
        clave_o_nada(d.codigo): d.numero for d in vendidos if d.es_miscelaneo and d.codigo
    }
    return [
        _parte(parte, resueltos.get(parte.codigo_barras), precios, sin_ficha)
        if parte.codigo_barras
        else PartePedida(
            cantidad=parte.cantidad, numero_linea=parte.numero_linea, producto_id=parte.id_producto
        )
        for parte in partes
    ]


def _parte(
    parte: ParteDevuelta,
    resuelto: Resuelto | None,
    precios: Mapping[int, int],
    sin_ficha: Mapping[str | None, int],
) -> PartePedida:
    """La parte que nombra un código; una etiqueta de balanza se mide con el precio al que se vendió."""
    if resuelto is None or resuelto.producto_id not in precios:
        # El código quizá tenga ficha hoy, y no la tenía cuando se vendió.
        numero = sin_ficha.get(clave_o_nada(parte.codigo_barras or ""))
        if numero is not None and parte.numero_linea in (None, numero) and parte.id_producto is None:
            return PartePedida(cantidad=parte.cantidad, numero_linea=numero)
    if resuelto is None or parte.id_producto not in (None, resuelto.producto_id):
        return PartePedida(cantidad=parte.cantidad, producto_id=DESCONOCIDO)
    cantidad: Decimal | None = parte.cantidad
    if resuelto.kilos is not None or resuelto.precio_clp is not None:
        cantidad = medir(
            parte.cantidad,
            kilos=resuelto.kilos,
            precio_clp=resuelto.precio_clp,
            precio_unitario=precios.get(resuelto.producto_id, 0),
        )
    return PartePedida(
        cantidad=cantidad or Decimal(0),
        numero_linea=parte.numero_linea,
        producto_id=resuelto.producto_id,
    )


def _guardar_lineas(
    devolucion: Devolucion,
    vendidos: Mapping[int, DetalleVenta],
    elegidas: Mapping[int, Decimal],
    montos: Mapping[int, int],
) -> list[DetalleDevolucion]:
    for numero, cantidad in elegidas.items():
        vendidos[numero].cantidad_devuelta += cantidad
    DetalleVenta.objects.bulk_update(
        [vendidos[numero] for numero in elegidas], ["cantidad_devuelta"]
    )
    return DetalleDevolucion.objects.bulk_create(
        DetalleDevolucion(
            devolucion=devolucion, detalle=vendidos[numero], cantidad=cantidad, monto=montos[numero]
        )
        for numero, cantidad in elegidas.items()
    )


def _mover_puntos(
    venta: Venta,
    devolucion: Devolucion,
    reembolsos: Sequence[ReembolsoHecho],
    actor: Actor,
    ahora: datetime,
) -> int:
    """Devuelve los puntos gastados y quita los ganados; los que ya no están se dan por perdidos.

    Returns:
        Los puntos que había que quitar y el cliente ya no tenía.
    """
    gastados = sum(reembolso.puntos for reembolso in reembolsos)
    por_quitar = puntos_por_quitar(
        venta.puntos_ganados,
        total=venta.total,
        devuelto_antes=venta.devuelto,
        devuelto=venta.devuelto + devolucion.total,
    )
    if venta.cliente_id is None or not (gastados or por_quitar):
        return 0
    cliente = bloquear_cliente(venta.cliente_id)
    # Primero se reintegran: con ellos quizá alcance para quitar lo ganado.
    devolucion.puntos_quitados = min(por_quitar, cliente.puntos + gastados)
    for tipo, cantidad in (
        (MovimientoPuntos.Tipo.REINTEGRO, gastados),
        (MovimientoPuntos.Tipo.REVERSA, -devolucion.puntos_quitados),
    ):
        if cantidad:
            mover_puntos(
                cliente=cliente,
                tipo=tipo,
                cantidad=cantidad,
                actor=actor,
                ahora=ahora,
                documento=(DOCUMENTO, devolucion.pk),
                motivo=devolucion.motivo,
            )
    return por_quitar - devolucion.puntos_quitados


def _registrar(
    venta: Venta,
    devolucion: Devolucion,
    perdidos: int,
    autorizacion: Autorizacion | None,
    actor: Actor,
    ahora: datetime,
) -> None:
    descripcion = devolucion.motivo
    if perdidos:
        descripcion += f" ({perdidos} puntos ganados no se pudieron quitar: el cliente ya los usó)"
    if autorizo := quien_autorizo(autorizacion):
        descripcion += f". {autorizo}"
    registrar(
        actor=actor,
        tipo=TipoRegistro.DEVOLUCION,
        mensaje=f"Devolución de la venta {venta.pk} por $ {devolucion.total:,}".replace(",", "."),
        descripcion=descripcion,
        ahora=ahora,
        objeto=(VENTA, venta.pk),
        cambios={"devuelto": (venta.devuelto, venta.devuelto + devolucion.total)},
    )
