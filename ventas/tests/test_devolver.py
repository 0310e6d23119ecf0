"""Devolver: nunca más de lo vendido, el espejo exacto de lo cobrado, y sólo quien puede."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from inventario.base.actor import Actor
from inventario.base.errores import SinPermiso
from inventario.base.models import Tienda
from productos.models import MovimientoStock, Producto, Unidad
from registros.models import Registro
from usuarios.models import Estado, MovimientoPuntos, Notificacion, Usuario
from ventas.models import Devolucion, FormaPago, TipoDTE, Venta
from ventas.reglas.devolucion import DevolucionExcede, LineaNoVendida, NadaPorDevolver
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    DevolucionHecha,
    ParteDevuelta,
    PedidoDeDevolucion,
    VentaHecha,
    VentaNoExiste,
    devolver,
)

Vender = Callable[..., VentaHecha]
Devolver = Callable[..., DevolucionHecha]
Fabrica = Callable[..., Producto]

pytestmark = pytest.mark.django_db


@pytest.fixture
def devolucion(
    actor: Callable[[Usuario], Actor], carlos: Usuario, ahora: datetime
) -> Devolver:
    """``devolucion(hecha, (pan, 2), quien=ana)``; sin líneas, toda."""

    def hacer(
        hecha: VentaHecha,
        *partes: tuple[Producto, int | str],
        quien: Usuario = carlos,
        cuando: datetime = ahora + timedelta(hours=1),
    ) -> DevolucionHecha:
        pedido = PedidoDeDevolucion(
            id_venta=hecha.venta.pk,
            motivo="Venía vencido",
            partes=[ParteDevuelta(id_producto=p.pk, cantidad=Decimal(c)) for p, c in partes],
        )
        return devolver(actor=actor(quien), pedido=pedido, ahora=cuando)

    return hacer


def test_entera_es_el_espejo_de_la_venta(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    te, pan = producto(precio=1_190), producto("Pan", precio=103)
    hecha = venta((te, 2), (pan, 3), porcentaje=Decimal("7.5"))
    nota = devolucion(hecha).devolucion
    hecha.venta.refresh_from_db()
    te.refresh_from_db()
    assert (nota.neto, nota.iva, nota.total) == (hecha.venta.neto, hecha.venta.iva, hecha.venta.total)
    assert (nota.tipo_dte, nota.folio) == (TipoDTE.NOTA_CREDITO, 1)
    assert (hecha.venta.devuelto, te.stock) == (hecha.venta.total, 10)


def test_vuelve_al_kardex_al_costo_con_que_salio(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    te = producto(stock=10, costo=500)
    hecha = venta((te, 4))
    nota = devolucion(hecha, (te, 1)).devolucion
    movimiento = MovimientoStock.objects.latest("id")
    assert (movimiento.tipo, movimiento.cantidad, movimiento.costo_unitario) == ("devolucion", 1, 500)
    assert (movimiento.documento_tipo, movimiento.documento_id) == ("devolucion", nota.pk)
    assert (movimiento.stock_resultante, movimiento.motivo) == (7, "Venía vencido")


def test_en_partes_suma_exactamente_lo_cobrado(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    te = producto(precio=333, stock=10)
    hecha = venta((te, 3), (te, 4), porcentaje=Decimal(10))
    notas = [devolucion(hecha, (te, n)).devolucion for n in (1, 4, 1, 1)]
    hecha.venta.refresh_from_db()
    assert [n.folio for n in notas] == [1, 2, 3, 4]
    assert sum(n.total for n in notas) == hecha.venta.total == hecha.venta.devuelto
    assert sum(n.neto for n in notas) == hecha.venta.neto
    assert list(hecha.venta.detalles.values_list("cantidad_devuelta", flat=True)) == [3, 4]
    with pytest.raises(NadaPorDevolver):
        devolucion(hecha)


def test_nunca_mas_de_lo_vendido(venta: Vender, devolucion: Devolver, producto: Fabrica) -> None:
    te = producto()
    hecha = venta((te, 3))
    devolucion(hecha, (te, 2))
    with pytest.raises(DevolucionExcede) as fallo:
        devolucion(hecha, (te, 2))
    assert fallo.value.errores == {"1": ["Quedan 1 por devolver"]}
    te.refresh_from_db()
    assert (te.stock, Devolucion.objects.count()) == (9, 1)


def test_lo_que_no_se_vendio_no_se_devuelve(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    with pytest.raises(LineaNoVendida) as fallo:
        devolucion(venta((producto(), 1)), (producto("Otro"), 1))
    assert fallo.value.errores == {"1": ["Eso no está en la venta"]}


def test_una_venta_que_no_existe(devolucion: Devolver) -> None:
    with pytest.raises(VentaNoExiste):
        devolucion(VentaHecha(venta=Venta(pk=999_999), detalles=[], pagos=[]))


def test_se_nombra_por_codigo_o_por_numero_de_linea(
    venta: Vender, producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    te, pan = producto(codigo="TE-1"), producto("Pan")
    hecha = venta((te, 2), (pan, 2))
    partes = [
        ParteDevuelta(codigo_barras="te-1", cantidad=Decimal(1)),
        ParteDevuelta(numero_linea=2, cantidad=Decimal(1)),
    ]
    pedido = PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="x", partes=partes)
    vuelta = devolver(actor=actor(ana), pedido=pedido, ahora=ahora)
    assert [d.detalle.nombre for d in vuelta.detalles] == ["Arroz grado 1", "Pan"]
    malo = PedidoDeDevolucion(
        id_venta=hecha.venta.pk, motivo="x",
        partes=[ParteDevuelta(codigo_barras="NADIE", cantidad=Decimal(1))],
    )
    with pytest.raises(LineaNoVendida):
        devolver(actor=actor(ana), pedido=malo, ahora=ahora)


def test_los_gramos_vuelven_al_gramo(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    jamon = producto(precio=5_990, stock=5, unidad=Unidad.KILO)
    hecha = venta((jamon, "0.345"))
    primera = devolucion(hecha, (jamon, "0.1")).devolucion
    segunda = devolucion(hecha).devolucion
    jamon.refresh_from_db()
    assert primera.total + segunda.total == 2_067
    assert jamon.stock == 5


def test_el_dinero_vuelve_por_donde_vino(
    venta: Vender, devolucion: Devolver, producto: Fabrica, clara: Usuario
) -> None:
    Tienda.objects.update(valor_punto=10)
    te = producto(precio=996, stock=100)
    venta((te, 50), id_cliente=clara.pk)
    hecha = venta(
        (te, 2),
        id_cliente=clara.pk,
        pagos=[
            PagoPedido(forma=FormaPago.EFECTIVO, monto=996), PagoPedido(forma=FormaPago.PUNTOS, monto=505),
            PagoPedido(forma=FormaPago.DEBITO, monto=491),
        ],
    )
    primera = devolucion(hecha, (te, 1))
    segunda = devolucion(hecha, (te, 1))
    assert [(r.forma_pago, r.monto, r.redondeo, r.puntos) for r in primera.reembolsos] == [
        (FormaPago.PUNTOS, 505, 0, 51), (FormaPago.DEBITO, 491, 0, 0),
    ]
    assert [(r.forma_pago, r.monto, r.redondeo) for r in segunda.reembolsos] == [
        (FormaPago.EFECTIVO, 996, 4)
    ]


def test_los_puntos_ganados_se_quitan_y_los_gastados_vuelven(
    venta: Vender, devolucion: Devolver, producto: Fabrica, clara: Usuario
) -> None:
    te = producto(precio=1_000, stock=100)
    venta((te, 10), id_cliente=clara.pk)
    hecha = venta(
        (te, 3), id_cliente=clara.pk,
        pagos=[
            PagoPedido(forma=FormaPago.PUNTOS, monto=100), PagoPedido(forma=FormaPago.CREDITO, monto=2_900),
        ],
    )
    clara.refresh_from_db()
    assert clara.puntos == 29
    vueltas = [devolucion(hecha, (te, 1)) for _ in range(3)]
    clara.refresh_from_db()
    assert clara.puntos == 100
    assert [v.devolucion.puntos_quitados for v in vueltas] == [9, 10, 10]
    assert list(
        MovimientoPuntos.objects.filter(documento_tipo="devolucion").order_by("id").values_list(
            "tipo", "cantidad"
        )
    ) == [("reintegro", 100), ("reversa", -9), ("reversa", -10), ("reversa", -10)]


def test_los_puntos_ya_gastados_no_dejan_saldo_negativo(
    venta: Vender, devolucion: Devolver, producto: Fabrica, clara: Usuario
) -> None:
    te = producto(precio=1_000, stock=100)
    hecha = venta((te, 10), id_cliente=clara.pk)
    venta(
        (te, 1), id_cliente=clara.pk,
        pagos=[PagoPedido(forma=FormaPago.PUNTOS, monto=90), PagoPedido(forma=FormaPago.DEBITO, monto=910)],
    )
    vuelta = devolucion(hecha)
    clara.refresh_from_db()
    assert (clara.puntos, vuelta.devolucion.puntos_quitados, vuelta.puntos_no_recuperados) == (0, 19, 81)
    assert "81 puntos" in Registro.objects.get(tipo="devolucion").descripcion


def test_se_devuelve_aunque_el_cliente_ya_no_este_activo(
    venta: Vender, devolucion: Devolver, producto: Fabrica, clara: Usuario
) -> None:
    hecha = venta((producto(), 1), id_cliente=clara.pk)
    Usuario.objects.filter(pk=clara.pk).update(estado=Estado.INACTIVO)
    assert devolucion(hecha).devolucion.total == 1_000


def test_un_cajero_devuelve_lo_suyo_y_en_el_dia(
    venta: Vender, devolucion: Devolver, producto: Fabrica, ana: Usuario, carlos: Usuario,
    clara: Usuario, ahora: datetime,
) -> None:
    te = producto()
    suya, ajena = venta((te, 3), id_cliente=clara.pk), venta((te, 3), quien=ana)
    manana = ahora + timedelta(days=1)
    for hecha, quien, cuando in (
        (ajena, carlos, ahora), (suya, carlos, manana), (suya, clara, ahora),
    ):
        with pytest.raises(SinPermiso):
            devolucion(hecha, (te, 1), quien=quien, cuando=cuando)
    devolucion(suya, (te, 1))
    devolucion(suya, (te, 1), quien=ana, cuando=manana)


def test_regalado_vuelve_el_stock_y_ningun_peso(
    venta: Vender, devolucion: Devolver, producto: Fabrica
) -> None:
    te = producto()
    vuelta = devolucion(venta((te, 2), porcentaje=Decimal(100)))
    te.refresh_from_db()
    assert (vuelta.devolucion.total, list(vuelta.reembolsos), te.stock) == (0, [], 10)


def test_anular_una_venta_entera_avisa_a_quien_administra_y_a_su_cajero(
    ana, carlos, producto, venta, actor, ahora
):
    te = producto("Té", precio=1_190)
    hecha = venta((te, 2)).venta
    parcial = PedidoDeDevolucion(
        id_venta=hecha.pk, motivo="Rota", partes=[ParteDevuelta(numero_linea=1, cantidad=Decimal(1))]
    )
    devolver(actor=actor(carlos), pedido=parcial, ahora=ahora)
    assert not Notificacion.objects.exists()
    devolver(actor=actor(carlos), pedido=replace(parcial, partes=()), ahora=ahora)
    avisos = Notificacion.objects.order_by("usuario")
    assert {a.usuario_id for a in avisos} == {ana.pk, carlos.pk}
    assert avisos[0].tipo == "venta_anulada"
    assert avisos[0].datos["id_venta"] == hecha.pk
    assert "$2.380" in avisos[0].mensaje
