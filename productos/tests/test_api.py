"""El catálogo por la API, según el contrato."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from inventario.base.fechas import dia_de
from inventario.base.texto import normalizar
from productos.consultas import coincidencia
from productos.models import CodigoBarras, GramaNombre, MovimientoStock, Precio, Producto
from productos.tests.test_codigos import etiqueta
from registros.models import Registro
from usuarios.models import Usuario

Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]
CAMPOS_DEL_CONTRATO = {
    "id_producto", "nombre", "descripcion", "fecha_registro", "fecha_vencimiento", "stock", "descuento",
    "vencimiento_descuento", "codigo_barras", "precio_venta", "precio_final", "estado_producto",
    "categoria", "stock_minimo",
}


@pytest.fixture
def hoy() -> Any:
    return dia_de(timezone.now())


def pedido(**cambios: Any) -> dict[str, Any]:
    return {
        "nombre": "Azúcar 1 kg", "descripcion": "Granulada", "fecha_vencimiento": "2031-05-01",
        "stock": 24, "descuento": None, "precio_venta": 1290, "estado": "activo",
        "categoria": "abarrotes", "codigo_barras": "7801234567894", "vencimiento_descuento": None,
        **cambios,
    }


def test_crear_un_producto_lo_devuelve_entero(api: Api, ana: Usuario, producto: Fabrica) -> None:
    producto(categoria="Abarrotes")

    respuesta = api(ana).post("/product", pedido())

    assert respuesta.status_code == 201
    cuerpo = respuesta.json()
    assert set(cuerpo) >= CAMPOS_DEL_CONTRATO | {"msg"}
    assert cuerpo["stock"] == 24
    assert cuerpo["categoria"] == "Abarrotes"
    assert cuerpo["estado_producto"] == "Activo"
    assert (cuerpo["precio_venta"], cuerpo["precio_final"]) == (1290, 1290)
    movimiento = MovimientoStock.objects.get(producto_id=cuerpo["id_producto"])
    assert (movimiento.tipo, movimiento.usuario, movimiento.stock_resultante) == ("inicial", ana, 24)


@pytest.mark.parametrize(
    ("cambio", "campo"),
    [
        ({"categoria": "Ferretería"}, "categoria"),
        ({"codigo_barras": "7801234567890"}, "codigo_barras"),
        ({"codigo_barras": "con espacio"}, "codigo_barras"),
        ({"codigos_barras": ["780-ñ"]}, "codigos_barras"),
        ({"stock": -1}, "stock"),
        ({"stock": 1.5}, "stock"),
        ({"stock": "NaN"}, "stock"),
        ({"unidad": "kg", "stock": 1.2345}, "stock"),
        ({"stock_minimo": 0.5}, "stock_minimo"),
        ({"precio_venta": 10.5}, "precio_venta"),
        ({"precio_venta": "1000"}, "precio_venta"),
        ({"precio_venta": -1}, "precio_venta"),
        ({"descuento": 101}, "descuento"),
        ({"descuento": 10, "vencimiento_descuento": "2020-01-01"}, "vencimiento_descuento"),
        ({"vencimiento_descuento": "2031-01-01"}, "vencimiento_descuento"),
        ({"estado": "Roto"}, "estado"),
        ({"fecha_vencimiento": "ayer"}, "fecha_vencimiento"),
        ({"nombre": " "}, "nombre"),
        ({"nombre": "ﷺ" * 100}, "nombre"),
        ({"unidad": "litro"}, "unidad"),
    ],
)
def test_no_crea_un_producto_con_datos_malos(
    api: Api, ana: Usuario, producto: Fabrica, cambio: dict[str, Any], campo: str
) -> None:
    producto(categoria="Abarrotes")

    respuesta = api(ana).post("/product", pedido(**cambio))

    assert respuesta.status_code == 400
    assert [c.split(".")[0] for c in respuesta.json()["errores"]] == [campo]
    assert Producto.objects.count() == 1


def test_el_descuento_no_puede_vencer_hoy_al_ponerlo(
    api: Api, ana: Usuario, producto: Fabrica, hoy: Any
) -> None:
    producto(categoria="Abarrotes")
    con_hoy = pedido(descuento=10, vencimiento_descuento=str(hoy))
    con_manana = pedido(descuento=10, vencimiento_descuento=str(hoy + timedelta(days=1)))

    assert api(ana).post("/product", con_hoy).status_code == 400
    cuerpo = api(ana).post("/product", con_manana).json()

    assert (cuerpo["descuento"], cuerpo["precio_final"]) == (10, 1161)


def test_un_codigo_es_de_un_solo_producto_en_cualquiera_de_sus_formas(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="INT-1", codigos_barras=["036000291452"])

    respuesta = api(ana).post(
        "/product", pedido(codigo_barras="0036000291452", codigos_barras=["int-1"])
    )

    assert respuesta.status_code == 409
    assert respuesta.json()["codigo"] == "codigo_duplicado"
    assert len(respuesta.json()["errores"]["codigo_barras"]) == 2
    assert Producto.objects.count() == 1


def test_los_signos_distinguen_codigos_en_ambas_bases(producto: Fabrica) -> None:
    codigos = ["A1", "A-1", "A.1", "A+1", "A/1", "A1-", "A1.", "AA1"]
    for codigo in codigos:
        producto(codigo=codigo)

    assert CodigoBarras.objects.count() == len(codigos)


def test_azucar_encuentra_azucar_con_tilde(api: Api, ana: Usuario, producto: Fabrica) -> None:
    producto("Azúcar Iansa", codigo="AZ-9")
    producto("Sal de mar")

    def nombres(**filtro: Any) -> list[str]:
        return [p["nombre"] for p in api(ana).get("/products", filtro).json()]

    assert nombres(buscar="azucar") == ["Azúcar Iansa"]
    assert nombres(buscar="ZÚCAR  ian") == ["Azúcar Iansa"]
    assert nombres(buscar="az-9") == ["Azúcar Iansa"]
    assert nombres(buscar="%") == []
    assert nombres(buscar="") == ["Azúcar Iansa", "Sal de mar"]


def test_la_lista_se_filtra_por_categoria_estado_y_stock_bajo(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto("Leche", categoria="Lácteos", stock=2, stock_minimo=Decimal(5))
    producto("Pan", categoria="Panadería", stock=9, stock_minimo=Decimal(5))
    producto("Queso viejo", categoria="Lácteos", estado="Inactivo", stock=9)

    def nombres(**filtro: Any) -> list[str]:
        return [p["nombre"] for p in api(ana).get("/products", filtro).json()]

    assert nombres(categoria="LACTEOS") == ["Leche", "Queso viejo"]
    assert nombres(estado="inactivo") == ["Queso viejo"]
    assert nombres(stock_bajo="true") == ["Leche"]
    assert nombres(stock_bajo="false") == ["Leche", "Pan", "Queso viejo"]
    assert api(ana).get("/products", {"stock_bajo": "quizás"}).status_code == 400
    assert api(ana).get("/products", {"estado": "roto"}).status_code == 400


@pytest.mark.parametrize("cuantos", [1, 50])
def test_la_lista_cuesta_lo_mismo_sean_cuantos_sean(
    api: Api, ana: Usuario, producto: Fabrica, django_assert_num_queries: Any, cuantos: int
) -> None:
    for n in range(cuantos):
        producto(codigo=f"X-{n}", codigos_barras=[f"Y-{n}"], descuento=Decimal(5))

    # El total, la página y sus categorías.
    with django_assert_num_queries(3):
        assert len(api(ana).get("/products").json()) == cuantos


@pytest.mark.parametrize("cuantos", [1, 50])
def test_buscar_cuesta_lo_mismo_sean_cuantos_sean(
    api: Api, ana: Usuario, producto: Fabrica, django_assert_num_queries: Any, cuantos: int
) -> None:
    for n in range(cuantos):
        producto(f"Azúcar {n}", codigo=f"X-{n}")

    # Si es un código, qué letras son más raras, el total, la página y sus categorías.
    with django_assert_num_queries(5):
        assert len(api(ana).get("/products", {"buscar": "azucar"}).json()) == cuantos


def test_la_busqueda_sigue_al_nombre_y_halla_cualquier_parte_de_el(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto("Té", codigo="TE-1")
    producto("Té verde", codigo="V-1")
    producto("Otro", codigo="té verde".upper().replace(" ", "-").replace("É", "E"))

    def nombres(buscar: str) -> list[str]:
        return [p["nombre"] for p in api(ana).get("/products", {"buscar": buscar}).json()]

    assert nombres("te") == ["Té", "Té verde"]
    assert nombres("é v") == ["Té verde"]
    assert nombres("TE-VERDE") == ["Otro"]
    assert nombres("v-1") == ["Té verde"]
    assert nombres("te verde grande") == []
    api(ana).put("/product/barcode/V-1", {"nombre": "Mate"})
    assert nombres("verde") == []
    assert nombres("mat") == ["Mate"]


@given(st.lists(st.text("aábcñ 1", max_size=8), min_size=1, max_size=8), st.text("aábcñ 1", max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_el_indice_halla_lo_mismo_que_recorrer_los_nombres(
    producto: Fabrica, nombres: list[str], buscar: str
) -> None:
    Producto.objects.update(nombre_normalizado="")
    GramaNombre.objects.all().delete()
    creados = [producto(f"x{nombre}", stock=0) for nombre in nombres]
    texto = normalizar(buscar)

    hallados = Producto.objects.exclude(nombre_normalizado="").filter(coincidencia(buscar))

    esperados = {p.pk for p in creados if texto in normalizar(p.nombre)}
    assert {p.pk for p in hallados} == esperados


def test_un_cliente_solo_ve_lo_activo(
    api: Api, clara: Usuario, carlos: Usuario, producto: Fabrica
) -> None:
    producto("Viejo", codigo="V-1", estado="Inactivo")
    producto("Nuevo", codigo="N-1")

    assert [p["nombre"] for p in api(clara).get("/products").json()] == ["Nuevo"]
    assert api(clara).get("/products", {"estado": "Inactivo"}).json() == []
    assert api(clara).get("/product/barcode/V-1").status_code == 404
    assert api(clara).get("/product/barcode/N-1").status_code == 200
    assert api(carlos).get("/product/barcode/V-1").status_code == 200


def test_el_codigo_encuentra_al_producto_o_dice_que_no_esta(
    api: Api, clara: Usuario, producto: Fabrica
) -> None:
    producto("Jabón", codigo="036000291452", codigos_barras=["A/1", "B-2"])

    for codigo in ["036000291452", "0036000291452", "a/1", "B-2", "b-2/"]:
        cuerpo = api(clara).get(f"/product/barcode/{codigo}").json()
        assert (cuerpo["nombre"], cuerpo["codigo_barras"]) == ("Jabón", "036000291452")
        assert cuerpo["codigos_barras"] == ["A/1", "B-2"]
        assert "cantidad" not in cuerpo
    respuesta = api(clara).get("/product/barcode/NADA")
    assert respuesta.status_code == 404
    assert respuesta.json()["msg"] == "Producto no encontrado"


def test_una_etiqueta_de_balanza_responde_su_producto_y_sus_kilos(
    api: Api, carlos: Usuario, producto: Fabrica
) -> None:
    producto("Queso", codigo="00123", unidad="kg", stock="4.5", precio=5990)

    cuerpo = api(carlos).get(f"/product/barcode/{etiqueta('24', '00123', 345)}").json()

    assert (cuerpo["nombre"], cuerpo["cantidad"], cuerpo["stock"]) == ("Queso", 0.345, 4.5)


def test_el_cajero_y_el_cliente_no_cambian_el_catalogo(
    api: Api, carlos: Usuario, clara: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1", categoria="Abarrotes")
    for quien in (carlos, clara):
        assert api(quien).post("/product", pedido()).status_code == 403
        assert api(quien).put("/product/barcode/P-1", {"nombre": "Otro"}).status_code == 403
        assert api(quien).patch("/product/barcode/P-1", {"nombre": "Otro"}).status_code == 403
        assert api(quien).delete("/product/barcode/P-1").status_code == 403
        assert api(quien).post("/categories", {"nombre_categoria": "X"}).status_code == 403
    assert api(None).get("/products").status_code == 401


@pytest.mark.parametrize("metodo", ["put", "patch"])
def test_editar_cambia_solo_lo_pedido(
    api: Api, ana: Usuario, producto: Fabrica, metodo: str
) -> None:
    arroz = producto("Arroz", codigo="P-1", precio=1000, stock=10)

    cuerpo = getattr(api(ana), metodo)("/product/barcode/P-1", {"precio_venta": 1100}).json()

    assert (cuerpo["nombre"], cuerpo["precio_venta"], cuerpo["stock"]) == ("Arroz", 1100, 10)
    assert cuerpo["msg"] == "Producto actualizado"
    assert [p.precio for p in arroz.precios.all()] == [1100, 1000]
    registro = Registro.objects.filter(objeto_tipo="producto").first()
    assert registro is not None
    assert (registro.tipo, registro.cambios) == ("precio", {"precio_venta": [1000, 1100]})


def test_editar_sin_cambiar_nada_no_deja_rastro(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto("Arroz", codigo="P-1", precio=1000, stock=10, descuento=Decimal(5))
    antes = (Registro.objects.count(), MovimientoStock.objects.count(), Precio.objects.count())
    mismo = api(ana).get("/product/barcode/P-1").json()

    respuesta = api(ana).put("/product/barcode/P-1", mismo)

    assert respuesta.status_code == 200
    despues = (Registro.objects.count(), MovimientoStock.objects.count(), Precio.objects.count())
    assert despues == antes


def test_un_stock_distinto_es_un_ajuste_con_quien_y_por_que(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    arroz = producto(codigo="P-1", stock=10, costo=500)

    cuerpo = api(ana).put("/product/barcode/P-1", {"stock": 7, "motivo": "Tres rotos"}).json()

    assert cuerpo["stock"] == 7
    ajuste = arroz.movimientos.first()
    assert ajuste is not None
    assert (ajuste.tipo, ajuste.cantidad, ajuste.stock_resultante) == ("ajuste", -3, 7)
    assert (ajuste.usuario, ajuste.motivo) == (ana, "Tres rotos")
    assert Registro.objects.filter(tipo="stock").get().cambios == {"stock": ["10", "7"]}


def test_la_ficha_reenviada_cambia_tambien_su_estado(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1")
    ficha = api(ana).get("/product/barcode/P-1").json()

    cuerpo = api(ana).put("/product/barcode/P-1", {**ficha, "estado_producto": "inactivo"}).json()

    assert cuerpo["estado_producto"] == "Inactivo"


def test_editar_es_todo_o_nada(api: Api, ana: Usuario, producto: Fabrica) -> None:
    producto(codigo="OTRO")
    arroz = producto("Arroz", codigo="P-1", stock=10, precio=1000)

    respuesta = api(ana).put(
        "/product/barcode/P-1",
        {"nombre": "Arroz 2", "precio_venta": 1, "stock": 5, "codigos_barras": ["OTRO"]},
    )

    assert respuesta.status_code == 409
    arroz.refresh_from_db()
    assert (arroz.nombre, arroz.precio_venta, arroz.stock) == ("Arroz", 1000, 10)
    assert arroz.precios.count() == 1


def test_un_producto_por_kilo_con_gramos_no_pasa_a_unidades(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1", unidad="kg", stock="1.250")

    assert api(ana).put("/product/barcode/P-1", {"unidad": "un"}).status_code == 400
    cuerpo = api(ana).put("/product/barcode/P-1", {"unidad": "UN", "stock": 1}).json()
    assert (cuerpo["unidad"], cuerpo["stock"]) == ("un", 1)


def test_el_descuento_nulo_se_quita_y_uno_nuevo_no_hereda_una_fecha_vencida(
    api: Api, ana: Usuario, producto: Fabrica, hoy: Any
) -> None:
    arroz = producto(codigo="P-1", precio=1000, descuento=Decimal(10))

    cuerpo = api(ana).put("/product/barcode/P-1", {"descuento": None}).json()
    assert (cuerpo["descuento"], cuerpo["precio_final"]) == (None, 1000)

    api(ana).put("/product/barcode/P-1", {"descuento": 20})
    arroz.refresh_from_db()
    arroz.descuento.ultimo_dia = hoy - timedelta(days=1)
    arroz.descuento.save()
    vencido = api(ana).get("/product/barcode/P-1").json()
    assert (vencido["descuento"], vencido["vencimiento_descuento"]) == (None, None)
    assert vencido["precio_final"] == 1000

    cuerpo = api(ana).put("/product/barcode/P-1", {"descuento": 30}).json()
    assert (cuerpo["descuento"], cuerpo["vencimiento_descuento"]) == (30, None)


def test_el_descuento_rige_en_su_ultimo_dia_y_se_puede_reenviar_ese_dia(
    api: Api, ana: Usuario, producto: Fabrica, hoy: Any
) -> None:
    arroz = producto(codigo="P-1", precio=1000, descuento=Decimal(10))
    arroz.descuento.ultimo_dia = hoy
    arroz.descuento.save()

    cuerpo = api(ana).get("/product/barcode/P-1").json()
    assert (cuerpo["descuento"], cuerpo["precio_final"]) == (10, 900)
    assert api(ana).put("/product/barcode/P-1", cuerpo).status_code == 200


def test_cambiar_el_codigo_principal_reemplaza_al_anterior(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1", codigos_barras=["P-2"])

    cuerpo = api(ana).put("/product/barcode/P-1", {"codigo_barras": "P-3"}).json()

    assert (cuerpo["codigo_barras"], cuerpo["codigos_barras"]) == ("P-3", ["P-2"])
    assert api(ana).get("/product/barcode/P-1").status_code == 404


def test_promover_un_codigo_propio_no_pierde_el_anterior(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1", codigos_barras=["P-2"])

    cuerpo = api(ana).put("/product/barcode/P-1", {"codigo_barras": "P-2"}).json()

    assert (cuerpo["codigo_barras"], cuerpo["codigos_barras"]) == ("P-2", ["P-1"])


def test_corregir_el_costo_queda_en_el_kardex(api: Api, ana: Usuario, producto: Fabrica) -> None:
    arroz = producto(codigo="P-1", stock=10, costo=500)

    api(ana).put("/product/barcode/P-1", {"costo": 650})

    arroz.refresh_from_db()
    movimiento = arroz.movimientos.first()
    assert movimiento is not None
    assert arroz.costo_promedio == 650
    assert (movimiento.tipo, movimiento.cantidad, movimiento.costo_promedio) == ("costo", 0, 650)


def test_borrar_desactiva_y_nunca_borra(api: Api, ana: Usuario, producto: Fabrica) -> None:
    arroz = producto(codigo="P-1")

    for _ in range(2):
        respuesta = api(ana).delete("/product/barcode/P-1")
        assert (respuesta.status_code, respuesta.json()) == (200, {"msg": "Producto desactivado"})

    arroz.refresh_from_db()
    assert arroz.estado == "Inactivo"
    assert api(ana).delete("/product/barcode/NADA").status_code == 404


def test_las_categorias_se_crean_una_vez_y_las_ve_cualquiera(
    api: Api, ana: Usuario, clara: Usuario
) -> None:
    assert api(clara).get("/categories").json() == []
    creada = api(ana).post("/categories", {"nombre_categoria": "Lácteos"})
    repetida = api(ana).post("/categories", {"nombre_categoria": "lacteos"})

    assert creada.status_code == 201
    assert creada.json()["nombre_categoria"] == "Lácteos"
    assert (repetida.status_code, repetida.json()["codigo"]) == (409, "categoria_duplicada")
    assert api(clara).get("/categories").json() == [
        {"id_categoria": creada.json()["id_categoria"], "nombre_categoria": "Lácteos"}
    ]
