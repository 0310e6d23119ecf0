"""Muchos a la vez: un documento entra una sola vez, y comprar, vender y anular no se traban ni se pierden."""

from collections import Counter
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from compras.models import Compra, ProveedorProducto
from compras.servicios import LineaPedida, PedidoCompra, anular_compra, comprar
from inventario.base.tests.hilos import a_la_vez
from productos.models import MovimientoStock
from productos.verificacion import verificar_inventario
from ventas.reglas.pagos import PagoPedido
from ventas.reglas.tipos import FormaPago
from ventas.servicios import LineaPedida as LineaVenta
from ventas.servicios import PedidoDeVenta, vender

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def compra_suelta(proveedor, autora, ahora):
    """Una tarea que compra ``(producto, cantidad, costo)`` con ese documento."""

    def tarea(documento, *lineas):
        pedido = PedidoCompra(
            id_proveedor=proveedor.pk,
            numero_documento=documento,
            lineas=[
                LineaPedida(id_producto=p.pk, cantidad=Decimal(n), costo_unitario=Decimal(c))
                for p, n, c in lineas
            ],
        )

        def hacer() -> str:
            comprar(pedido=pedido, actor=autora, ahora=ahora)
            return "comprada"

        return hacer

    return tarea


def test_el_mismo_documento_diez_veces_a_la_vez_entra_una(leche, compra_suelta, hay):
    resultados = a_la_vez([compra_suelta("77", (leche, 10, 700))] * 10)
    assert Counter(resultados) == {"comprada": 1, "documento_repetido": 9}
    assert hay(leche) == (10, 700, 7000)
    assert MovimientoStock.objects.count() == 1


def test_la_misma_clave_a_la_vez_compra_una_y_responde_lo_mismo(ana, leche, proveedor, hay):
    cuerpo = {
        "id_proveedor": proveedor.pk, "numero_documento": "77",
        "productos": [{"id_producto": leche.pk, "cantidad": 3, "costo_unitario": 500}],
    }

    def pedir() -> tuple[int, int]:
        cliente = APIClient()
        cliente.force_authenticate(ana)
        respuesta = cliente.post("/compras-detalle", cuerpo, headers={"Idempotency-Key": "una"})
        return respuesta.status_code, respuesta.json().get("id_compra", 0)

    resultados = a_la_vez([pedir] * 8)
    assert set(resultados) == {(201, Compra.objects.get().pk)}
    assert hay(leche)[0] == 3


def test_compras_de_los_mismos_productos_en_distinto_orden_no_se_traban(
    producto, compra_suelta, hay
):
    productos = [producto(f"P{n}", f"P-{n}") for n in range(6)]
    tareas = [
        compra_suelta(str(n), *[(p, 2, 100 + n) for p in (productos if n % 2 else productos[::-1])])
        for n in range(12)
    ]
    assert set(a_la_vez(tareas)) == {"comprada"}
    for p in productos:
        assert hay(p)[0] == 24
        assert hay(p)[2] == sum(2 * (100 + n) for n in range(12))
    assert ProveedorProducto.objects.count() == 6
    assert list(verificar_inventario()) == []


def test_anular_dos_veces_a_la_vez_anula_una(leche, compra_de, autora, ahora, hay):
    compra = compra_de((leche, 10, 700))

    def anular() -> str:
        anular_compra(compra_id=compra.pk, motivo="Doble", actor=autora, ahora=ahora)
        return "anulada"

    assert Counter(a_la_vez([anular] * 6)) == {"anulada": 1, "compra_ya_anulada": 5}
    assert hay(leche)[0] == 0
    assert list(verificar_inventario()) == []


def test_vender_y_anular_a_la_vez_nunca_dejan_vendido_lo_que_no_hay(
    leche, compra_de, autora, ahora, hay
):
    compra = compra_de((leche, 10, 700))

    def anular() -> str:
        anular_compra(compra_id=compra.pk, motivo="Doble", actor=autora, ahora=ahora)
        return "anulada"

    def comprar_una() -> str:
        pedido = PedidoDeVenta(
            lineas=[LineaVenta(id_producto=leche.pk, cantidad=Decimal(1))],
            pagos=[PagoPedido(forma=FormaPago.DEBITO)],
        )
        vender(actor=autora, pedido=pedido, ahora=ahora)
        return "vendida"

    resultados = Counter(a_la_vez([*[comprar_una] * 6, anular]))
    stock = hay(leche)[0]
    if resultados["anulada"]:
        assert (resultados["vendida"], stock) == (0, 0)
    else:
        assert resultados == {"vendida": 6, "compra_ya_vendida": 1}
        assert stock == 4
    assert list(verificar_inventario()) == []
