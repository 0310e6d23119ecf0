"""Anular una compra deja stock y costo como si no hubiera existido, o se niega si algo ya se vendió."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compras.models import Compra
from compras.servicios import CompraYaAnulada, CompraYaVendida, anular_compra
from productos.historia import desde_la_nada
from productos.models import Lote, MovimientoStock, Producto
from registros.models import Registro

Tipo = MovimientoStock.Tipo


@pytest.fixture
def anular(autora, ahora) -> Callable[[Compra], Compra]:
    def anular(compra: Compra) -> Compra:
        return anular_compra(
            compra_id=compra.pk, motivo="Se digitó mal", actor=autora, ahora=ahora
        )

    return anular


def kardex_cuadra(producto: Producto) -> bool:
    fila = Producto.objects.get(pk=producto.pk)
    movimientos = list(MovimientoStock.objects.filter(producto=producto))
    contado = desde_la_nada(producto.pk)
    return (
        sum(m.cantidad for m in movimientos) == fila.stock == contado.stock
        and sum(m.valor for m in movimientos) == fila.valor_stock == contado.valor
        and contado.costo == fila.costo_promedio
    )


def test_anular_la_segunda_compra_devuelve_el_costo_de_la_primera(leche, compra_de, anular, hay):
    compra_de((leche, 10, 100))
    segunda = compra_de((leche, 10, 200))
    assert hay(leche) == (20, 150, 3000)
    anular(segunda)
    assert hay(leche) == (10, 100, 1000)
    assert kardex_cuadra(leche)


def test_anular_la_unica_compra_deja_el_producto_como_recien_creado(leche, compra_de, anular, hay):
    anular(compra_de((leche, 10, 20_000)))
    assert hay(leche) == (0, 0, 0)
    assert kardex_cuadra(leche)


def test_lo_vendido_entretanto_sale_del_resto(leche, compra_de, mover, anular, hay):
    """10 a 100 y 10 a 200; se venden 5 (a 150, y así queda). Sin la segunda quedan 5 a 100."""
    compra_de((leche, 10, 100))
    segunda = compra_de((leche, 10, 200))
    assert mover(leche, -5) == 150
    anular(segunda)
    assert hay(leche) == (5, 100, 500)
    assert kardex_cuadra(leche)


def test_si_el_resto_se_vendio_entero_no_queda_nada(leche, compra_de, mover, anular, hay):
    compra_de((leche, 10, 100))
    segunda = compra_de((leche, 10, 200))
    mover(leche, -10)
    anular(segunda)
    assert hay(leche) == (0, 100, 0)
    assert kardex_cuadra(leche)


def test_una_compra_ya_vendida_no_se_anula_y_dice_que_productos(
    leche, producto, compra_de, mover, anular, hay
):
    pan = producto("Pan", "PAN")
    compra = compra_de((leche, 10, 100), (pan, 5, 200))
    mover(leche, -3)
    with pytest.raises(CompraYaVendida) as error:
        anular(compra)
    assert error.value.errores == {"Leche": ["De Leche se compraron 10 y quedan 7"]}
    assert hay(leche) == (7, 100, 700)
    assert hay(pan) == (5, 200, 1000)
    compra.refresh_from_db()
    assert compra.anulada is None


def test_otra_compra_no_repone_lo_que_de_esta_se_vendio(leche, compra_de, mover, anular):
    """Hay 10 en la repisa, pero son otros: los de la primera se vendieron todos."""
    primera = compra_de((leche, 10, 100))
    mover(leche, -10)
    compra_de((leche, 10, 200))
    with pytest.raises(CompraYaVendida) as error:
        anular(primera)
    assert error.value.errores == {"Leche": ["De Leche se compraron 10 y quedan 0"]}


def test_lo_que_se_devolvio_si_repone(leche, compra_de, mover, anular, hay):
    compra = compra_de((leche, 10, 100))
    costo = mover(leche, -4)
    mover(leche, 4, Tipo.DEVOLUCION, costo_unitario=costo)
    anular(compra)
    assert hay(leche) == (0, 0, 0)
    assert kardex_cuadra(leche)


def test_devolver_una_venta_no_deja_el_costo_de_una_compra_que_ya_no_existe(
    leche, compra_de, mover, anular, hay
):
    """La venta salió a 150; al anular la compra de 200, lo devuelto vuelve a valer 100."""
    compra_de((leche, 10, 100))
    segunda = compra_de((leche, 10, 200))
    costo = mover(leche, -10)
    mover(leche, 10, Tipo.DEVOLUCION, costo_unitario=costo)
    anular(segunda)
    assert hay(leche) == (10, 100, 1000)
    assert kardex_cuadra(leche)


def test_anular_en_cualquier_orden_deja_lo_mismo(producto, compra_de, mover, anular, hay):
    quedo = []
    for orden in ((0, 1), (1, 0)):
        te = producto(f"Té {orden}", f"TE-{orden[0]}")
        compra_de((te, 10, 100))
        anulables = [compra_de((te, 7, 220))]
        mover(te, -3)
        anulables.append(compra_de((te, 5, 60)))
        mover(te, -4)
        compra_de((te, 8, 130))
        mover(te, -2)
        for n in orden:
            anular(anulables[n])
            assert kardex_cuadra(te)
        quedo.append(hay(te))
    assert quedo[0] == quedo[1]
    # Sin las anuladas: 10 a 100, menos 7, más 8 a 130, menos 2.
    assert quedo[0][:2] == (9, Decimal("121.818182"))


def test_el_costo_corregido_a_mano_se_respeta(leche, compra_de, mover, anular, hay):
    compra_de((leche, 10, 100))
    segunda = compra_de((leche, 10, 200))
    mover(leche, 0, Tipo.COSTO, costo_unitario=Decimal(120))
    anular(segunda)
    assert hay(leche) == (10, 120, 1200)
    assert kardex_cuadra(leche)


def test_dos_lineas_del_mismo_producto_se_anulan_juntas(leche, compra_de, anular, hay):
    compra_de((leche, 2, 50))
    anular(compra_de((leche, 3, 100), (leche, 4, 300)))
    assert hay(leche) == (2, 50, 100)
    assert kardex_cuadra(leche)


def test_el_documento_anulado_se_puede_ingresar_de_nuevo(leche, compra_de, anular):
    anular(compra_de((leche, 10, 100), documento="77"))
    anular(compra_de((leche, 10, 110), documento="77"))
    compra_de((leche, 10, 120), documento="77")
    assert Compra.objects.filter(anulada__isnull=True).count() == 1


def test_una_compra_se_anula_una_sola_vez(leche, compra_de, anular):
    compra = compra_de((leche, 10, 100))
    compra_de((leche, 10, 100))
    anular(compra)
    with pytest.raises(CompraYaAnulada):
        anular(compra)


def test_con_lotes_basta_que_falte_del_suyo(
    api, ana, producto, proveedor, compra_de, mover, anular
):
    """Quedan 15 en la repisa, pero del lote de la primera compra se vendieron 5."""
    yogur = producto("Yogur", "YOGUR", por_lotes=True)
    compras = []
    for n, vence in enumerate(("2199-01-31", "2199-02-28")):
        linea = {"codigo_barras": "YOGUR", "cantidad": 10, "costo_unitario": 300,
                 "fecha_vencimiento": vence}
        pedido = {"id_proveedor": proveedor.pk, "numero_documento": str(n), "productos": [linea]}
        cuerpo = api(ana).post("/compras-detalle", pedido).json()
        compras.append(Compra.objects.get(pk=cuerpo["id_compra"]))
    mover(yogur, -5)
    with pytest.raises(CompraYaVendida) as error:
        anular(compras[0])
    assert error.value.errores == {"Yogur": ["De Yogur se compraron 10 y quedan 5"]}
    anular(compras[1])
    lotes = Lote.objects.filter(producto=yogur, stock__gt=0)
    assert [(str(lo.vencimiento), lo.stock) for lo in lotes] == [("2199-01-31", 5)]
    assert kardex_cuadra(yogur)


def test_por_la_api(api, ana, leche, compra_de, mover):
    compra = compra_de((leche, 10, 100))
    ruta = f"/compras/{compra.pk}/anulacion"
    for vacio in ({}, {"motivo": "  "}):
        respuesta = api(ana).post(ruta, vacio)
        assert respuesta.status_code == 400
        assert list(respuesta.json()["errores"]) == ["motivo"]
    mover(leche, -1)
    respuesta = api(ana).post(ruta, {"motivo": "Error"})
    assert respuesta.status_code == 409
    assert respuesta.json()["codigo"] == "compra_ya_vendida"
    assert "Leche" in respuesta.json()["errores"]
    mover(leche, 1, Tipo.AJUSTE)
    cuerpo = api(ana).post(ruta, {"motivo": "Error"}).json()
    assert cuerpo["msg"] == "Compra anulada"
    assert (cuerpo["estado"], cuerpo["motivo_anulacion"]) == ("Anulada", "Error")
    assert api(ana).post(ruta, {"motivo": "Error"}).json()["codigo"] == "compra_ya_anulada"
    assert api(ana).post("/compras/999/anulacion", {"motivo": "x"}).status_code == 404
    registro = Registro.objects.filter(objeto_tipo="compra").first()
    assert registro.cambios == {"estado": ["Vigente", "Anulada"]}
    assert [c["id_compra"] for c in api(ana).get("/compras?anuladas=true").json()] == [compra.pk]


@pytest.mark.django_db(transaction=True)
def test_anular_cuesta_las_mismas_consultas_con_una_linea_o_con_cincuenta(
    producto, compra_de, mover, anular
):
    productos = [producto(f"P{n}", f"P-{n}") for n in range(50)]
    # Que a ninguno le quede cero: avisar de un stock en su mínimo cuesta dos consultas más.
    compra_de(*[(p, 5, 90) for p in productos])
    una = compra_de((productos[0], 1, 100))
    muchas = compra_de(*[(p, 1, 100) for p in productos])
    for p in productos[:5]:
        mover(p, -1)
    cuentas = []
    for compra in (una, muchas):
        with CaptureQueriesContext(connection) as consultas:
            anular(compra)
        cuentas.append(len(consultas))
    assert cuentas[0] == cuentas[1] <= 20
