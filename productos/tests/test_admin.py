"""El catálogo en el admin: las mismas reglas que la API, y nada se borra."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from inventario.base.fechas import ZONA
from productos.models import (
    Categoria,
    ConteoInventario,
    MovimientoStock,
    PatronBalanza,
    Producto,
)
from productos.servicios import leer_en_conteo
from registros.models import Registro
from usuarios.models import Usuario

Fabrica = Callable[..., Producto]


@pytest.fixture
def admin_de_ana(ana: Usuario) -> Client:
    navegador = Client()
    navegador.force_login(ana)
    return navegador


def ficha(producto: Producto | None = None, **cambios: Any) -> dict[str, Any]:
    """Lo que el navegador manda: cada campo y, al lado, el valor que se mostró."""
    datos = {
        "nombre": "Arroz", "descripcion": "", "categoria": Categoria.objects.get().pk, "unidad": "un",
        "clase_tributaria": "afecto", "precio_venta": "1000", "stock_inicial": "10", "stock_minimo": "0",
        "fecha_vencimiento": "", "estado": "Activo", "codigo_barras": "P-1", "codigos_barras": "",
        "costo": "0", "descuento": "", "vencimiento_descuento": "",
    }
    mostrado = {f"initial-{campo}": valor for campo, valor in datos.items()}
    return {**datos, **(mostrado if producto else {}), **cambios}


def test_crear_un_producto_en_el_admin_deja_kardex_y_registro(
    admin_de_ana: Client, ana: Usuario, producto: Fabrica
) -> None:
    producto()

    respuesta = admin_de_ana.post(
        "/admin/productos/producto/add/", ficha(codigos_barras="A-1\nA-2", costo="500")
    )

    assert respuesta.status_code == 302
    creado = Producto.objects.get(nombre="Arroz")
    assert {c.codigo for c in creado.codigos.all()} == {"P-1", "A-1", "A-2"}
    movimiento = creado.movimientos.get()
    assert (movimiento.stock_resultante, movimiento.costo_promedio, movimiento.usuario) == (10, 500, ana)
    assert Registro.objects.get(objeto_tipo="producto", objeto_id=creado.pk).puerta == "admin"


def test_un_codigo_repetido_vuelve_al_formulario_con_su_error(
    admin_de_ana: Client, producto: Fabrica
) -> None:
    producto(codigo="P-1")

    respuesta = admin_de_ana.post("/admin/productos/producto/add/", ficha())

    assert respuesta.status_code == 200
    assert "P-1 ya es de otro producto" in respuesta.content.decode()
    assert Producto.objects.count() == 1


def test_editar_la_ficha_no_pisa_lo_que_otro_cambio_entretanto(
    admin_de_ana: Client, producto: Fabrica
) -> None:
    arroz = producto("Arroz", codigo="P-1", precio=1000, stock=10)
    direccion = f"/admin/productos/producto/{arroz.pk}/change/"
    assert 'name="initial-precio_venta"' in admin_de_ana.get(direccion).content.decode()
    admin_de_ana.post(direccion, ficha(arroz, precio_venta="1200"))

    # Quien había abierto la ficha antes sólo cambia el nombre; su precio mostrado quedó viejo.
    respuesta = admin_de_ana.post(direccion, ficha(arroz, nombre="Arroz largo", stock_inicial="99"))

    assert respuesta.status_code == 302
    arroz.refresh_from_db()
    assert (arroz.nombre, arroz.precio_venta, arroz.stock) == ("Arroz largo", 1200, 10)


def test_el_admin_busca_sin_tildes_y_por_codigo(admin_de_ana: Client, producto: Fabrica) -> None:
    producto("Azúcar", codigo="AZ-1")
    producto("Sal")

    for buscar in ("azucar", "az-1"):
        pagina = admin_de_ana.get("/admin/productos/producto/", {"q": buscar}).content.decode()
        assert "Azúcar" in pagina
        assert "Sal" not in pagina.split("<tbody")[1]


def test_nada_del_catalogo_se_borra_en_el_admin(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto()
    movimiento = MovimientoStock.objects.get()

    for ruta in (
        f"producto/{arroz.pk}", f"categoria/{arroz.categoria_id}", f"movimientostock/{movimiento.pk}",
        f"patronbalanza/{PatronBalanza.objects.get().pk}",
    ):
        respuesta = admin_de_ana.post(f"/admin/productos/{ruta}/delete/", {"post": "yes"})
        assert respuesta.status_code == 403
    assert admin_de_ana.post(
        f"/admin/productos/movimientostock/{movimiento.pk}/change/", {"cantidad": 5}
    ).status_code == 403
    assert admin_de_ana.get(
        "/admin/productos/movimientostock/", {"producto__id__exact": arroz.pk}
    ).status_code == 200


def test_desactivar_varios_de_una_vez(admin_de_ana: Client, producto: Fabrica) -> None:
    elegidos = [producto().pk, producto().pk]

    admin_de_ana.post(
        "/admin/productos/producto/", {"action": "desactivar", "_selected_action": elegidos}
    )

    assert list(Producto.objects.values_list("estado", flat=True)) == ["Inactivo", "Inactivo"]


def test_las_categorias_se_crean_y_se_renombran(admin_de_ana: Client) -> None:
    admin_de_ana.post("/admin/productos/categoria/add/", {"nombre": "Lacteos"})
    categoria = Categoria.objects.get()
    admin_de_ana.post(f"/admin/productos/categoria/{categoria.pk}/change/", {"nombre": "Lácteos"})
    repetida = admin_de_ana.post("/admin/productos/categoria/add/", {"nombre": "LÁCTEOS"})

    categoria.refresh_from_db()
    assert (categoria.nombre, categoria.nombre_normalizado) == ("Lácteos", "lacteos")
    assert repetida.status_code == 200
    assert Registro.objects.filter(objeto_tipo="categoria").count() == 2


@pytest.mark.parametrize(
    ("cambios", "estado"),
    [
        ({}, 302),
        ({"prefijo": "24"}, 200),
        ({"prefijo": "2A"}, 200),
        ({"digitos_valor": "6"}, 200),
    ],
)
def test_un_patron_de_balanza_debe_sumar_trece_digitos_y_no_repetir_prefijo(
    admin_de_ana: Client, cambios: dict[str, str], estado: int
) -> None:
    datos = {"prefijo": "25", "digitos_item": "5", "digitos_valor": "5", "valor": "precio", "activo": "on"}

    respuesta = admin_de_ana.post("/admin/productos/patronbalanza/add/", {**datos, **cambios})

    assert respuesta.status_code == estado
    assert PatronBalanza.objects.count() == (2 if estado == 302 else 1)


def test_el_stock_no_se_edita_en_la_ficha(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto(codigo="P-1", stock=10)

    pagina = admin_de_ana.get(f"/admin/productos/producto/{arroz.pk}/change/").content.decode()

    assert "stock_inicial" not in pagina
    assert 'name="stock"' not in pagina
    assert arroz.stock == Decimal(10)


def test_un_conteo_se_abre_se_mira_y_se_cierra_en_el_admin(
    admin_de_ana: Client, ana: Usuario, actor: Any, ahora: Any, producto: Fabrica
) -> None:
    arroz = producto("Arroz", codigo="P-1", stock=10, costo=500)
    abierto = admin_de_ana.post(
        "/admin/productos/conteoinventario/add/", {"nombre": "Todo", "categoria": ""}
    )
    assert abierto.status_code == 302
    conteo = ConteoInventario.objects.get()
    leer_en_conteo(
        conteo_id=conteo.pk, codigo="P-1", cantidad=Decimal(8), actor=actor(ana), ahora=ahora
    )
    direccion = f"/admin/productos/conteoinventario/{conteo.pk}/change/"

    pagina = admin_de_ana.get(direccion).content.decode()
    assert "Productos que difieren: 1" in pagina
    assert "-$1.000" in pagina
    sin_motivo = admin_de_ana.post(direccion, {"que_hacer": "cerrar", "motivo": ""})
    assert sin_motivo.status_code == 200
    cerrado = admin_de_ana.post(direccion, {"que_hacer": "cerrar", "motivo": "Anual"})

    assert cerrado.status_code == 302
    arroz.refresh_from_db()
    assert arroz.stock == 8
    assert admin_de_ana.get(direccion).status_code == 200
    assert admin_de_ana.post(direccion, {"que_hacer": "anular", "motivo": "x"}).status_code == 403


def test_cuatro_unidades_se_leen_cuatro_y_no_cuatro_mil(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto(stock=4, costo=Decimal("1250.5"))
    movimiento = arroz.movimientos.get()

    for direccion in ("", f"{movimiento.pk}/change/"):
        pagina = admin_de_ana.get(f"/admin/productos/movimientostock/{direccion}").content.decode()
        assert "4,000" not in pagina
        assert "$1.250,50" in pagina
    assert 'value="4.000"' not in admin_de_ana.get(
        f"/admin/productos/producto/{arroz.pk}/change/"
    ).content.decode()


def test_ajustar_stock_deja_kardex_con_su_motivo(
    admin_de_ana: Client, producto: Fabrica, ana: Usuario
) -> None:
    arroz = producto("Arroz", stock=10)
    direccion = f"/admin/productos/producto/{arroz.pk}/ajustar/"
    assert "Hay 10 un" in admin_de_ana.get(direccion).content.decode()
    respuesta = admin_de_ana.post(direccion, {"cantidad": "-3", "motivo": "merma", "detalle": "Se rompió"})
    assert respuesta.status_code == 302
    arroz.refresh_from_db()
    movimiento = arroz.movimientos.first()
    assert movimiento is not None
    assert (arroz.stock, movimiento.motivo, movimiento.usuario) == (7, "Merma: Se rompió", ana)


def test_un_ajuste_que_no_se_puede_vuelve_con_lo_escrito(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto("Arroz", stock=2)
    direccion = f"/admin/productos/producto/{arroz.pk}/ajustar/"
    texto = admin_de_ana.post(
        direccion, {"cantidad": "-3", "motivo": "robo", "detalle": "Se lo llevaron"}
    ).content.decode()
    assert "Stock insuficiente" in texto
    assert "Se lo llevaron" in texto
    arroz.refresh_from_db()
    assert arroz.stock == 2
    assert admin_de_ana.get("/admin/productos/producto/999999/ajustar/").status_code == 404


def test_reajustar_precios_muestra_antes_de_aplicar(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz, te = producto("Arroz", precio=1_290), producto("Té", precio=990)
    lista = "/admin/productos/producto/"
    admin_de_ana.post(lista, {"action": "reajustar_precios", "_selected_action": [arroz.pk, te.pk]})
    hoy = f"{timezone.now().astimezone(ZONA):%d-%m-%Y}"
    pedido = {
        "porcentaje": "5", "multiplo": "10", "desde": hoy, "motivo": "Alza del proveedor",
        f"visto_{arroz.pk}": "1290", f"visto_{te.pk}": "990",
    }
    vista = admin_de_ana.post(f"{lista}reajuste/", pedido).content.decode()
    assert "$1.350" in vista
    assert "$1.040" in vista
    arroz.refresh_from_db()
    assert arroz.precio_venta == 1_290
    admin_de_ana.post(f"{lista}reajuste/", {**pedido, "aplicar": "1"})
    arroz.refresh_from_db()
    te.refresh_from_db()
    assert (arroz.precio_venta, te.precio_venta) == (1_350, 1_040)
    precio = arroz.precios.first()
    assert precio is not None
    assert (precio.precio, precio.motivo) == (1_350, "Alza del proveedor")


def test_un_precio_que_cambio_entretanto_detiene_todo_el_reajuste(
    admin_de_ana: Client, producto: Fabrica
) -> None:
    arroz, te = producto("Arroz", precio=1_290), producto("Té", precio=990)
    lista = "/admin/productos/producto/"
    admin_de_ana.post(lista, {"action": "reajustar_precios", "_selected_action": [arroz.pk, te.pk]})
    pedido = {
        "porcentaje": "5", "multiplo": "10", "desde": f"{timezone.now().astimezone(ZONA):%d-%m-%Y}",
        f"visto_{arroz.pk}": "1000", f"visto_{te.pk}": "990", "aplicar": "1",
    }
    texto = admin_de_ana.post(f"{lista}reajuste/", pedido).content.decode()
    assert "Cambiaron precios" in texto
    te.refresh_from_db()
    assert te.precio_venta == 990


def test_la_lista_filtra_lo_agotado_y_lo_que_vence(admin_de_ana: Client, producto: Fabrica) -> None:
    hoy = timezone.now().astimezone(ZONA).date()
    producto("Sin nada", stock=0)
    producto("En su mínimo", stock=2, stock_minimo=Decimal(5))
    producto("Pronto", fecha_vencimiento=hoy + timedelta(days=3))
    producto("Pasado", fecha_vencimiento=hoy - timedelta(days=3))
    todos = {"Sin nada", "En su mínimo", "Pronto", "Pasado"}
    for consulta, esperados in (
        ("stock=agotado", {"Sin nada"}), ("stock=minimo", {"En su mínimo"}),
        ("vence=pronto", {"Pronto"}), ("vence=vencido", {"Pasado"}),
    ):
        lista = admin_de_ana.get(f"/admin/productos/producto/?{consulta}").context["cl"].result_list
        assert {p.nombre for p in lista} & todos == esperados


def test_elegir_etiquetas_lleva_a_su_pagina(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto("Arroz", codigo="7801234567894")
    respuesta = admin_de_ana.post(
        "/admin/productos/producto/", {"action": "imprimir_etiquetas", "_selected_action": [arroz.pk]}
    )
    assert respuesta["Location"] == "/admin/etiquetas/"
    assert "Arroz" in admin_de_ana.get("/admin/etiquetas/").content.decode()
    documento = admin_de_ana.post(
        "/admin/etiquetas/", {"formato": "rollo", "primera": "1", f"copias_{arroz.pk}": "2"}
    )
    assert documento["Content-Type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(documento.content)).pages) == 2
