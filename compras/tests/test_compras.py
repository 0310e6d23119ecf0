"""Comprar: sube el stock, el costo lo sigue, todo o nada, y un documento una sola vez."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compras.models import Compra, ProveedorProducto
from compras.servicios import DatosProveedor, crear_proveedor
from inventario.base.fechas import dia_de
from inventario.base.models import TasaIVA
from productos.models import Lote, MovimientoStock, Producto
from registros.models import Registro

LINEA = {"codigo_barras": "LECHE", "cantidad": 10, "costo_unitario": 700}


@pytest.fixture
def pedido(leche, proveedor):
    def pedido(**cambios):
        return {
            "id_proveedor": proveedor.pk, "numero_documento": "F-1", "productos": [LINEA], **cambios
        }

    return pedido


def test_una_compra_sube_el_stock_y_fija_el_costo(api, ana, leche, pedido, hay):
    respuesta = api(ana).post("/compras-detalle", pedido())
    assert respuesta.status_code == 201
    cuerpo = respuesta.json()
    assert cuerpo["msg"] == "Compra ingresada"
    assert cuerpo["proveedor"] == "Distribuidora Ñuble"
    assert cuerpo["neto"] == 7000
    assert cuerpo["estado"] == "Vigente"
    assert cuerpo["productos"] == [
        {
            "id_producto": leche.pk, "producto_nombre": "Leche", "codigo_barras": "LECHE",
            "cantidad": 10, "costo_unitario": 700, "costo_total": 7000,
            "lote": "", "fecha_vencimiento": None,
        }
    ]
    assert hay(leche) == (10, 700, 7000)
    movimiento = MovimientoStock.objects.get(producto=leche)
    assert (movimiento.tipo, movimiento.documento_tipo) == ("compra", "compra")
    assert movimiento.documento_id == cuerpo["id_compra"]
    assert movimiento.usuario == ana
    registro = Registro.objects.get(objeto_tipo="compra")
    assert registro.usuario == ana
    assert "F-1" in registro.mensaje


def test_dos_compras_promedian(api, ana, leche, pedido, hay):
    api(ana).post("/compras-detalle", pedido(numero_documento="1"))
    api(ana).post(
        "/compras-detalle", pedido(numero_documento="2", productos=[LINEA | {"costo_unitario": 800}])
    )
    assert hay(leche) == (20, 750, 15000)


def test_un_mismo_producto_en_dos_lineas_promedia_igual(api, ana, leche, pedido, hay):
    lineas = [LINEA, {"id_producto": leche.pk, "cantidad": 5, "costo_unitario": 1000}]
    assert api(ana).post("/compras-detalle", pedido(productos=lineas)).status_code == 201
    assert hay(leche) == (15, 800, 12000)


def test_el_total_de_la_linea_da_un_costo_con_decimales(api, ana, leche, pedido, hay):
    linea = {"codigo_barras": "LECHE", "cantidad": 12, "costo_total": 10_000}
    cuerpo = api(ana).post("/compras-detalle", pedido(productos=[linea])).json()
    assert cuerpo["productos"][0]["costo_unitario"] == 833
    assert cuerpo["productos"][0]["costo_total"] == 10_000
    assert hay(leche) == (12, Decimal("833.333333"), 10_000)


def test_lo_que_se_compra_por_kilo_admite_gramos(api, ana, producto, pedido, hay):
    queso = producto("Queso", "QUESO", unidad="kg")
    linea = {"codigo_barras": "QUESO", "cantidad": 0.345, "costo_unitario": 5990}
    cuerpo = api(ana).post("/compras-detalle", pedido(productos=[linea])).json()
    assert cuerpo["productos"][0]["cantidad"] == 0.345
    assert cuerpo["neto"] == 2067
    assert hay(queso) == (Decimal("0.345"), 5990, Decimal("2066.55"))


def test_lo_que_se_lleva_por_lotes_entra_al_suyo(api, ana, producto, pedido):
    yogur = producto("Yogur", "YOGUR", por_lotes=True)
    lineas = [
        {"codigo_barras": "YOGUR", "cantidad": 6, "costo_unitario": 300, "lote": "l-1",
         "fecha_vencimiento": "2199-01-31"},
        {"codigo_barras": "YOGUR", "cantidad": 4, "costo_unitario": 320,
         "fecha_vencimiento": "2199-02-28"},
    ]
    respuesta = api(ana).post("/compras-detalle", pedido(productos=lineas))
    assert respuesta.status_code == 201, respuesta.json()
    assert [(li["lote"], li["fecha_vencimiento"]) for li in respuesta.json()["productos"]] == [
        ("L-1", "2199-01-31"), ("", "2199-02-28"),
    ]
    lotes = Lote.objects.filter(producto=yogur).order_by("vencimiento")
    assert [(lo.codigo, lo.stock) for lo in lotes] == [("L-1", 6), ("", 4)]


@pytest.mark.parametrize(
    "datos",
    [
        {"codigo_barras": "LECHE", "lote": "L-1"},
        {"codigo_barras": "YOGUR", "fecha_vencimiento": "2020-01-01"},
        {"codigo_barras": "YOGUR", "lote": "ñandú"},
    ],
)
def test_un_lote_que_no_puede_ser_se_dice_en_su_linea(api, ana, producto, pedido, datos):
    producto("Yogur", "YOGUR", por_lotes=True)
    respuesta = api(ana).post(
        "/compras-detalle", pedido(productos=[{"cantidad": 1, "costo_unitario": 1} | datos])
    )
    assert (respuesta.status_code, list(respuesta.json()["errores"])) == (400, ["1"])
    assert not Compra.objects.exists()


@pytest.mark.parametrize(
    "nombrado", ["76.192.083-9", "761920839", "distribuidora nuble", " DISTRIBUIDORA  ÑUBLE "]
)
def test_el_proveedor_se_nombra_por_rut_o_por_nombre(api, ana, pedido, nombrado):
    respuesta = api(ana).post("/compras-detalle", pedido(id_proveedor=None, proveedor=nombrado))
    assert respuesta.status_code == 201


@pytest.mark.parametrize(
    ("quien", "campo"),
    [
        ({"id_proveedor": 9_999}, "id_proveedor"),
        ({"id_proveedor": None, "proveedor": "Nadie"}, "proveedor"),
        ({"id_proveedor": None, "proveedor": "77.777.777-7"}, "proveedor"),
        ({"id_proveedor": None}, "proveedor"),
    ],
)
def test_un_proveedor_desconocido_es_400_con_su_campo(api, ana, pedido, quien, campo):
    respuesta = api(ana).post("/compras-detalle", pedido(**quien))
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == [campo]


def test_a_un_proveedor_inactivo_no_se_le_compra(api, ana, pedido, proveedor):
    api(ana).delete(f"/proveedores/{proveedor.pk}")
    respuesta = api(ana).post("/compras-detalle", pedido())
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "proveedor_inactivo")


def test_una_linea_mala_no_deja_nada_y_se_nombran_todas(api, ana, leche, producto, pedido, hay):
    vieja = producto("Vieja", "VIEJA", estado="Inactivo")
    lineas = [
        LINEA,
        {"codigo_barras": "NO-ESTA", "cantidad": 1, "costo_unitario": 1},
        {"id_producto": 9_999, "cantidad": 1, "costo_unitario": 1},
        {"id_producto": vieja.pk, "cantidad": 1, "costo_unitario": 1},
        {"id_producto": leche.pk, "cantidad": 1.5, "costo_unitario": 1},
        {"id_producto": vieja.pk, "codigo_barras": "LECHE", "cantidad": 1, "costo_unitario": 1},
    ]
    respuesta = api(ana).post("/compras-detalle", pedido(productos=lineas))
    assert respuesta.status_code == 400
    cuerpo = respuesta.json()
    assert cuerpo["codigo"] == "lineas_invalidas"
    assert list(cuerpo["errores"]) == ["2", "3", "4", "5", "6"]
    assert "NO-ESTA" in cuerpo["errores"]["2"][0]
    assert hay(leche) == (0, 0, 0)
    assert not Compra.objects.exists()
    assert not MovimientoStock.objects.exists()


@pytest.mark.parametrize(
    "linea",
    [
        {"cantidad": 1, "costo_unitario": 1},
        LINEA | {"cantidad": 0},
        LINEA | {"cantidad": -1},
        LINEA | {"cantidad": "NaN"},
        LINEA | {"costo_unitario": -1},
        LINEA | {"costo_unitario": 700.5},
        LINEA | {"costo_unitario": "700"},
        LINEA | {"costo_total": 1},
        {"codigo_barras": "LECHE", "cantidad": 1},
        LINEA | {"cantidad": 10**10},
    ],
)
def test_una_linea_mal_escrita_es_400(api, ana, pedido, linea):
    respuesta = api(ana).post("/compras-detalle", pedido(productos=[linea]))
    assert respuesta.status_code == 400
    assert all(campo.startswith("productos") for campo in respuesta.json()["errores"])


def test_sin_lineas_o_con_mas_de_quinientas_es_400(api, ana, pedido):
    for lineas in ([], [LINEA] * 501):
        respuesta = api(ana).post("/compras-detalle", pedido(productos=lineas))
        assert respuesta.status_code == 400
        assert all(campo.startswith("productos") for campo in respuesta.json()["errores"])


def test_un_total_o_un_stock_imposible_se_rechaza_sin_escribir(api, ana, leche, pedido, hay):
    mucho = LINEA | {"cantidad": 900_000_000}
    caro = api(ana).post("/compras-detalle", pedido(productos=[mucho | {"costo_unitario": 2_000_000_000}]))
    assert (caro.status_code, list(caro.json()["errores"])) == (400, ["productos"])
    assert api(ana).post("/compras-detalle", pedido(productos=[mucho])).status_code == 201
    lleno = api(ana).post("/compras-detalle", pedido(productos=[mucho], numero_documento="2"))
    assert (lleno.status_code, lleno.json()["codigo"]) == (409, "stock_excesivo")
    assert hay(leche)[0] == 900_000_000


@pytest.mark.parametrize("pk", [0, 10**18, 10**30])
def test_un_id_que_nadie_tiene_es_404(api, ana, pk):
    for ruta in ("compras", "proveedores", "ordenes-compra"):
        assert api(ana).get(f"/{ruta}/{pk}").status_code == 404
    assert api(ana).post(f"/compras/{pk}/anulacion", {"motivo": "x"}).status_code == 404
    assert api(ana).post(f"/ordenes-compra/{pk}/envio").status_code == 404
    assert api(ana).put(f"/proveedores/{pk}", {"plazo_pago": 1}).status_code == 404


def test_el_mismo_documento_del_mismo_proveedor_es_409(api, ana, leche, pedido, hay):
    assert api(ana).post("/compras-detalle", pedido(numero_documento="00F-1")).status_code == 201
    for igual in ("00f-1", " 00F-1 "):
        respuesta = api(ana).post("/compras-detalle", pedido(numero_documento=igual))
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "documento_repetido")
    assert hay(leche) == (10, 700, 7000)
    assert Compra.objects.count() == 1


@pytest.mark.parametrize(("uno", "otro"), [("123", "00123"), ("Nº 5", "no 5"), (77, "77")])
def test_un_documento_es_el_mismo_aunque_se_escriba_distinto(api, ana, pedido, uno, otro):
    assert api(ana).post("/compras-detalle", pedido(numero_documento=uno)).status_code == 201
    assert api(ana).post("/compras-detalle", pedido(numero_documento=otro)).status_code == 409


def test_el_mismo_numero_de_otro_proveedor_es_otro_documento(api, ana, pedido):
    api(ana).post("/proveedores", {"nombre": "Otro"})
    assert api(ana).post("/compras-detalle", pedido()).status_code == 201
    respuesta = api(ana).post("/compras-detalle", pedido(id_proveedor=None, proveedor="otro"))
    assert respuesta.status_code == 201


def test_la_base_no_admite_dos_veces_el_mismo_documento(compra_de, leche):
    compra = compra_de((leche, 1, 100))
    with pytest.raises(IntegrityError), transaction.atomic():
        Compra.objects.create(
            proveedor=compra.proveedor, numero_documento="x", clave_vigente=compra.clave_vigente,
            fecha_compra=compra.fecha_compra, fecha_registro=compra.fecha_registro, neto=0,
        )


@pytest.mark.parametrize("numero", ["", "   ", "x" * 41, "F/1;2", "日本"])
def test_un_documento_mal_escrito_es_400(api, ana, pedido, numero):
    respuesta = api(ana).post("/compras-detalle", pedido(numero_documento=numero))
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == ["numero_documento"]


def test_la_fecha_es_un_dia_y_no_puede_ser_futura(api, ana, pedido):
    hoy = dia_de(timezone.now())
    for n, (fecha, esperada) in enumerate([
        (None, hoy), ("2026-01-05", date(2026, 1, 5)), ("2026-01-06T01:30:00Z", date(2026, 1, 5)),
        (hoy.isoformat(), hoy),
    ]):
        cuerpo = api(ana).post(
            "/compras-detalle", pedido(numero_documento=str(n), fecha_compra=fecha)
        ).json()
        assert cuerpo["fecha_compra"] == esperada.isoformat()
    for mala in ((hoy + timedelta(days=1)).isoformat(), "ayer", 20260101):
        respuesta = api(ana).post("/compras-detalle", pedido(fecha_compra=mala))
        assert respuesta.status_code == 400
        assert list(respuesta.json()["errores"]) == ["fecha_compra"]


@pytest.mark.django_db(transaction=True)
def test_la_misma_clave_compra_una_sola_vez(api, ana, leche, pedido, hay):
    cliente = api(ana)
    primera = cliente.post("/compras-detalle", pedido(), headers={"Idempotency-Key": "c1"})
    segunda = cliente.post("/compras-detalle", pedido(), headers={"Idempotency-Key": "c1"})
    assert (primera.status_code, segunda.status_code) == (201, 201)
    assert segunda.json() == primera.json()
    assert segunda["Idempotency-Replayed"] == "true"
    assert hay(leche) == (10, 700, 7000)
    otro = cliente.post(
        "/compras-detalle", pedido(numero_documento="2"), headers={"Idempotency-Key": "c1"}
    )
    assert otro.status_code == 422


@pytest.mark.parametrize(
    ("metodo", "ruta"),
    [
        ("post", "/compras-detalle"), ("get", "/compras"), ("get", "/compras/1"),
        ("post", "/compras/1/anulacion"), ("get", "/proveedores"), ("post", "/proveedores"),
        ("put", "/proveedores/1"), ("get", "/proveedores/1/productos"),
    ],
)
def test_las_compras_son_de_un_administrador(api, carlos, clara, metodo, ruta):
    assert getattr(api(carlos), metodo)(ruta).status_code == 403
    assert getattr(api(clara), metodo)(ruta).status_code == 403
    assert getattr(api(None), metodo)(ruta).status_code == 401


def test_la_lista_trae_los_productos_y_se_filtra(api, ana, leche, pedido):
    cliente = api(ana)
    cliente.post("/proveedores", {"nombre": "Otro"})
    cliente.post("/compras-detalle", pedido(numero_documento="1", fecha_compra="2026-01-05"))
    cliente.post("/compras-detalle", pedido(numero_documento="2", fecha_compra="2026-01-06"))
    cliente.post(
        "/compras-detalle",
        pedido(numero_documento="3", fecha_compra="2026-01-07", id_proveedor=None, proveedor="Otro"),
    )
    assert [c["numero_documento"] for c in cliente.get("/compras").json()] == ["3", "2", "1"]
    for filtro, esperadas in [
        ("fecha_inicio=2026-01-06", ["3", "2"]),
        ("fecha_inicio=2026-01-06&fecha_fin=2026-01-06", ["2"]),
        ("proveedor=76.192.083-9", ["2", "1"]),
        ("proveedor=nuble", ["2", "1"]),
        ("anuladas=true", []),
    ]:
        lista = cliente.get(f"/compras?{filtro}").json()
        assert [c["numero_documento"] for c in lista] == esperadas, filtro
        assert all(c["productos"][0]["producto_nombre"] == "Leche" for c in lista)
    assert cliente.get("/compras?fecha_inicio=ayer").status_code == 400


def test_una_compra_cuesta_las_mismas_consultas_con_una_linea_o_con_cincuenta(
    api, ana, producto, autora, ahora
):
    """Código → producto, bloqueo, proveedor, compra, líneas, stock, kardex, lo que vende y el registro."""
    codigos = [producto(f"P{n}", f"P-{n}").codigos.get().codigo for n in range(50)]
    cuentas = []
    for n, cuantas in enumerate((1, 50)):
        lineas = [
            {"codigo_barras": c, "cantidad": 1, "costo_unitario": 100} for c in codigos[-cuantas:]
        ]
        # Otro proveedor cada vez: si no, una compra inserta lo que vende y la otra lo actualiza.
        crear = DatosProveedor(nombre=f"Proveedor {n}")
        quien = crear_proveedor(datos=crear, actor=autora, ahora=ahora)
        with CaptureQueriesContext(connection) as consultas:
            respuesta = api(ana).post(
                "/compras-detalle",
                {"id_proveedor": quien.pk, "numero_documento": "1", "productos": lineas},
            )
        assert respuesta.status_code == 201
        cuentas.append(len(consultas))
    assert cuentas[0] == cuentas[1] <= 20


def test_listar_compras_cuesta_tres_consultas(api, ana, leche, compra_de, django_assert_num_queries):
    compra_de((leche, 1, 100))
    for cuantas in (1, 20):
        while Compra.objects.count() < cuantas:
            compra_de((leche, 1, 100), (leche, 2, 200))
        with django_assert_num_queries(3):  # contar, compras y líneas
            assert len(api(ana).get("/compras").json()) == cuantas


def test_cada_compra_anota_que_vende_el_proveedor(leche, proveedor, compra_de):
    compra_de((leche, 10, 700))
    compra_de((leche, 10, 720))
    fila = ProveedorProducto.objects.get()
    assert (fila.proveedor, fila.producto) == (proveedor, leche)
    assert fila.ultimo_costo == 720


def test_miles_de_compras_dan_el_promedio_exacto(leche, compra_de, hay):
    """500 líneas por documento: el valor es la suma, sin un decimal de error."""
    for _ in range(4):
        compra_de(*[(leche, 1 + n % 7, 1_001 + n) for n in range(500)])
    unidades = 4 * sum(1 + n % 7 for n in range(500))
    valor = 4 * sum((1 + n % 7) * (1_001 + n) for n in range(500))
    stock, costo, valor_stock = hay(leche)
    assert (stock, valor_stock) == (unidades, valor)
    assert costo == (Decimal(valor) / unidades).quantize(Decimal("0.000001"))
    assert MovimientoStock.objects.filter(producto=leche).count() == 2000
    assert Producto.objects.get().stock == unidades


@pytest.fixture
def pan(producto):
    return producto("Pan", "PAN-1")


def test_cada_compra_guarda_su_iva_a_la_tasa_de_su_dia_y_lo_que_sus_productos_eran(
    api, ana, leche, pan, pedido
):
    Producto.objects.filter(pk=pan.pk).update(clase_tributaria="exento")
    TasaIVA.objects.create(desde=date(2026, 1, 1), tasa=Decimal(10))
    lineas = [LINEA | {"costo_unitario": 33}, {"id_producto": pan.pk, "cantidad": 1, "costo_unitario": 500}]
    nueva = api(ana).post("/compras-detalle", pedido(productos=lineas)).json()
    vieja = api(ana).post(
        "/compras-detalle", pedido(productos=lineas, numero_documento="F-2", fecha_compra="2025-12-31")
    ).json()
    assert (nueva["neto"], nueva["exento"], nueva["iva"]) == (830, 500, 33)
    assert (vieja["neto"], vieja["exento"], vieja["iva"]) == (830, 500, 63)

    Producto.objects.update(clase_tributaria="exento")  # lo que pase después no cambia lo comprado
    assert api(ana).get("/compras").json()[0]["iva"] == 63


def test_el_iva_del_documento_se_respeta_si_solo_lo_redondeo_de_otra_manera(api, ana, pedido):
    assert api(ana).post("/compras-detalle", pedido(iva=1_331)).json()["iva"] == 1_331
    error = api(ana).post("/compras-detalle", pedido(iva=1_332, numero_documento="F-2"))
    assert (error.status_code, list(error.json()["errores"])) == (400, ["iva"])
    assert Compra.objects.count() == 1


def test_a_las_compras_de_antes_se_les_calcula_su_iva(api, ana, leche, pan, pedido):
    lineas = [LINEA, {"id_producto": pan.pk, "cantidad": 1, "costo_unitario": 500}]
    api(ana).post("/compras-detalle", pedido(productos=lineas))
    Producto.objects.filter(pk=pan.pk).update(clase_tributaria="exento")
    Compra.objects.update(exento=0, iva=0)

    import_module("compras.migrations.0003_iva_de_cada_compra").calcular(apps, None)

    compra = Compra.objects.get()
    assert (compra.neto, compra.exento, compra.iva) == (7_500, 500, 1_330)
    assert list(compra.detalles.values_list("exenta", flat=True)) == [False, True]
