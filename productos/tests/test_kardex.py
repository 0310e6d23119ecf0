"""El kardex: todo cambio de stock deja su movimiento, y de los movimientos sale el stock y su valor."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from inventario.base.actor import Actor
from productos.kardex import Cambio, StockInsuficiente, bloquear_productos, mover_stock
from productos.models import Categoria, MovimientoStock, Producto
from productos.servicios import DatosProducto, crear_producto

Tipo = MovimientoStock.Tipo


@pytest.fixture
def leche(ana: Any, actor: Callable[[Any], Actor], ahora: datetime) -> Producto:
    Categoria.objects.get_or_create(nombre_normalizado="lacteos", defaults={"nombre": "Lácteos"})
    return crear_producto(
        datos=DatosProducto(
            nombre="Leche", categoria="Lácteos", codigo_barras="LECHE", precio_venta=1190
        ),
        actor=actor(ana),
        ahora=ahora,
    )


def mover(producto: Producto, tipo: Tipo, autor: Actor, ahora: datetime, **cambio: Any) -> Producto:
    with transaction.atomic():
        bloqueado = bloquear_productos([producto.pk])[producto.pk]
        mover_stock(
            cambios=[Cambio(producto=bloqueado, **cambio)], tipo=tipo, actor=autor, ahora=ahora
        )
    return Producto.objects.get(pk=producto.pk)


def test_la_base_devuelve_el_valor_con_todas_sus_cifras(
    leche: Producto, ana: Any, actor: Callable[[Any], Actor], ahora: datetime
) -> None:
    """En SQLite una columna decimal es coma flotante: con 15 cifras esto no cabría."""
    quien = actor(ana)
    mover(leche, Tipo.COMPRA, quien, ahora, cantidad=Decimal("999999.999"), costo_unitario=Decimal(1_999_999))
    hay = mover(leche, Tipo.VENTA, quien, ahora, cantidad=Decimal("-0.001"))
    assert hay.valor_stock == Decimal("999999.998") * 1_999_999
    hay = mover(leche, Tipo.COMPRA, quien, ahora, cantidad=Decimal("0.002"), costo_unitario=Decimal(1))
    hay = mover(leche, Tipo.VENTA, quien, ahora, cantidad=Decimal("-333333.333"))
    assert hay.valor_stock.as_tuple().exponent == -12
    movimientos = list(leche.movimientos.order_by("pk"))
    assert sum(m.valor for m in movimientos) == hay.valor_stock == movimientos[-1].valor_resultante
    assert sum(m.cantidad for m in movimientos) == hay.stock == movimientos[-1].stock_resultante


def test_una_entrada_sin_costo_entra_al_promedio(
    leche: Producto, ana: Any, actor: Callable[[Any], Actor], ahora: datetime
) -> None:
    quien = actor(ana)
    mover(leche, Tipo.COMPRA, quien, ahora, cantidad=Decimal(4), costo_unitario=Decimal(700))
    hay = mover(leche, Tipo.AJUSTE, quien, ahora, cantidad=Decimal(1))
    assert (hay.stock, hay.valor_stock, hay.costo_promedio) == (5, 3500, 700)


def test_una_compra_puede_traer_su_valor_total_y_no_el_unitario(
    leche: Producto, ana: Any, actor: Callable[[Any], Actor], ahora: datetime
) -> None:
    hay = mover(leche, Tipo.COMPRA, actor(ana), ahora, cantidad=Decimal(3), valor=Decimal(1000))
    assert hay.valor_stock == 1000
    assert hay.costo_promedio == Decimal("333.333333")
    assert leche.movimientos.get().costo_unitario == Decimal("333.333333")


def test_el_costo_se_corrige_sin_mover_stock(
    leche: Producto, ana: Any, actor: Callable[[Any], Actor], ahora: datetime
) -> None:
    quien = actor(ana)
    mover(leche, Tipo.COMPRA, quien, ahora, cantidad=Decimal(4), costo_unitario=Decimal(700))
    hay = mover(leche, Tipo.COSTO, quien, ahora, cantidad=Decimal(0), costo_unitario=Decimal(800))
    assert (hay.stock, hay.valor_stock, hay.costo_promedio) == (4, 3200, 800)


def test_una_salida_mayor_que_el_stock_no_escribe_nada(
    leche: Producto, ana: Any, actor: Callable[[Any], Actor], ahora: datetime
) -> None:
    quien = actor(ana)
    mover(leche, Tipo.COMPRA, quien, ahora, cantidad=Decimal(4), costo_unitario=Decimal(700))
    with pytest.raises(StockInsuficiente):
        mover(leche, Tipo.VENTA, quien, ahora, cantidad=Decimal(-5))
    assert Producto.objects.get(pk=leche.pk).stock == 4
    assert leche.movimientos.count() == 1
