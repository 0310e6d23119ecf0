"""``verificar_inventario``: calla cuando calza y nombra lo que no."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from inventario.base.actor import Actor
from productos import verificacion
from productos.models import MovimientoStock, Producto
from productos.servicios import editar_producto
from usuarios.models import Usuario

Fabrica = Callable[..., Producto]


@pytest.fixture
def arroz(
    producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> Producto:
    """Con varios movimientos, algunos con gramos y costos que no son exactos en coma flotante."""
    queso = producto("Queso", codigo="Q-1", unidad="kg", stock="0.1", costo="0.333333")
    for stock in ("0.3", "0.7", "0.2", "1.1"):
        editar_producto(
            codigo="Q-1", cambios={"stock": Decimal(stock)}, actor=actor(ana), ahora=ahora
        )
    producto("Sin stock", stock=0)
    return queso


def verificar() -> str:
    salida = StringIO()
    call_command("verificar_inventario", stdout=salida)
    return salida.getvalue()


@pytest.mark.parametrize("trozo", [1, 2, 5000])
def test_un_inventario_movido_por_el_kardex_calza(
    arroz: Producto, monkeypatch: pytest.MonkeyPatch, trozo: int
) -> None:
    monkeypatch.setattr(verificacion, "TROZO", trozo)
    assert "2 productos: el stock es lo que dice el kardex" in verificar()


def test_un_stock_cambiado_a_mano_se_nombra(arroz: Producto) -> None:
    Producto.objects.filter(pk=arroz.pk).update(stock=F("stock") + 1)
    salida = StringIO()

    with pytest.raises(CommandError, match="1 de 2 productos no calzan"):
        call_command("verificar_inventario", stdout=salida)

    assert "Queso: stock 2.100, el kardex suma 1.100" in salida.getvalue()


def test_un_movimiento_que_falta_rompe_la_cadena(arroz: Producto) -> None:
    del_medio = MovimientoStock.objects.filter(producto=arroz).order_by("pk")[2]
    del_medio.delete()

    [diferencia] = verificacion.verificar_inventario()

    assert diferencia.producto_id == arroz.pk
    assert any("no sigue del anterior" in problema for problema in diferencia.problemas)


def test_lo_vendido_mientras_se_verifica_no_es_una_diferencia(
    arroz: Producto, monkeypatch: pytest.MonkeyPatch, ana: Usuario,
    actor: Callable[[Usuario], Actor], ahora: datetime,
) -> None:
    recorrer = verificacion._por_trozos

    def con_una_venta_en_medio(filas):
        yield from recorrer(filas)
        if filas.model is MovimientoStock and not filas.query.where.children:
            editar_producto(
                codigo="Q-1", cambios={"stock": Decimal(1)}, actor=actor(ana), ahora=ahora
            )

    monkeypatch.setattr(verificacion, "_por_trozos", con_una_venta_en_medio)
    assert "el stock es lo que dice el kardex" in verificar()
