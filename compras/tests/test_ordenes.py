"""Órdenes de compra: del borrador a lo recibido escaneando, y qué conviene pedir."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from compras.models import OrdenCompra
from compras.reglas import Situacion
from compras.servicios import ProductoOfrecido, fijar_productos
from inventario.base.texto import celda_segura
from productos.models import MovimientoStock, Producto
from registros.models import Registro

Tipo = MovimientoStock.Tipo


@pytest.fixture
def orden(api, ana, leche, producto, proveedor):
    """Una orden de 10 leches y 4 panes, en borrador."""
    producto("Pan", "PAN")

    def crear(**cambios):
        pedido = {
            "id_proveedor": proveedor.pk,
            "productos": [
                {"codigo_barras": "LECHE", "cantidad": 10, "costo_unitario": 700},
                {"codigo_barras": "PAN", "cantidad": 4, "costo_unitario": 1500},
            ],
        }
        respuesta = api(ana).post("/ordenes-compra", pedido | cambios)
        assert respuesta.status_code == 201, respuesta.json()
        return respuesta.json()

    return crear


@pytest.fixture
def recibir(api, ana):
    def recibir(id_orden, *lineas, documento="D1", **resto):
        return api(ana).post(
            f"/ordenes-compra/{id_orden}/recepcion",
            {"numero_documento": documento, "productos": list(lineas), **resto},
        )

    return recibir


def scan(codigo, cantidad=1, **resto):
    return {"codigo_barras": codigo, "cantidad": cantidad, **resto}


def estado(id_orden):
    return OrdenCompra.objects.get(pk=id_orden).estado


def test_nace_en_borrador_y_se_edita(api, ana, orden, leche):
    creada = orden(nota="Por la mañana")
    assert (creada["estado"], creada["msg"]) == ("borrador", "Orden creada")
    assert [(p["codigo_barras"], p["cantidad"]) for p in creada["productos"]] == [
        ("LECHE", 10), ("PAN", 4),
    ]
    ruta = f"/ordenes-compra/{creada['id_orden']}"
    cuerpo = api(ana).put(ruta, {"productos": [scan("LECHE", 2), scan("LECHE", 3)]}).json()
    assert [(p["id_producto"], p["cantidad"]) for p in cuerpo["productos"]] == [(leche.pk, 5)]
    assert cuerpo["nota"] == "Por la mañana"
    assert api(ana).patch(ruta, {"nota": "Otra"}).json()["nota"] == "Otra"
    assert api(ana).get(ruta).json()["productos"] == cuerpo["productos"]
    mala = api(ana).put(ruta, {"productos": [scan("LECHE"), scan("NADA")]})
    assert (mala.status_code, list(mala.json()["errores"])) == (400, ["2"])
    assert api(ana).get(ruta).json()["productos"] == cuerpo["productos"]


def test_enviada_ya_no_se_edita(api, ana, orden):
    pk = orden()["id_orden"]
    enviada = api(ana).post(f"/ordenes-compra/{pk}/envio").json()
    assert (enviada["estado"], enviada["msg"]) == ("enviada", "Orden enviada")
    assert enviada["enviada"]
    for respuesta in (
        api(ana).put(f"/ordenes-compra/{pk}", {"nota": "x"}),
        api(ana).post(f"/ordenes-compra/{pk}/envio"),
    ):
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "orden_no_admite")


def test_una_orden_vacia_no_se_envia_y_un_borrador_no_se_recibe(api, ana, orden, recibir):
    pk = orden(productos=[])["id_orden"]
    assert api(ana).post(f"/ordenes-compra/{pk}/envio").status_code == 400
    assert recibir(pk, scan("LECHE")).json()["codigo"] == "orden_no_admite"


def test_se_recibe_escaneando_por_partes(api, ana, orden, recibir, leche, hay):
    pk = orden()["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    # Tres pasadas de una leche y una caja de cinco: sin costo, el esperado.
    primera = recibir(pk, scan("LECHE"), scan("LECHE"), {"codigo_barras": "LECHE"}, scan("LECHE", 5))
    assert primera.status_code == 201, primera.json()
    assert (primera.json()["neto"], primera.json()["id_orden"]) == (5600, pk)
    assert hay(leche) == (8, 700, 5600)
    assert estado(pk) == "parcialmente_recibida"
    segunda = recibir(pk, scan("LECHE", 2, costo_unitario=800), scan("PAN", 4), documento="D2")
    assert segunda.status_code == 201
    assert hay(leche) == (10, 720, 7200)
    assert estado(pk) == "recibida"
    cuerpo = api(ana).get(f"/ordenes-compra/{pk}").json()
    assert [(p["cantidad"], p["recibida"]) for p in cuerpo["productos"]] == [(10, 10), (4, 4)]
    assert recibir(pk, scan("PAN"), documento="D3").json()["codigo"] == "orden_no_admite"
    assert api(ana).post(f"/ordenes-compra/{pk}/cierre").json()["estado"] == "cerrada"
    assert Registro.objects.filter(objeto_tipo="orden_compra", objeto_id=pk).count() == 5


def test_lo_que_no_se_pidio_se_nombra_y_se_recibe_solo_si_se_acepta(
    api, ana, orden, producto, recibir, hay
):
    te = producto("Té", "TE")
    pk = orden()["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    llegan = (scan("LECHE", 9), scan("LECHE", 4), scan("TE", 2, costo_unitario=900))
    respuesta = recibir(pk, *llegan)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "recepcion_excede")
    assert list(respuesta.json()["errores"]) == ["2", "3"]
    assert hay(te) == (0, 0, 0)
    assert estado(pk) == "enviada"
    assert recibir(pk, *llegan, aceptar_excedente=True).status_code == 201
    assert hay(te) == (2, 900, 1800)
    lineas = api(ana).get(f"/ordenes-compra/{pk}").json()["productos"]
    assert [(p["cantidad"], p["recibida"]) for p in lineas] == [(10, 13), (4, 0), (0, 2)]


def test_recibir_sin_costo_lo_que_no_tenia_uno_esperado_es_400(api, ana, orden, recibir):
    pk = orden(productos=[scan("LECHE", 5)])["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    respuesta = recibir(pk, scan("LECHE"))
    assert (respuesta.status_code, list(respuesta.json()["errores"])) == (400, ["1"])


@pytest.mark.django_db(transaction=True)
def test_recibir_dos_veces_con_la_misma_clave_es_una(api, ana, orden, leche, hay):
    pk = orden()["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    cuerpo = {"numero_documento": "D1", "productos": [scan("LECHE", 3)]}
    for repetida in (False, True):
        respuesta = api(ana).post(
            f"/ordenes-compra/{pk}/recepcion", cuerpo, headers={"Idempotency-Key": "r"}
        )
        assert respuesta.status_code == 201
        assert ("Idempotency-Replayed" in respuesta) == repetida
    assert hay(leche)[0] == 3


def test_anular_la_compra_recibida_devuelve_lo_pedido_a_pendiente(api, ana, orden, recibir):
    pk = orden()["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    todo = recibir(pk, scan("LECHE", 10), scan("PAN", 4)).json()
    assert estado(pk) == "recibida"
    anulada = api(ana).post(f"/compras/{todo['id_compra']}/anulacion", {"motivo": "Era otra"})
    assert anulada.status_code == 200
    assert estado(pk) == "enviada"
    assert recibir(pk, scan("LECHE", 10)).status_code == 201
    assert estado(pk) == "parcialmente_recibida"


def test_cerrar_con_algo_pendiente_pide_un_motivo(api, ana, orden):
    pk = orden()["id_orden"]
    api(ana).post(f"/ordenes-compra/{pk}/envio")
    sin_motivo = api(ana).post(f"/ordenes-compra/{pk}/cierre", {})
    assert (sin_motivo.status_code, list(sin_motivo.json()["errores"])) == (400, ["motivo"])
    cerrada = api(ana).post(f"/ordenes-compra/{pk}/cierre", {"motivo": "No hay"}).json()
    assert (cerrada["estado"], cerrada["motivo_cierre"]) == ("cerrada", "No hay")
    assert api(ana).post(f"/ordenes-compra/{pk}/cierre", {"motivo": "x"}).status_code == 409


def test_un_borrador_se_descarta_sin_motivo(api, ana, orden):
    pk = orden()["id_orden"]
    assert api(ana).post(f"/ordenes-compra/{pk}/cierre").json()["estado"] == "cerrada"


def test_la_lista_se_filtra_y_cuesta_tres_consultas(api, ana, orden, django_assert_num_queries):
    primera = orden()["id_orden"]
    for cuantas in (1, 10):
        while OrdenCompra.objects.count() < cuantas:
            orden()
        with django_assert_num_queries(3):  # contar, órdenes y líneas
            assert len(api(ana).get("/ordenes-compra").json()) == cuantas
    api(ana).post(f"/ordenes-compra/{primera}/envio")
    for filtro, esperadas in [("estado=enviada", 1), ("proveedor=nuble", 10), ("proveedor=otro", 0),
                              ("fecha_fin=2020-01-01", 0)]:
        assert len(api(ana).get(f"/ordenes-compra?{filtro}").json()) == esperadas, filtro
    assert api(ana).get("/ordenes-compra?estado=perdida").status_code == 400


# --- qué conviene pedir ---


@pytest.mark.parametrize(
    ("situacion", "esperado"),
    [
        # 2 al día, 2 días de entrega y 7 entre pedidos: 18 más el mínimo, menos lo que hay y viene.
        ({"vendido": 56}, 18),
        ({"vendido": 56, "stock": 5}, 13),
        ({"vendido": 56, "stock_minimo": 4}, 22),
        ({"vendido": 56, "en_camino": 10}, 8),
        ({"vendido": 56, "stock": 18}, 0),
        ({"vendido": 56, "multiplo": 12}, 24),
        ({"stock_minimo": 3}, 3),
        ({"vendido": -5, "stock_minimo": 3}, 3),
        ({"vendido": 1}, 1),
        ({"vendido": "1.4", "por_kilo": True}, 1),
        ({"vendido": "1.4", "multiplo": "0.25", "por_kilo": True}, Decimal("0.5")),
        ({"vendido": "1.4", "multiplo": "2.5", "por_kilo": True}, Decimal("2.5")),
        ({}, 0),
    ],
)
def test_se_pide_lo_que_falta_hasta_que_llegue_el_pedido_siguiente(situacion, esperado):
    ceros = {"stock": 0, "stock_minimo": 0, "en_camino": 0, "vendido": 0, "multiplo": 1}
    por_kilo = situacion.pop("por_kilo", False)
    cifras = {k: Decimal(v) for k, v in (ceros | situacion).items()}
    pedir = Situacion(**cifras, dias=28, por_kilo=por_kilo)
    assert pedir.conviene_pedir(dias_entrega=2, dias_entre_pedidos=7) == esperado


def test_se_sugiere_segun_el_kardex_y_lo_que_viene(
    api, ana, autora, ahora, leche, producto, proveedor, compra_de, mover
):
    hoy = timezone.now()
    Producto.objects.update(fecha_registro=hoy - timedelta(days=400))
    pan = producto("Pan", "PAN", stock_minimo=Decimal(6))
    otro = producto("Otro", "OTRO", stock_minimo=Decimal(99))
    fijar_productos(
        proveedor_id=proveedor.pk,
        productos=[
            ProductoOfrecido(id_producto=leche.pk, multiplo=Decimal(6)),
            ProductoOfrecido(id_producto=pan.pk),
        ],
        actor=autora,
        ahora=ahora,
    )
    compra_de((leche, 100, 700))
    mover(leche, -50, cuando=hoy - timedelta(days=40))  # fuera de las cuatro semanas
    mover(leche, -40, cuando=hoy - timedelta(days=3))
    mover(leche, 12, Tipo.DEVOLUCION, cuando=hoy - timedelta(days=2))
    mover(leche, -20, Tipo.AJUSTE, cuando=hoy - timedelta(days=2))  # una merma no es una venta
    respuesta = api(ana).post("/ordenes-compra/sugerida", {"id_proveedor": proveedor.pk})
    assert respuesta.status_code == 201, respuesta.json()
    # Leche: 28 vendidas en 28 días, 9 días por cubrir, hay 2: faltan 7, de a 6 son 12.
    assert [(p["producto_nombre"], p["cantidad"]) for p in respuesta.json()["productos"]] == [
        ("Leche", 12), ("Pan", 6),
    ]
    linea = respuesta.json()["productos"][0]
    assert linea["costo_unitario"] == 700
    assert linea["razon"] == "hay 2, mínimo 0, vende 1 al día"
    assert otro.nombre not in str(respuesta.json())
    api(ana).post(f"/ordenes-compra/{respuesta.json()['id_orden']}/envio")
    otra = api(ana).post("/ordenes-compra/sugerida", {"proveedor": "Distribuidora Ñuble"})
    assert (otra.status_code, otra.json()["codigo"]) == (409, "nada_que_sugerir")


@pytest.mark.parametrize("semanas", [0, 53, "x"])
def test_las_semanas_van_de_una_a_cincuenta_y_dos(api, ana, proveedor, semanas):
    cuerpo = {"id_proveedor": proveedor.pk, "semanas": semanas}
    respuesta = api(ana).post("/ordenes-compra/sugerida", cuerpo)
    assert (respuesta.status_code, list(respuesta.json()["errores"])) == (400, ["semanas"])


# --- el papel ---


def test_el_pdf_es_un_pdf_y_no_depende_de_lo_que_se_acepte(api, ana, orden):
    pk = orden(nota="<b>Ojo</b> & aviso\nsegunda línea")["id_orden"]
    for acepta in ("application/pdf", "*/*", "application/json"):
        respuesta = api(ana).get(f"/ordenes-compra/{pk}/pdf", headers={"Accept": acepta})
        assert respuesta.status_code == 200
        assert respuesta["Content-Type"] == "application/pdf"
        assert f"orden-{pk}.pdf" in respuesta["Content-Disposition"]
        assert respuesta.content.startswith(b"%PDF")
    assert api(ana).get(f"/ordenes-compra/{pk}/pdf").content == respuesta.content
    no_esta = api(ana).get("/ordenes-compra/999/pdf", headers={"Accept": "application/pdf"})
    assert no_esta.json()["codigo"] == "orden_no_encontrada"


def test_una_orden_larga_ocupa_varias_paginas(api, ana, orden, producto):
    lineas = [scan(producto(f"Producto {n}", f"L-{n}").codigos.get().codigo) for n in range(90)]
    pk = orden(productos=lineas)["id_orden"]
    contenido = api(ana).get(f"/ordenes-compra/{pk}/pdf").content
    assert contenido.count(b"/Type /Page\n") >= 2


def test_el_csv_no_deja_formulas(api, ana, orden, producto, proveedor, autora, ahora):
    malo = producto('=HYPERLINK("http://malo")', "MALO-1")
    fijar_productos(
        proveedor_id=proveedor.pk,
        productos=[ProductoOfrecido(id_producto=malo.pk, codigo_proveedor="@SUM(A1)")],
        actor=autora, ahora=ahora,
    )
    pk = orden(productos=[scan("MALO-1", 3, costo_unitario=100), scan("PAN", 2)])["id_orden"]
    respuesta = api(ana).get(f"/ordenes-compra/{pk}/csv")
    assert respuesta["Content-Type"] == "text/csv; charset=utf-8"
    filas = list(csv.reader(io.StringIO(respuesta.content.decode("utf-8-sig")), delimiter=";"))
    assert filas[1:] == [
        ["MALO-1", "'@SUM(A1)", "'=HYPERLINK(\"http://malo\")", "3", "un", "100", "300"],
        ["PAN", "", "Pan", "2", "un", "", ""],
    ]


@pytest.mark.parametrize("texto", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_una_celda_que_seria_formula_lleva_apostrofo(texto):
    assert celda_segura(texto) == f"'{texto}"
    assert celda_segura("Pan") == "Pan"
