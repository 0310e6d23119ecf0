"""La copia del catálogo de una caja: entera una vez, y después sólo lo que cambió."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from productos.consultas.caja import MARGEN, MARGEN_MOVIMIENTOS, catalogo_de_caja
from productos.models import MovimientoStock, Producto
from productos.models.kardex import MotivoAjuste
from productos.servicios import ajustar_stock, editar_producto, programar_precio
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db
Fabrica = Callable[..., Producto]


@pytest.fixture
def despues(ahora: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Un rato después, sin mirar hacia atrás: lo de antes ya lo tiene la copia."""
    monkeypatch.setattr("productos.consultas.caja.MARGEN_MOVIMIENTOS", 0)
    return ahora + MARGEN * 2


def test_trae_lo_que_se_vende_con_sus_codigos_y_precio_de_hoy(producto: Fabrica, ahora: datetime) -> None:
    te = producto("Té", codigo="TE-1", codigos_barras=["TE-2"], precio=1_000, descuento=10, stock=7)
    producto("Viejo", estado="Inactivo")
    catalogo = catalogo_de_caja(desde="", ahora=ahora)
    assert catalogo.completo
    (fila,) = catalogo.productos
    assert fila["id_producto"] == te.pk
    assert fila["codigos"] == ["TE-1", "TE-2"]
    assert (fila["precio_venta"], fila["precio_final"], fila["stock"]) == (1_000, 900, 7)


def test_despues_trae_solo_lo_que_cambio(
    producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime, despues: datetime
) -> None:
    quieto, movido, editado, retirado = (producto(n, codigo=n) for n in ("quieto", "movido", "edit", "fuera"))
    marca = catalogo_de_caja(desde="", ahora=despues).marca
    luego = despues + MARGEN * 2
    como = {"actor": actor(ana), "ahora": luego}
    ajustar_stock(codigo="movido", cantidad=Decimal(-1), motivo=MotivoAjuste.MERMA, **como)
    editar_producto(codigo="edit", cambios={"nombre": "Otro nombre"}, **como)
    editar_producto(codigo="fuera", cambios={"estado": "Inactivo"}, **como)
    catalogo = catalogo_de_caja(desde=marca, ahora=luego)
    assert not catalogo.completo
    assert {f["id_producto"]: f["stock"] for f in catalogo.productos} == {movido.pk: 9, editado.pk: 10}
    assert catalogo.retirados == [retirado.pk]
    assert quieto.pk not in catalogo.retirados


def test_lo_que_confirma_tarde_no_se_pierde(producto: Fabrica, ahora: datetime) -> None:
    """La marca mira hacia atrás: un movimiento con id menor puede confirmar después."""
    te = producto()
    ultimo = MovimientoStock.objects.latest("id").pk
    marca = f"{int((ahora + MARGEN * 2).timestamp())}-{ultimo + MARGEN_MOVIMIENTOS - 1}"
    catalogo = catalogo_de_caja(desde=marca, ahora=ahora + MARGEN * 2)
    assert [f["id_producto"] for f in catalogo.productos] == [te.pk]


@pytest.mark.parametrize("marca", ["x", "99999999999999-1", "-1-1", "1-1"])
def test_una_marca_que_no_sirve_trae_todo(producto: Fabrica, ahora: datetime, marca: str) -> None:
    producto()
    assert catalogo_de_caja(desde=marca, ahora=ahora).completo


def test_al_otro_dia_viene_todo_con_los_precios_de_ese_dia(
    producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    producto(codigo="TE-1", precio=1_000)
    manana = ahora + timedelta(days=1)
    programar_precio(codigo="TE-1", precio=1_100, desde=manana.date(), actor=actor(ana), ahora=ahora)
    hoy = catalogo_de_caja(desde="", ahora=ahora)
    otro = catalogo_de_caja(desde=hoy.marca, ahora=manana)
    assert otro.completo
    assert (hoy.productos[0]["precio_final"], otro.productos[0]["precio_final"]) == (1_000, 1_100)


def test_se_pide_comprimido_y_cuesta_lo_mismo_con_uno_que_con_cincuenta(
    producto: Fabrica, carlos: Usuario, api: Callable[[Usuario], APIClient]
) -> None:
    def pedir() -> int:
        with CaptureQueriesContext(connection) as consultas:
            respuesta = api(carlos).get("/caja/catalogo", headers={"Accept-Encoding": "gzip"})
        assert respuesta.status_code == 200
        return len(consultas)

    producto()
    con_uno = pedir()
    for _ in range(49):
        producto()
    respuesta = api(carlos).get("/caja/catalogo", headers={"Accept-Encoding": "gzip"})
    assert respuesta["Content-Encoding"] == "gzip"
    assert pedir() == con_uno
