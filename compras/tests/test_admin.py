"""Compras, proveedores y órdenes en el admin: por los mismos casos de uso que la API."""

from decimal import Decimal

import pytest
from django.test import Client

from compras.models import Compra, EstadoOrden, OrdenCompra, Proveedor, ProveedorProducto
from registros.models import Registro

NUEVO = {
    "nombre": "Viña del Mar", "rut": "60.803.000-k", "contacto": "", "correo": "", "telefono": "",
    "direccion": "", "plazo_pago": 0, "dias_entrega": 2, "dias_entre_pedidos": 7, "condiciones": "",
    "estado": "Activo", "productos-TOTAL_FORMS": 0, "productos-INITIAL_FORMS": 0,
}


@pytest.fixture
def admin(ana) -> Client:
    cliente = Client()
    cliente.force_login(ana)
    return cliente


def mensajes(respuesta) -> str:
    return " ".join(str(m) for m in respuesta.context["messages"])


def lineas(*filas, inicial=0):
    datos = {"lineas-TOTAL_FORMS": len(filas), "lineas-INITIAL_FORMS": inicial}
    for n, fila in enumerate(filas):
        datos |= {f"lineas-{n}-{campo}": valor for campo, valor in fila.items()}
    return datos


@pytest.fixture
def orden(admin, leche, proveedor) -> OrdenCompra:
    """Una orden de diez leches a 700, hecha en el admin."""
    cuerpo = {"proveedor": proveedor.pk, "nota": "Ojo"} | lineas(
        {"producto": leche.pk, "cantidad": "10", "costo_esperado": "700"}
    )
    respuesta = admin.post("/admin/compras/ordencompra/add/", cuerpo)
    assert respuesta.status_code == 302, respuesta.context["errors"]
    return OrdenCompra.objects.get()


def test_un_proveedor_se_crea_y_se_edita(admin):
    respuesta = admin.post("/admin/compras/proveedor/add/", NUEVO)
    assert respuesta.status_code == 302
    proveedor = Proveedor.objects.get()
    assert proveedor.rut == "60803000K"
    ruta = f"/admin/compras/proveedor/{proveedor.pk}/change/"
    assert admin.post(ruta, NUEVO | {"plazo_pago": 30}).status_code == 302
    assert Registro.objects.filter(objeto_tipo="proveedor").first().cambios == {"plazo_pago": [0, 30]}
    assert "60.803.000-K" in admin.get("/admin/compras/proveedor/?q=vina").content.decode()


@pytest.mark.parametrize(
    ("malo", "dice"), [({"rut": "60803000-1"}, "dígito verificador"), ({"rut": ""}, "Ya existe")]
)
def test_un_proveedor_malo_vuelve_al_formulario(admin, malo, dice):
    admin.post("/admin/compras/proveedor/add/", NUEVO)
    respuesta = admin.post("/admin/compras/proveedor/add/", NUEVO | malo)
    assert respuesta.status_code == 200
    assert dice in respuesta.content.decode()
    assert Proveedor.objects.count() == 1


def test_lo_que_un_proveedor_vende_se_anota(admin, proveedor, leche):
    cuerpo = {
        "proveedor": proveedor.pk, "producto": leche.pk, "codigo_proveedor": "L-1", "multiplo": "12"
    }
    respuesta = admin.post("/admin/compras/proveedorproducto/add/", cuerpo)
    assert respuesta.status_code == 302
    fila = ProveedorProducto.objects.get()
    assert (fila.codigo_proveedor, fila.multiplo) == ("L-1", 12)
    ruta = f"/admin/compras/proveedorproducto/{fila.pk}/change/"
    assert admin.post(ruta, {"codigo_proveedor": "L-1", "multiplo": "6"}).status_code == 302
    assert ProveedorProducto.objects.get().multiplo == 6


def test_una_compra_se_mira_y_se_anula_diciendo_por_que(admin, leche, compra_de, hay):
    compra = compra_de((leche, 10, 700))
    ruta = f"/admin/compras/compra/{compra.pk}"
    assert "Leche" in admin.get(f"{ruta}/change/").content.decode()
    assert admin.get("/admin/compras/compra/?anulada__isempty=1").status_code == 200
    # Con GET sólo pregunta.
    assert "Anular la compra" in admin.get(f"{ruta}/anular/").content.decode()
    assert admin.post(f"{ruta}/anular/", {"motivo": " "}).status_code == 200
    assert Compra.objects.get().anulada is None
    respuesta = admin.post(f"{ruta}/anular/", {"motivo": "Doble"}, follow=True)
    assert "Compra anulada" in mensajes(respuesta)
    assert hay(leche)[0] == 0
    assert Compra.objects.get().motivo_anulacion == "Doble"
    assert admin.get(f"{ruta}/anular/").status_code == 403


