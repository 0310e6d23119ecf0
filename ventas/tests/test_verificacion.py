"""``verificar_ventas`` calla si todo cuadra, y dice qué falla cuando se rompe a propósito."""

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventario.base.actor import Actor
from productos.models import MovimientoStock, Producto, Unidad
from usuarios.models import Usuario
from ventas.models import (
    CorrelativoFolio,
    DetalleVenta,
    Devolucion,
    Pago,
    Reembolso,
    Venta,
)
from ventas.servicios import ParteDevuelta, PedidoDeDevolucion, VentaHecha, devolver
from ventas.verificacion import problemas_de_ventas

pytestmark = pytest.mark.django_db


@pytest.fixture
def hechas(
    venta: Callable[..., VentaHecha], producto: Callable[..., Producto], ana: Usuario,
    actor: Callable[[Usuario], Actor], ahora: datetime,
) -> list[Venta]:
    """Tres ventas con gramos; la primera devuelta en dos partes."""
    jamon = producto(precio=5_990, stock=100, unidad=Unidad.KILO)
    ventas = [venta((jamon, "0.3"), (jamon, "0.345")).venta for _ in range(3)]
    for cantidad in ("0.1", "0.2"):
        partes = [ParteDevuelta(id_producto=jamon.pk, cantidad=Decimal(cantidad))]
        pedido = PedidoDeDevolucion(id_venta=ventas[0].pk, motivo="x", partes=partes)
        devolver(actor=actor(ana), pedido=pedido, ahora=ahora)
    return ventas


def verificar() -> str:
    salida = StringIO()
    with pytest.raises(CommandError):
        call_command("verificar_ventas", stdout=salida)
    return salida.getvalue()


def test_calla_cuando_todo_cuadra(hechas: list[Venta]) -> None:
    salida = StringIO()
    call_command("verificar_ventas", stdout=salida)
    assert salida.getvalue().startswith("Las ventas cuadran")


def test_un_folio_que_falta(hechas: list[Venta]) -> None:
    Venta.objects.filter(folio=2).update(folio=7)
    assert "folios 39: faltan del 2 al 2" in verificar()
    Venta.objects.filter(folio=7).update(folio=None)
    assert f"venta {hechas[1].pk}: no tiene folio" in verificar()


def test_un_correlativo_adelantado(hechas: list[Venta]) -> None:
    CorrelativoFolio.objects.filter(tipo_dte=61).update(ultimo=9)
    CorrelativoFolio.objects.create(emisor_rut="1", tipo_dte=33, ultimo=1)
    salida = verificar()
    assert "folios 61: el último es 2 y el correlativo dice 9" in salida
    assert "folios 33: el correlativo dice 1 y no hay documentos" in salida


def test_montos_que_no_suman(hechas: list[Venta]) -> None:
    Pago.objects.filter(venta=hechas[0]).update(monto=1)
    DetalleVenta.objects.filter(venta=hechas[1], numero=1).update(total=1)
    Venta.objects.filter(pk=hechas[2].pk).update(devuelto=5)
    Reembolso.objects.filter(devolucion=Devolucion.objects.earliest("id")).update(monto=2)
    salida = verificar()
    assert f"venta {hechas[0].pk}: el total es 3864 y sus pagos suman 1" in salida
    assert f"venta {hechas[1].pk}: el total es 3864 y sus líneas suman" in salida
    assert f"venta {hechas[2].pk}: dice 5 devueltos y sus notas de crédito suman 0" in salida
    assert "sus reembolsos suman 2" in salida
    assert "por la forma de pago 2 entraron 1 y volvieron" in salida


def test_cantidades_y_kardex_que_no_suman(hechas: list[Venta]) -> None:
    linea = hechas[0].detalles.get(numero=1)
    DetalleVenta.objects.filter(pk=linea.pk).update(cantidad_devuelta="0.299")
    MovimientoStock.objects.filter(documento_tipo="venta", documento_id=hechas[1].pk).update(cantidad=-1)
    salida = verificar()
    assert f"línea {linea.pk}: dice 0.299 devueltos y sus devoluciones suman 0.3" in salida
    assert f"venta {hechas[1].pk}: sus líneas suman 0.645 y su kardex 1" in salida


@pytest.mark.django_db(transaction=True)
def test_una_venta_que_confirma_a_media_comprobacion_no_parece_un_folio_de_mas(
    venta: Callable[..., VentaHecha], producto: Callable[..., Producto]
) -> None:
    pan = producto(stock=50)
    venta((pan, 1))
    otras: list[threading.Thread] = []

    def otra_caja() -> None:
        try:
            venta((pan, 1))
        finally:
            connection.close()

    def vender_en_medio(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        resultado = execute(sql, params, many, context)
        if "ventas_correlativofolio" in sql and not otras:
            otras.append(threading.Thread(target=otra_caja))
            otras[0].start()
            # En SQLite espera a que la comprobación termine.
            otras[0].join(2)
        return resultado

    with connection.execute_wrapper(vender_en_medio):
        problemas = list(problemas_de_ventas())
    otras[0].join()
    assert problemas == []
    assert Venta.objects.count() == 2
