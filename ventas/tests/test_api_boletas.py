"""Boletas y rankings por HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from productos.models import Producto
from usuarios.models import Usuario
from ventas.models import TipoDocumento, Venta
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
Api = Callable[[Usuario | None], APIClient]

pytestmark = pytest.mark.django_db


def test_la_boleta_dice_lo_de_aquel_dia(
    api: Api, carlos: Usuario, clara: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te = producto("Té", precio=1_190, descripcion="En hojas")
    hecha = venta((te, 2), id_cliente=clara.pk, porcentaje=Decimal(10)).venta
    Producto.objects.update(nombre="Otro")
    Usuario.objects.filter(pk=clara.pk).update(nombre="Otra")
    datos = api(clara).get(f"/boleta/{hecha.pk}").json()
    assert datos.pop("msg")
    esperada = {
        "fecha_venta": "2026-11-24T12:00:00-03:00", "total_sin_iva": 1_800, "total_con_iva": 2_142,
        "numero_documento": "1", "porcentaje": 10, "cliente": "Clara Núñez",
        "cajero": "Carlos Cáceres", "forma_pago": "efectivo", "tipo_documento": "boleta", "folio": 1,
    }
    assert datos["venta"].items() >= esperada.items()
    assert datos["productos"] == [
        {
            "cantidad": 2, "nombre": "Té", "descripcion": "En hojas", "fecha_vencimiento": None,
            "precio_unitario": 1_190, "subtotal": 2_380,
        }
    ]


def test_las_boletas_son_las_mismas_en_una_lista(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te = producto()
    ids = [venta((te, 1), documento=d).venta.pk for d in TipoDocumento]
    lista = api(ana).get("/boletas").json()
    assert [b["venta"]["tipo_documento"] for b in lista] == ["factura", "boleta"]
    for id_venta, boleta in zip(reversed(ids), lista, strict=True):
        sola = api(ana).get(f"/boleta/{id_venta}").json()
        sola.pop("msg")
        assert boleta == sola


@pytest.mark.parametrize(("ruta", "consultas"), [("/boletas", 4), ("/ventas", 2), ("/detalleventa", 2)])
def test_las_listas_cuestan_lo_mismo_con_una_que_con_cincuenta(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender,
    django_assert_num_queries: DjangoAssertNumQueries, ruta: str, consultas: int,
) -> None:
    te = producto(stock=100)
    cliente = api(ana)
    venta((te, 1))
    with django_assert_num_queries(consultas):
        cliente.get(ruta)
    for _ in range(49):
        venta((te, 1))
    with django_assert_num_queries(consultas):
        assert len(cliente.get(ruta).json()) == 50


def test_sin_ventas_no_hay_mejores(api: Api, carlos: Usuario) -> None:
    for ruta in ("/best-sale-of-week", "/best-seller-of-month"):
        respuesta = api(carlos).get(ruta)
        assert respuesta.status_code == 404
        assert respuesta.json()["msg"]
    assert api(carlos).get("/top-users-by-sales").json() == []


def test_la_mejor_venta_de_la_semana_no_cuenta_lo_devuelto(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender, actor: Callable[[Usuario], Actor]
) -> None:
    te, ahora = producto(precio=1_000, stock=100), timezone.now()
    venta((te, 50), cuando=ahora - timedelta(days=8))
    mejor, devuelta = venta((te, 5), cuando=ahora).venta, venta((te, 9), cuando=ahora).venta
    pedido = PedidoDeDevolucion(id_venta=devuelta.pk, motivo="x")
    devolver(actor=actor(ana), pedido=pedido, ahora=ahora)
    datos = api(ana).get("/best-sale-of-week").json()
    assert (datos["id_venta"], datos["monto"], datos["vendedor"]) == (mejor.pk, 5_000, "Carlos Cáceres")
    assert datetime.fromisoformat(datos["fecha_venta"]) == ahora


def test_el_mejor_vendedor_del_mes(
    api: Api, ana: Usuario, carlos: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te, ahora = producto(precio=1_000, stock=100), timezone.now()
    venta((te, 60), quien=ana, cuando=ahora - timedelta(days=32))
    for _ in range(2):
        venta((te, 5), quien=carlos, cuando=ahora)
    venta((te, 9), quien=ana, cuando=ahora)
    datos: dict[str, Any] = api(carlos).get("/best-seller-of-month").json()
    assert datos.pop("msg")
    assert datos == {"vendedor": "Carlos Cáceres", "total_ventas": 10_000, "numero_ventas": 2}
    assert api(carlos).get("/top-users-by-sales").json() == [
        {"nombre_completo": "Ana Araya", "total_ventas": 69_000},
        {"nombre_completo": "Carlos Cáceres", "total_ventas": 10_000},
    ]


def test_los_rankings_son_del_personal(api: Api, clara: Usuario) -> None:
    for ruta in ("/best-sale-of-week", "/best-seller-of-month", "/top-users-by-sales"):
        assert api(clara).get(ruta).status_code == 403
        assert api(None).get(ruta).status_code == 401
    assert Venta.objects.count() == 0
