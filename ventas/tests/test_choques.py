"""Muchos a la vez: nunca se vende lo que no hay, ni se cobra o devuelve dos veces, ni se traban."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from inventario.base.tests.hilos import a_la_vez
from productos.models import MovimientoStock, Producto
from productos.servicios import reajustar_precios
from usuarios.models import Usuario
from ventas.models import CorrelativoFolio, Devolucion, FormaPago, Venta
from ventas.reglas.cobro import cobrar
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    ParteDevuelta,
    PedidoDeDevolucion,
    PedidoDeVenta,
    devolver,
    vender,
)
from ventas.verificacion import problemas_de_ventas

Fabrica = Callable[..., Producto]
DeActor = Callable[[Usuario], Actor]

pytestmark = pytest.mark.django_db(transaction=True)


def pedido(*lineas: tuple[int, int]) -> PedidoDeVenta:
    return PedidoDeVenta(
        lineas=[LineaPedida(id_producto=pk, cantidad=Decimal(c)) for pk, c in lineas],
        pagos=[PagoPedido(forma=FormaPago.EFECTIVO)],
    )


def test_doscientos_intentos_de_vender_las_ultimas_cincuenta_venden_cincuenta(
    producto: Fabrica, carlos: Usuario, actor: DeActor, ahora: datetime
) -> None:
    ultimo = producto(stock=50)
    quien = actor(carlos)

    def intentar() -> str:
        vender(actor=quien, pedido=pedido((ultimo.pk, 1)), ahora=ahora)
        return "vendida"

    resultados = Counter(a_la_vez([intentar] * 200))
    ultimo.refresh_from_db()
    assert resultados == {"vendida": 50, "stock_insuficiente": 150}
    assert ultimo.stock == 0
    assert MovimientoStock.objects.filter(tipo="venta").count() == 50
    assert sorted(Venta.objects.values_list("folio", flat=True)) == list(range(1, 51))
    assert list(problemas_de_ventas()) == []


def test_la_misma_clave_al_mismo_tiempo_cobra_una_vez(
    producto: Fabrica, carlos: Usuario
) -> None:
    te = producto(stock=100)
    cuerpo = {
        "id_forma_pago": 2, "id_tipodocumento": 1, "productos": [{"id_producto": te.pk, "cantidad": 1}],
    }

    def pedir() -> tuple[int, int]:
        cliente = APIClient()
        cliente.force_authenticate(carlos)
        respuesta = cliente.post("/ventas-detalle", cuerpo, headers={"Idempotency-Key": "una"})
        return respuesta.status_code, respuesta.json()["id_venta"]

    resultados = a_la_vez([pedir] * 12)
    assert len(set(resultados)) == 1, resultados
    assert resultados[0][0] == 201
    assert Venta.objects.count() == 1


def test_las_primeras_ventas_de_una_tienda_llegan_juntas_y_se_reparten_los_primeros_folios(
    producto: Fabrica, carlos: Usuario, actor: DeActor, ahora: datetime
) -> None:
    te, cafe = producto("Té", stock=10), producto("Café", stock=10)

    def cobrar_una(cual: Producto) -> int | None:
        return vender(actor=actor(carlos), pedido=pedido((cual.pk, 1)), ahora=ahora).venta.folio

    folios = a_la_vez([lambda cual=cual: cobrar_una(cual) for cual in (te, cafe) * 4])
    assert sorted(folios) == list(range(1, 9))
    numeros = sorted(Venta.objects.values_list("folio", "numero_documento"))
    assert numeros == [(n, str(n)) for n in range(1, 9)]
    assert not list(problemas_de_ventas())


def test_si_el_precio_cambia_mientras_se_cobra_se_cobra_el_nuevo(
    producto: Fabrica, ana: Usuario, carlos: Usuario, actor: DeActor, ahora: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Los productos se leen antes de bloquearlos; en SQLite nadie alcanza a cambiarlos."""
    te = producto(precio=1_000, stock=10)
    vender(actor=actor(carlos), pedido=pedido((producto().pk, 1)), ahora=ahora)

    def cambiar() -> None:
        reajustar_precios(
            esperados={te.pk: 1_000}, porcentaje=Decimal(50), multiplo=1, desde=dia_de(ahora),
            actor=actor(ana), ahora=ahora,
        )
        connection.close()

    cambio = Thread(target=cambiar)
    vueltas: list[int] = []

    def cobrar_despacio(*args: Any, **kwargs: Any) -> Any:
        if not vueltas:
            cambio.start()
            cambio.join(1)
        vueltas.append(1)
        return cobrar(*args, **kwargs)

    monkeypatch.setattr("ventas.servicios.venta.cobrar", cobrar_despacio)
    hecha = vender(actor=actor(carlos), pedido=pedido((te.pk, 2)), ahora=ahora)
    cambio.join()
    te.refresh_from_db()
    esperado = (3_000, 2) if connection.features.has_select_for_update else (2_000, 1)
    assert (hecha.venta.total, len(vueltas)) == esperado
    assert (te.stock, te.precio_venta, Venta.objects.count()) == (8, 1_500, 2)
    assert list(problemas_de_ventas()) == []


