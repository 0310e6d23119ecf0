"""Lotes: sale primero lo que vence primero, lo vencido no se vende y los lotes suman el stock."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from productos import tasks
from productos.kardex import (
    Cambio,
    DatosLote,
    StockInsuficiente,
    bloquear_productos,
    completar_productos,
    mover_stock,
    pedir_productos,
)
from productos.models import Lote, MovimientoLote, MovimientoStock, Producto
from productos.servicios import LotePedido, editar_producto, repartir_en_lotes
from productos.verificacion import verificar_inventario
from usuarios.models import Notificacion, Usuario

Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]
Tipo = MovimientoStock.Tipo
HOY = date(2026, 11, 24)
PRONTO, LEJOS, AYER = HOY + timedelta(days=5), HOY + timedelta(days=90), HOY - timedelta(days=1)


@pytest.fixture
def mover(ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime) -> Callable[..., Any]:
    def hacer(
        producto: Producto, cantidad: Any, tipo: Tipo = Tipo.VENTA, *, documento: Any = None,
        origen: Any = None, **cambio: Any,
    ) -> None:
        bloqueado = bloquear_productos([producto.pk], hoy=HOY)[producto.pk]
        mover_stock(
            cambios=[Cambio(producto=bloqueado, cantidad=Decimal(cantidad), **cambio)],
            tipo=tipo, actor=actor(ana), ahora=ahora, documento=documento, origen=origen,
        )

    return hacer


@pytest.fixture
def yogur(
    producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> Producto:
    """10 que vencen lejos, 4 pronto y 3 que vencieron ayer."""
    ficha = producto("Yogur", codigo="Y-1", stock=17)
    repartir_en_lotes(
        codigo="Y-1",
        lotes=[
            LotePedido(codigo="L", vencimiento=LEJOS, cantidad=Decimal(10)),
            LotePedido(codigo="P", vencimiento=PRONTO, cantidad=Decimal(4)),
            LotePedido(codigo="A", vencimiento=AYER, cantidad=Decimal(3)),
        ],
        actor=actor(ana), ahora=ahora,
    )
    return ficha


def quedan(producto: Producto) -> dict[str, int]:
    return {lote.codigo: int(lote.stock) for lote in producto.lotes.all() if lote.stock}


@pytest.fixture(autouse=True)
def _siempre_calza(db: None) -> Any:
    yield
    assert list(verificar_inventario()) == []


def test_una_venta_lleva_lo_que_vence_primero_y_nunca_lo_vencido(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    mover(yogur, -6)

    assert quedan(yogur) == {"A": 3, "L": 8}
    yogur.refresh_from_db()
    assert (yogur.stock, yogur.fecha_vencimiento) == (11, AYER)


def test_en_su_ultimo_dia_un_lote_todavia_se_vende(
    producto: Fabrica, mover: Callable[..., Any]
) -> None:
    pan = producto(stock=5, por_lotes=True, fecha_vencimiento=HOY)

    mover(pan, -5)

    assert quedan(pan) == {}


def test_no_se_vende_mas_que_lo_vigente_aunque_el_stock_alcance(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    with pytest.raises(StockInsuficiente) as error:
        mover(yogur, -15)

    assert error.value.errores == {str(yogur.pk): ["Lo que queda de Yogur está vencido"]}
    assert quedan(yogur) == {"A": 3, "P": 4, "L": 10}


def test_lo_vendible_es_el_stock_menos_lo_vencido(yogur: Producto) -> None:
    [vendido] = pedir_productos([yogur.pk])
    completar_productos([vendido], hoy=HOY)

    assert (vendido.stock, vendido.stock_vendible) == (17, 14)


def test_una_merma_se_lleva_primero_lo_vencido(yogur: Producto, mover: Callable[..., Any]) -> None:
    mover(yogur, -5, Tipo.AJUSTE)

    assert quedan(yogur) == {"P": 2, "L": 10}


def test_una_compra_abre_su_lote_o_agranda_el_que_ya_esta(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    for codigo in ("L", "NUEVO"):
        mover(yogur, 2, Tipo.COMPRA, lote=DatosLote(codigo=codigo, vencimiento=LEJOS))

    assert quedan(yogur) == {"A": 3, "P": 4, "L": 12, "NUEVO": 2}


def test_una_compra_que_no_dice_su_lote_entra_a_uno_sin_fecha(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    for _ in range(2):
        mover(yogur, 2, Tipo.COMPRA)

    assert quedan(yogur) == {"A": 3, "P": 4, "L": 10, "": 4}


def test_lo_que_aparece_sin_lote_va_al_vigente_que_vence_primero(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    mover(yogur, 1, Tipo.AJUSTE)

    assert quedan(yogur) == {"A": 3, "P": 5, "L": 10}


def test_una_devolucion_vuelve_a_los_lotes_de_su_venta_sin_pasarse(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    mover(yogur, -6, documento=("venta", 1))
    mover(yogur, -3, documento=("venta", 2))
    assert quedan(yogur) == {"A": 3, "L": 5}

    for _ in range(3):
        mover(yogur, 1, Tipo.DEVOLUCION, documento=("devolucion", 1), origen=("venta", 1))
    assert quedan(yogur) == {"A": 3, "P": 1, "L": 7}
    for _ in range(3):
        mover(yogur, 1, Tipo.DEVOLUCION, documento=("devolucion", 2), origen=("venta", 1))

    assert quedan(yogur) == {"A": 3, "P": 4, "L": 7}


def test_anular_una_compra_saca_de_su_propio_lote(
    yogur: Producto, mover: Callable[..., Any]
) -> None:
    mover(
        yogur, 6, Tipo.COMPRA, documento=("compra", 9), valor=Decimal(600),
        lote=DatosLote(codigo="C", vencimiento=LEJOS + timedelta(days=1)),
    )

    mover(yogur, -6, Tipo.ANULACION_COMPRA, documento=("compra", 9))

    assert quedan(yogur) == {"A": 3, "P": 4, "L": 10}


@pytest.mark.parametrize("cuantos", [1, 50])
def test_vender_por_lotes_cuesta_lo_mismo_sean_cuantos_sean(
    producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime, cuantos: int
) -> None:
    fichas = [
        producto(codigo=f"Y-{n}", stock=3, por_lotes=True, fecha_vencimiento=LEJOS)
        for n in range(cuantos)
    ]
    with CaptureQueriesContext(connection) as consultas:
        productos = bloquear_productos([f.pk for f in fichas], hoy=HOY)
        mover_stock(
            cambios=[Cambio(producto=p, cantidad=Decimal(-1)) for p in productos.values()],
            tipo=Tipo.VENTA, actor=actor(ana), ahora=ahora, documento=("venta", 1),
        )

    # Bloquear, lotes, stock, kardex, stock de los lotes y kardex de los lotes.
    assert len(consultas) == 6


def test_dejar_los_lotes_y_retomarlos_no_pierde_stock(
    yogur: Producto, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    def editar(**cambios: Any) -> None:
        editar_producto(codigo="Y-1", cambios=cambios, actor=actor(ana), ahora=ahora)  # type: ignore

    editar(por_lotes=False)
    assert quedan(yogur) == {}
    editar(stock=Decimal(20), fecha_vencimiento=LEJOS)
    editar(por_lotes=True)

    [lote] = [lote for lote in yogur.lotes.all() if lote.stock]
    assert (lote.stock, lote.vencimiento) == (20, LEJOS)


def test_el_reparto_debe_sumar_el_stock_y_no_repetir_lotes(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="Y-1", stock=10)
    ruta = "/product/barcode/Y-1/lotes"

    def repartir(*lotes: dict[str, Any]) -> int:
        return int(api(ana).put(ruta, {"lotes": lotes}).status_code)

    uno = {"codigo": "a1", "vencimiento": "2199-01-01", "cantidad": 4}
    assert repartir(uno) == 409
    assert repartir(uno, {**uno, "codigo": "A1 ", "cantidad": 6}) == 400
    assert repartir(uno, {"codigo": "ñ", "cantidad": 6}) == 400
    assert repartir({**uno, "cantidad": -4}, {"cantidad": 14}) == 400
    assert repartir({**uno, "cantidad": 3.5}, {"cantidad": 6.5}) == 400
    assert not Lote.objects.exists()
    assert repartir(uno, {"cantidad": 6}) == 200
    assert [(lote["codigo"], lote["stock"], lote["vencido"]) for lote in api(ana).get(ruta).json()] == [
        ("A1", 4, False), ("", 6, False),
    ]
    assert repartir({"codigo": "B", "vencimiento": "2020-01-01", "cantidad": 10}) == 200
    assert [(lote["codigo"], lote["vencido"]) for lote in api(ana).get(ruta).json()] == [("B", True)]
    assert MovimientoStock.objects.count() == 1


def test_la_fecha_de_un_producto_por_lotes_la_ponen_sus_lotes(
    api: Api, ana: Usuario, yogur: Producto
) -> None:
    ficha = api(ana).get("/product/barcode/Y-1").json()

    assert (ficha["por_lotes"], ficha["fecha_vencimiento"]) == (True, str(AYER))
    assert api(ana).put("/product/barcode/Y-1", ficha).status_code == 200
    otra = {**ficha, "fecha_vencimiento": "2199-01-01"}
    assert api(ana).put("/product/barcode/Y-1", otra).status_code == 400


def test_un_ajuste_puede_elegir_su_lote(api: Api, ana: Usuario, yogur: Producto) -> None:
    lejano = yogur.lotes.get(codigo="L")
    ajuste = {"cantidad": -2, "motivo": "merma", "id_lote": lejano.pk}
    ruta = "/product/barcode/Y-1/ajuste"

    assert api(ana).post(ruta, ajuste).status_code == 201
    assert quedan(yogur) == {"A": 3, "P": 4, "L": 8}
    assert api(ana).post(ruta, {**ajuste, "id_lote": 10**9}).status_code == 400
    assert api(ana).post(ruta, {**ajuste, "cantidad": -9}).status_code == 409
    assert MovimientoLote.objects.filter(movimiento__tipo="ajuste").count() == 1


@pytest.mark.django_db(transaction=True)
def test_cada_manana_se_avisa_una_vez_de_lo_vencido_y_lo_que_vence_pronto(
    producto: Fabrica, ana: Usuario, carlos: Usuario
) -> None:
    hoy = dia_de(timezone.now())
    producto("Leche", stock=2, fecha_vencimiento=hoy + timedelta(days=3))
    producto("Pan", stock=2, por_lotes=True, fecha_vencimiento=hoy - timedelta(days=1))
    producto("Atún", stock=2, fecha_vencimiento=hoy + timedelta(days=300))
    producto("Sin stock", stock=0, fecha_vencimiento=hoy)

    assert (tasks.avisar_vencimientos(), tasks.avisar_vencimientos()) == (2, 0)

    aviso = Notificacion.objects.get()
    assert (aviso.usuario, aviso.titulo) == (ana, "1 vencido y 1 por vencer")
    assert "Pan venció el" in aviso.mensaje
    assert "Leche vence el" in aviso.mensaje


def test_el_cajero_ve_lo_que_vence(api: Api, carlos: Usuario, producto: Fabrica) -> None:
    hoy = dia_de(timezone.now())
    producto("Leche", stock=2, fecha_vencimiento=hoy + timedelta(days=3))
    producto("Pan", stock=2, por_lotes=True, fecha_vencimiento=hoy - timedelta(days=1))

    def nombres(**filtro: Any) -> list[tuple[str, bool]]:
        filas = api(carlos).get("/vencimientos", filtro).json()
        return [(fila["nombre"], fila["vencido"]) for fila in filas]

    assert nombres() == [("Pan", True), ("Leche", False)]
    assert nombres(dias=2) == [("Pan", True)]
    assert api(carlos).get("/vencimientos", {"dias": -1}).status_code == 400
