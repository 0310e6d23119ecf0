"""El admin muestra ventas y devoluciones; ahí nada se agrega, cambia ni borra."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from inventario.base.actor import Actor
from productos.models import Producto
from usuarios.models import Usuario
from ventas.models import CorrelativoFolio, Devolucion, Venta
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver

pytestmark = pytest.mark.django_db


@pytest.fixture
def hecha(
    venta: Callable[..., VentaHecha], producto: Callable[..., Producto], ana: Usuario,
    actor: Callable[[Usuario], Actor], ahora: datetime,
) -> Venta:
    hecha = venta((producto("Té"), 1), (producto("Pan"), 2)).venta
    pedido = PedidoDeDevolucion(id_venta=hecha.pk, motivo="Venía roto")
    devolver(actor=actor(ana), pedido=pedido, ahora=ahora)
    return hecha


@pytest.fixture
def panel(ana: Usuario) -> Client:
    cliente = Client()
    cliente.force_login(ana)
    return cliente


@pytest.mark.parametrize("modelo", [Venta, Devolucion, CorrelativoFolio])
def test_se_listan_y_se_miran(panel: Client, hecha: Venta, modelo: type[Venta]) -> None:
    nombre = f"admin:ventas_{modelo._meta.model_name}"
    assert panel.get(reverse(f"{nombre}_changelist")).status_code == 200
    assert panel.get(reverse(f"{nombre}_changelist"), {"q": "1"}).status_code == 200
    uno = modelo.objects.latest("id")
    assert panel.get(reverse(f"{nombre}_change", args=[uno.pk])).status_code == 200


@pytest.mark.parametrize("modelo", [Venta, Devolucion, CorrelativoFolio])
def test_no_se_agregan_cambian_ni_borran(panel: Client, hecha: Venta, modelo: type[Venta]) -> None:
    nombre = f"admin:ventas_{modelo._meta.model_name}"
    uno = modelo.objects.latest("id")
    assert panel.get(reverse(f"{nombre}_add")).status_code == 403
    assert panel.post(reverse(f"{nombre}_change", args=[uno.pk]), {"folio": 9}).status_code == 403
    assert panel.post(reverse(f"{nombre}_delete", args=[uno.pk]), {"post": "yes"}).status_code == 403
    assert modelo.objects.filter(pk=uno.pk).exists()