@pytest.mark.lento
def test_canastas_al_azar_no_se_traban_ni_pierden_folios(
    producto: Fabrica, ana: Usuario, carlos: Usuario, clara: Usuario, actor: DeActor, ahora: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choques = _contar_repeticiones(monkeypatch)
    productos = [producto(f"P{n}", stock=10_000).pk for n in range(8)]
    azar = random.Random(7)
    quienes = [actor(ana), actor(carlos)]

    def canasta() -> Callable[[], str]:
        lineas = [(pk, azar.randint(1, 3)) for pk in azar.sample(productos, azar.randint(2, 8))]
        pedida = pedido(*lineas)
        quien = azar.choice(quienes)
        if azar.random() < 0.5:
            pedida = PedidoDeVenta(lineas=pedida.lineas, pagos=pedida.pagos, id_cliente=clara.pk)

        def cobrar() -> str:
            vender(actor=quien, pedido=pedida, ahora=ahora)
            return "vendida"

        return cobrar

    # La primera venta crea el correlativo; las demás chocan sólo por lo que siempre chocarán.
    canasta()()
    choques.clear()
    for _ in range(4):
        assert Counter(a_la_vez([canasta() for _ in range(24)])) == {"vendida": 24}
    assert choques == []
    assert CorrelativoFolio.objects.get().ultimo == 97
    assert list(problemas_de_ventas()) == []
    for pk in productos:
        movimientos = MovimientoStock.objects.filter(producto=pk).values_list("cantidad", flat=True)
        assert sum(movimientos) == Producto.objects.get(pk=pk).stock


def _contar_repeticiones(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cada transacción que la base deshizo y hubo que repetir."""
    from inventario.base import operacion

    repetidas: list[str] = []
    original = operacion.es_repetible

    def anotar(error: Any) -> bool:
        repetidas.append(repr(error))
        return original(error)

    monkeypatch.setattr(operacion, "es_repetible", anotar)
    return repetidas


def test_el_primer_folio_pedido_por_muchos_a_la_vez_es_uno_solo(
    producto: Fabrica, carlos: Usuario, actor: DeActor, ahora: datetime
) -> None:
    productos = [producto(f"P{n}").pk for n in range(16)]
    quien = actor(carlos)

    def intentar(pk: int) -> Callable[[], int | None]:
        return lambda: vender(actor=quien, pedido=pedido((pk, 1)), ahora=ahora).venta.folio

    assert sorted(a_la_vez([intentar(pk) for pk in productos])) == list(range(1, 17))


def test_dos_devoluciones_a_la_vez_nunca_devuelven_mas_de_lo_vendido(
    producto: Fabrica, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    te, pan = producto(stock=100), producto("Pan", stock=100)
    quien = actor(ana)
    hecha = vender(actor=quien, pedido=pedido((te.pk, 5), (pan.pk, 5)), ahora=ahora).venta

    def devolver_una(pk: int) -> Callable[[], str]:
        parte = ParteDevuelta(id_producto=pk, cantidad=Decimal(1))
        vuelta = PedidoDeDevolucion(id_venta=hecha.pk, motivo="x", partes=[parte])

        def pedir() -> str:
            devolver(actor=quien, pedido=vuelta, ahora=ahora)
            return "devuelta"

        return pedir

    resultados = Counter(a_la_vez([devolver_una(pk) for pk in (te.pk, pan.pk) * 10]))
    hecha.refresh_from_db()
    te.refresh_from_db()
    pan.refresh_from_db()
    assert resultados == {"devuelta": 10, "devolucion_excede": 10}
    assert (te.stock, pan.stock, hecha.devuelto) == (100, 100, hecha.total)
    assert sorted(Devolucion.objects.values_list("folio", flat=True)) == list(range(1, 11))
    assert list(problemas_de_ventas()) == []


@pytest.mark.lento
def test_vender_y_devolver_a_la_vez_no_se_traban(
    producto: Fabrica, ana: Usuario, clara: Usuario, actor: DeActor, ahora: datetime
) -> None:
    productos = [producto(f"P{n}", stock=1_000).pk for n in range(5)]
    quien = actor(ana)
    lineas = [(pk, 1) for pk in productos]
    hechas = [
        vender(
            actor=quien, ahora=ahora,
            pedido=PedidoDeVenta(
                lineas=pedido(*lineas[::orden]).lineas, id_cliente=clara.pk,
                pagos=[PagoPedido(forma=FormaPago.DEBITO)],
            ),
        ).venta.pk
        for orden in (1, -1) * 8
    ]
    tareas: list[Callable[[], Any]] = [
        lambda pk=pk: devolver(
            actor=quien, pedido=PedidoDeDevolucion(id_venta=pk, motivo="x"), ahora=ahora
        ).devolucion.total
        for pk in hechas
    ]
    tareas += [
        lambda orden=orden: vender(actor=quien, pedido=pedido(*lineas[::orden]), ahora=ahora).venta.total
        for orden in (1, -1) * 8
    ]
    assert Counter(a_la_vez(tareas)) == {5_000: 32}
    assert set(Producto.objects.values_list("stock", flat=True)) == {984}
    assert list(problemas_de_ventas()) == []
