"""Lo que se lleva por lotes: una venta no lleva lo vencido y una devolución vuelve a su lote."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from productos.kardex import StockInsuficiente
from productos.models import Producto
from productos.servicios import LotePedido, repartir_en_lotes
from productos.verificacion import verificar_inventario
from usuarios.models import Usuario
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver


@pytest.fixture
def yogur(
    producto: Callable[..., Producto], ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> Producto:
    """4 que vencen pronto, 6 después y 3 que vencieron ayer."""
    ficha = producto("Yogur", codigo="Y-1", stock=13)
    hoy = dia_de(ahora)
    repartir_en_lotes(
        codigo="Y-1",
        lotes=[
            LotePedido(codigo=codigo, vencimiento=hoy + timedelta(days=dias), cantidad=Decimal(cantidad))
            for codigo, dias, cantidad in (("PRONTO", 5, 4), ("LEJOS", 90, 6), ("AYER", -1, 3))
        ],
        actor=actor(ana), ahora=ahora,
    )
    return ficha


def quedan(ficha: Producto) -> dict[str, int]:
    return {lote.codigo: int(lote.stock) for lote in ficha.lotes.all()}


def test_devolver_deja_cada_cosa_en_el_lote_del_que_salio(
    yogur: Producto, venta: Callable[..., VentaHecha], ana: Usuario,
    actor: Callable[[Usuario], Actor], ahora: datetime,
) -> None:
    primera = venta((yogur, 5))
    venta((yogur, 2))
    assert quedan(yogur) == {"PRONTO": 0, "LEJOS": 3, "AYER": 3}

    devolver(
        pedido=PedidoDeDevolucion(id_venta=primera.venta.pk, motivo="Venía abierto"),
        actor=actor(ana), ahora=ahora,
    )

    assert quedan(yogur) == {"PRONTO": 4, "LEJOS": 4, "AYER": 3}
    assert list(verificar_inventario()) == []


def test_la_linea_que_pide_lo_vencido_se_nombra_con_lo_que_si_queda(
    yogur: Producto, venta: Callable[..., Any]
) -> None:
    with pytest.raises(StockInsuficiente) as error:
        venta((yogur, 11))

    assert error.value.errores == {
        "1": ["Stock insuficiente de Yogur: se piden 11 y quedan 10"]
    }