def test_una_compra_ya_vendida_dice_de_que_producto(admin, leche, compra_de, mover):
    compra = compra_de((leche, 10, 700))
    mover(leche, -2)
    respuesta = admin.post(f"/admin/compras/compra/{compra.pk}/anular/", {"motivo": "Doble"})
    assert respuesta.status_code == 200
    assert "De Leche se compraron 10 y quedan 8" in respuesta.content.decode()


def test_el_borrador_se_edita_y_una_enviada_ya_no(admin, orden, leche, producto):
    pan = producto("Pan", "PAN")
    linea = orden.lineas.get()
    assert (linea.cantidad, linea.costo_esperado, orden.nota) == (10, 700, "Ojo")
    ruta = f"/admin/compras/ordencompra/{orden.pk}"
    cuerpo = {"nota": "Otra"} | lineas(
        {"id": linea.pk, "producto": leche.pk, "cantidad": "4", "costo_esperado": "700"},
        {"producto": pan.pk, "cantidad": "2", "costo_esperado": ""},
        inicial=1,
    )
    assert admin.post(f"{ruta}/change/", cuerpo).status_code == 302
    assert sorted(orden.lineas.values_list("producto__nombre", "cantidad")) == [
        ("Leche", 4), ("Pan", 2),
    ]
    assert admin.get(f"{ruta}/enviar/").status_code == 200
    assert OrdenCompra.objects.get().estado == EstadoOrden.BORRADOR
    assert "Orden enviada" in mensajes(admin.post(f"{ruta}/enviar/", {"_": 1}, follow=True))
    assert admin.post(f"{ruta}/change/", cuerpo).status_code == 403
    assert admin.get(f"{ruta}/change/").status_code == 200


def test_una_cantidad_fraccionaria_vuelve_al_formulario(admin, proveedor, leche):
    cuerpo = {"proveedor": proveedor.pk, "nota": ""} | lineas(
        {"producto": leche.pk, "cantidad": "1.5", "costo_esperado": ""}
    )
    respuesta = admin.post("/admin/compras/ordencompra/add/", cuerpo)
    assert respuesta.status_code == 200
    assert "se mide por unidades enteras" in respuesta.content.decode()
    assert not OrdenCompra.objects.exists()


def test_se_recibe_pegando_lo_escaneado(admin, orden, hay, leche):
    ruta = f"/admin/compras/ordencompra/{orden.pk}"
    assert admin.get(f"{ruta}/recibir/").status_code == 403
    admin.post(f"{ruta}/enviar/", {"_": 1})
    mala = admin.post(f"{ruta}/recibir/", {"numero_documento": "7", "escaneado": "LECHE PAN"})
    assert "La línea 1 no es un código" in mala.content.decode()
    de_mas = admin.post(f"{ruta}/recibir/", {"numero_documento": "7", "escaneado": "11 x LECHE"})
    assert "sobran 1" in de_mas.content.decode()
    respuesta = admin.post(
        f"{ruta}/recibir/",
        {"numero_documento": "7", "escaneado": "LECHE\r\n\r\n3 x LECHE\r\n2 x LECHE\r\n"},
        follow=True,
    )
    assert "Recepción ingresada" in mensajes(respuesta)
    assert hay(leche) == (6, 700, 4200)
    sin_motivo = admin.post(f"{ruta}/cerrar/", {"motivo": ""})
    assert "diga por qué" in sin_motivo.content.decode()
    assert "Orden cerrada" in mensajes(admin.post(f"{ruta}/cerrar/", {"motivo": "Ya"}, follow=True))
    assert admin.get(f"{ruta}/cerrar/").status_code == 403


def test_se_sugiere_y_se_baja_en_pdf_y_csv(admin, proveedor, producto):
    pan = producto("Pan", "PAN", stock_minimo=Decimal(6))
    ruta = f"/admin/compras/proveedor/{proveedor.pk}/sugerir/"
    assert admin.get(ruta).status_code == 200
    nada = admin.post(ruta, {"semanas": 4})
    assert "no hay nada que pedir" in nada.content.decode()
    admin.post(
        "/admin/compras/proveedorproducto/add/",
        {"proveedor": proveedor.pk, "producto": pan.pk, "codigo_proveedor": "", "multiplo": "1"},
    )
    respuesta = admin.post(ruta, {"semanas": 4}, follow=True)
    assert "revíselo" in mensajes(respuesta)
    orden = OrdenCompra.objects.get()
    assert admin.get(f"/admin/compras/ordencompra/{orden.pk}/pdf/").content.startswith(b"%PDF")
    assert b"Pan;6;un" in admin.get(f"/admin/compras/ordencompra/{orden.pk}/csv/").content
    assert admin.get("/admin/compras/ordencompra/").status_code == 200


@pytest.mark.parametrize("pagina", ["compra", "proveedor", "ordencompra", "proveedorproducto"])
def test_un_cajero_no_entra(carlos, pagina):
    cliente = Client()
    cliente.force_login(carlos)
    assert cliente.get(f"/admin/compras/{pagina}/").status_code == 302
