"""El caso de uso ``vender``: una venta es una transacción, entera o nada.

Orden, el mismo para todas: turno de caja → autorización → productos por id → cliente → folio. Así dos
ventas no se esperan en círculo, y la fila del folio, que todas comparten, se toma al final. Los productos
se leen, se calcula todo lo que no es su stock, y recién entonces se bloquean (``productos.kardex``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from inventario.base.actor import Actor, Rol
from inventario.base.errores import Conflicto, Invalido, SinPermiso
from inventario.base.fechas import dia_de
from inventario.base.insercion import insertar
from inventario.base.instancias import nueva
from inventario.base.juntas import juntas, mandar
from inventario.base.operacion import operacion
from productos.kardex import (
    Cambio,
    completar_productos,
    mover_stock,
    pedir_bloqueo,
    pedir_productos,
    poner_al_dia,
)
from productos.models import MovimientoStock
from usuarios.models import Estado, MovimientoPuntos, Usuario
from usuarios.puntos import ClienteNoExiste, bloquear_cliente, mover_puntos
from ventas.autorizacion import Amparo, exigir_autorizacion
from ventas.consultas import TIENDA, CondicionesDeVenta, condiciones_de, nombre_de_cajero
from ventas.folios import numerar
from ventas.models import Autorizacion, DetalleVenta, FormaPago, Pago, TipoDocumento, Venta
from ventas.reglas.autorizacion import Accion
from ventas.reglas.cobro import CERO, MAXIMO_CLP, Cobro, cobrar
from ventas.reglas.pagos import PagoHecho, PagoPedido, forma_principal, pagar, puntos_ganados
from ventas.resumenes import resumir_venta
from ventas.servicios.constancia import DOCUMENTO, dejar_constancia
from ventas.servicios.lineas import (
    LineaLista,
    LineaPedida,
    MiscelaneoNoPermitido,
    exigir_stock,
    identificar_lineas,
    preparar_lineas,
)
from ventas.turnos import TURNO_ABIERTO, SinTurno, turno_para_vender

SIN_RED_MAXIMO = timedelta(days=7)
"""Cuánto puede tardar en llegar lo que una caja vendió sin red."""
ADELANTO = timedelta(minutes=5)
"""Cuánto puede ir adelantado el reloj de una caja."""


class PrecioDesactualizado(Conflicto):
    """El cliente esperaba otro total; ``datos`` trae el de ahora, en CLP."""

    codigo = "precio_desactualizado"
    msg = "Los precios cambiaron: revise el total"


SIN_AMPARO = Amparo(objeto={})


@dataclass(frozen=True, slots=True, kw_only=True)
class PedidoDeVenta:
    """Lo que se quiere vender.

    Args:
        lineas: al menos una.
        pagos: al menos uno; uno solo sin monto paga todo.
        porcentaje: descuento al documento, de 0 a 100 %.
        id_cliente: usuario Cliente; ``None``, venta anónima.
        id_cajero: a nombre de quién, si no es de quien la hace (sólo un Administrador).
        numero_documento: referencia propia del cliente de la API; vacía, el folio.
        total_esperado: CLP que el cliente mostró; si no es el total, no se vende.
        amparo: la autorización que trae, si un Cajero pasa su límite o cambia un precio.
        hora_de_caja: cuándo la cobró una caja que estaba sin red.
        id_turno: el turno de caja que el cliente cree abierto; si no es ése, no se vende.
    """

    lineas: Sequence[LineaPedida]
    pagos: Sequence[PagoPedido]
    documento: TipoDocumento = TipoDocumento.BOLETA
    porcentaje: Decimal = CERO
    id_cliente: int | None = None
    id_cajero: int | None = None
    numero_documento: str = ""
    total_esperado: int | None = None
    id_turno: int | None = None
    hora_de_caja: datetime | None = None
    amparo: Amparo = SIN_AMPARO


@dataclass(frozen=True, slots=True, kw_only=True)
class VentaHecha:
    """La venta con sus líneas y pagos, tal como quedaron: responder no consulta nada más."""

    venta: Venta
    detalles: Sequence[DetalleVenta]
    pagos: Sequence[Pago]


@operacion
def vender(*, actor: Actor, pedido: PedidoDeVenta, ahora: datetime) -> VentaHecha:
    """Cobra ``pedido`` a los precios del servidor: stock, kardex, puntos, registro y folio.

    ``ahora`` es la hora de la venta: la del servidor, nunca la del teléfono.

    Raises:
        SinPermiso: no es personal de la tienda, o vende a nombre de otro sin ser Administrador.
        ProductoInvalido, Invalido: líneas, cajero, cliente o pagos que no valen.
        StockInsuficiente: con cada línea a la que le falta.
        PrecioDesactualizado: ``total_esperado`` no es el total.
        RequiereAutorizacion, AutorizacionInvalida: un Cajero no puede solo con ese descuento o precio.
        MiscelaneoNoPermitido: hay una línea sin ficha, y la tienda no las vende.
        SinTurno, TurnoCerrado: se paga en efectivo sin turno de caja, o con uno que ya no está.
        PuntosInsuficientes: el cliente no tiene los que se quieren gastar.
    """
    hoy = dia_de(ahora)
    _exigir_hora_razonable(pedido.hora_de_caja, ahora)
    cajero_id, nombre_cajero = _cajero(actor, pedido.id_cajero)
    identificadas = identificar_lineas(pedido.lineas, hoy=hoy)
    with juntas():
        tiendas = TIENDA.pedir(hoy=hoy)
        turnos = TURNO_ABIERTO.pedir(cajero=cajero_id)
        productos = pedir_productos(identificadas.por_bloquear)
    completar_productos(productos, hoy=hoy)
    condiciones = condiciones_de(tiendas)
    if not condiciones.permite_miscelaneo and any(linea.miscelaneo for linea in pedido.lineas):
        raise MiscelaneoNoPermitido
    autorizacion = _autorizacion(actor, pedido, condiciones, ahora)
    turno = turno_para_vender(turnos, id_turno=pedido.id_turno)
    lineas = preparar_lineas(identificadas, productos, hoy=hoy, cobrada=pedido.hora_de_caja)
    cobro = cobrar(
        [linea.cobro for linea in lineas],
        documento=pedido.documento,
        porcentaje=pedido.porcentaje,
        tasa=condiciones.tasa_iva,
    )
    _exigir_total(cobro, pedido.total_esperado)
    pagos = pagar(cobro.total, pedido.pagos, valor_punto=condiciones.valor_punto)
    if condiciones.exige_turno and turno is None and any(p.forma == FormaPago.EFECTIVO for p in pagos):
        raise SinTurno
    with juntas():
        if pedido.id_cliente is not None:
            # Los productos, antes que el cliente, que también otros bloquean.
            bloqueados = pedir_bloqueo(productos)
            mandar()
        cliente = _cliente(pedido.id_cliente, pagos)
        venta = nueva(
            Venta,
            emisor_rut=condiciones.emisor_rut,
            tipo_dte=cobro.tipo_dte.value,
            afecto=cobro.afecto,
            exento=cobro.exento,
            neto=cobro.neto,
            iva=cobro.iva,
            total=cobro.total,
            subtotal=cobro.subtotal,
            fecha_venta=ahora,
            cajero_id=cajero_id,
            nombre_cajero=nombre_cajero,
            cliente_id=cliente.pk if cliente else None,
            nombre_cliente=cliente.nombre_completo if cliente else "",
            tipo_documento=pedido.documento.value,
            numero_documento=pedido.numero_documento,
            porcentaje=pedido.porcentaje,
            forma_pago=forma_principal(pagos).value,
            puntos_ganados=_puntos_ganados(cobro.total, pagos, condiciones) if cliente else 0,
            turno_id=turno.pk if turno else None,
            hora_de_caja=pedido.hora_de_caja,
        )
        insertar([venta])
        if pedido.id_cliente is None:
            # Tras la venta, que nadie más ve: mientras menos se los tenga, más se vende lo que todos llevan.
            bloqueados = pedir_bloqueo(productos)
    poner_al_dia(productos, bloqueados)
    exigir_stock(lineas)
    with juntas(con_la_confirmacion=True):
        detalles = insertar(_detalles(venta, lineas, cobro, condiciones.tasa_iva), con_ids=False)
        hechos = insertar(_pagos(venta, pagos), con_ids=False)
        _sacar_stock(venta, lineas, actor, ahora)
        if cliente is not None:
            _mover_puntos(venta, cliente, pagos, actor, ahora)
        resumir_venta(venta=venta, detalles=detalles, pagos=hechos)
        dejar_constancia(venta=venta, lineas=lineas, autorizacion=autorizacion, actor=actor, ahora=ahora)
        numerar(venta)
    return VentaHecha(venta=venta, detalles=detalles, pagos=hechos)


def _cajero(actor: Actor, id_cajero: int | None) -> tuple[int, str]:
    """Id y nombre de quien queda como vendedor."""
    if not actor.es_personal:
        raise SinPermiso
    if actor.usuario_id is not None and id_cajero in (None, actor.usuario_id):
        return actor.usuario_id, actor.nombre
    if not actor.es_administrador:
        raise SinPermiso("Sólo un Administrador vende a nombre de otra persona", codigo="cajero_ajeno")
    nombre = nombre_de_cajero(id_cajero) if id_cajero is not None else None
    if id_cajero is None or nombre is None:
        raise Invalido(
            codigo="cajero_invalido", errores={"id_cajero": ["No es un Cajero ni Administrador activo"]}
        )
    return id_cajero, nombre


def _autorizacion(
    actor: Actor, pedido: PedidoDeVenta, condiciones: CondicionesDeVenta, ahora: datetime
) -> Autorizacion | None:
    """La que ampara lo que un Cajero no hace solo; la de un precio ampara también el descuento."""
    if actor.es_administrador:
        return None
    if any(linea.precio is not None for linea in pedido.lineas):
        accion, motivo = Accion.PRECIO, "Cambiar el precio de una línea"
    elif pedido.porcentaje > condiciones.limite_descuento:
        accion = Accion.DESCUENTO
        motivo = f"Un descuento sobre {condiciones.limite_descuento} %"
    else:
        return None
    return exigir_autorizacion(
        actor=actor, accion=accion, motivo=motivo, amparo=pedido.amparo, ahora=ahora
    )


def _cliente(id_cliente: int | None, pagos: Sequence[PagoHecho]) -> Usuario | None:
    """El Cliente, bloqueado: sus puntos van a cambiar."""
    if id_cliente is None:
        if any(pago.forma == FormaPago.PUNTOS for pago in pagos):
            raise Invalido(
                codigo="cliente_requerido",
                errores={"id_cliente": ["Para pagar con Puntos hay que decir de qué cliente"]},
            )
        return None
    try:
        cliente = bloquear_cliente(id_cliente)
    except ClienteNoExiste:
        cliente = None
    if cliente is None or cliente.rol != Rol.CLIENTE or cliente.estado != Estado.ACTIVO:
        raise Invalido(codigo="cliente_invalido", errores={"id_cliente": ["No es un Cliente activo"]})
    return cliente


def _exigir_hora_razonable(hora: datetime | None, ahora: datetime) -> None:
    if hora is None or -ADELANTO <= ahora - hora <= SIN_RED_MAXIMO:
        return
    motivo = (
        "Está en el futuro: revise el reloj de la caja" if hora > ahora
        else f"Es de hace más de {SIN_RED_MAXIMO.days} días"
    )
    raise Invalido(codigo="hora_de_caja_invalida", errores={"hora_de_caja": [motivo]})


def _exigir_total(cobro: Cobro, esperado: int | None) -> None:
    if max(cobro.total, cobro.subtotal) > MAXIMO_CLP:
        raise Invalido(codigo="total_excesivo", errores={"productos": ["El total es demasiado grande"]})
    if esperado is not None and esperado != cobro.total:
        raise PrecioDesactualizado(
            errores={"total_esperado": [f"El total es {cobro.total}"]},
            datos={
                "total_con_iva": cobro.total,
                "total_sin_iva": cobro.total_sin_iva,
                "iva": cobro.iva,
            },
        )


def _puntos_ganados(
    total: int, pagos: Sequence[PagoHecho], condiciones: CondicionesDeVenta
) -> int:
    con_puntos = sum(pago.monto for pago in pagos if pago.forma == FormaPago.PUNTOS)
    return puntos_ganados(total, con_puntos, condiciones.pesos_por_punto)


def _detalles(
    venta: Venta, lineas: Sequence[LineaLista], cobro: Cobro, tasa_iva: Decimal
) -> list[DetalleVenta]:
    return [
        nueva(
            DetalleVenta,
            venta_id=venta.id,
            numero=linea.numero,
            producto_id=linea.producto.id,
            nombre=linea.producto.nombre,
            descripcion=linea.producto.descripcion,
            fecha_vencimiento=linea.producto.fecha_vencimiento,
            codigo=linea.codigo,
            unidad=linea.producto.unidad,
            cantidad=linea.cobro.cantidad,
            precio_lista=linea.producto.precio_vigente,
            descuento=linea.descuento,
            precio_unitario=linea.cobro.precio_unitario,
            subtotal=subtotal,
            total=total,
            costo_unitario=linea.producto.costo_promedio,
            exenta=linea.cobro.exenta,
            tasa_iva=CERO if linea.cobro.exenta else tasa_iva,
        )
        for linea, subtotal, total in zip(lineas, cobro.subtotales, cobro.totales, strict=True)
    ]


def _pagos(venta: Venta, pagos: Sequence[PagoHecho]) -> list[Pago]:
    return [
        nueva(
            Pago,
            venta_id=venta.id,
            forma_pago=pago.forma.value,
            monto=pago.monto,
            redondeo=pago.redondeo,
            recibido=pago.recibido,
            vuelto=pago.vuelto,
            puntos=pago.puntos,
        )
        for pago in pagos
    ]


def _sacar_stock(
    venta: Venta, lineas: Sequence[LineaLista], actor: Actor, ahora: datetime
) -> None:
    sale: dict[int, Decimal] = {}
    lineas = [linea for linea in lineas if linea.producto.id is not None]
    for linea in lineas:
        sale[linea.producto.id] = sale.get(linea.producto.id, CERO) + linea.cobro.cantidad
    productos = {linea.producto.id: linea.producto for linea in lineas}
    mover_stock(
        cambios=[Cambio(producto=productos[pk], cantidad=-cantidad) for pk, cantidad in sale.items()],
        tipo=MovimientoStock.Tipo.VENTA,
        actor=actor,
        ahora=ahora,
        documento=(DOCUMENTO, venta.id),
    )


def _mover_puntos(
    venta: Venta, cliente: Usuario, pagos: Sequence[PagoHecho], actor: Actor, ahora: datetime
) -> None:
    gastados = sum(pago.puntos for pago in pagos)
    # Primero se gastan: los que da esta venta no sirven para pagarla.
    for tipo, cantidad in (
        (MovimientoPuntos.Tipo.CANJEADOS, -gastados),
        (MovimientoPuntos.Tipo.GANADOS, venta.puntos_ganados),
    ):
        if cantidad:
            mover_puntos(
                cliente=cliente,
                tipo=tipo,
                cantidad=cantidad,
                actor=actor,
                ahora=ahora,
                documento=(DOCUMENTO, venta.id),
            )
