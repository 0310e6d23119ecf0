"""Los registros en el admin: se leen, se encuentran, y no hay por dónde tocarlos."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventario.base.fechas import dia_de
from productos.models import Producto
from productos.servicios import editar_producto
from registros.admin import PAGINAS
from registros.models import Registro
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db
LISTA = "/admin/registros/registro/"


@pytest.fixture
def admin_de_ana(ana: Usuario) -> Client:
    cliente = Client()
    cliente.force_login(ana)
    return cliente


def test_dicen_quien_que_y_sobre_que_en_consultas_fijas(
    admin_de_ana: Client, producto: Callable[..., Producto]
) -> None:
    te = producto("Té negro")

    def abrir() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as consultas:
            respuesta = admin_de_ana.get(LISTA)
            return len(consultas), respuesta.content.decode()

    antes, texto = abrir()
    assert "Té negro" in texto
    assert f"/admin/productos/producto/{te.pk}/change/" in texto
    for n in range(12):
        producto(f"Otro {n}")
    assert abrir()[0] == antes


def test_se_buscan_sin_tildes_y_por_dias_de_la_tienda(
    admin_de_ana: Client, producto: Callable[..., Producto], ahora: datetime
) -> None:
    producto("Azúcar")
    assert "Azúcar" in admin_de_ana.get(LISTA, {"q": "azucar"}).content.decode()
    assert "Azúcar" not in admin_de_ana.get(LISTA, {"q": "harina"}).content.decode()
    dias = {"fecha_y_hora_from": "24-11-2026", "fecha_y_hora_to": "24-11-2026"}
    assert "Azúcar" in admin_de_ana.get(LISTA, dias).content.decode()
    dias = {"fecha_y_hora_from": "25-11-2026"}
    assert "Azúcar" not in admin_de_ana.get(LISTA, dias).content.decode()


def test_la_ficha_muestra_el_antes_y_el_despues(
    admin_de_ana: Client, producto: Callable[..., Producto], actor: Callable, ana: Usuario
) -> None:
    te = producto("Té", precio=1_000, codigo="TE-1")
    editar_producto(
        codigo="TE-1", cambios={"precio_venta": 1_290}, actor=actor(ana),
        ahora=datetime(2026, 11, 24, 16, tzinfo=UTC),
    )
    registro = Registro.objects.filter(objeto_tipo="producto", objeto_id=te.pk).first()
    assert registro is not None
    texto = admin_de_ana.get(f"{LISTA}{registro.pk}/change/").content.decode()
    assert "<td>1000</td><td>1290</td>" in texto


def test_ni_ana_los_agrega_cambia_o_borra(admin_de_ana: Client, producto: Callable[..., Producto]) -> None:
    producto()
    registro = Registro.objects.first()
    assert registro is not None
    assert admin_de_ana.get(f"{LISTA}add/").status_code == 403
    assert admin_de_ana.post(f"{LISTA}{registro.pk}/change/", {"mensaje": "Nada"}).status_code == 403
    assert admin_de_ana.post(f"{LISTA}{registro.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "_selected_action" not in admin_de_ana.get(LISTA).content.decode()


def test_lo_que_hizo_un_cajero_hoy_esta_a_un_enlace(
    admin_de_ana: Client, api: Callable, carlos: Usuario
) -> None:
    api(carlos).post("/registros", {"mensaje": "Cuadré la caja", "tipo": "caja"})
    destino = admin_de_ana.get(f"/admin/usuarios/usuario/{carlos.pk}/hoy/").headers["Location"]
    assert "Cuadré la caja" in admin_de_ana.get(destino).content.decode()
    lista = admin_de_ana.get(LISTA).content.decode()
    assert f"usuario__id__exact={carlos.pk}&amp;fecha_y_hora_from=" in lista


def test_de_un_registro_se_llega_a_lo_que_nombra_y_de_ahi_a_su_historia(
    admin_de_ana: Client, ana: Usuario
) -> None:
    """Lo que pasó con esto, a un enlace: productos, compras, proveedores, órdenes, conteos…"""
    for objeto, pagina in PAGINAS.items():
        registro = Registro(objeto_tipo=objeto, objeto_id=7, mensaje="Algo")
        direccion = reverse(f"admin:{pagina}_change", args=(7,))
        assert direccion in admin.site._registry[Registro].objeto_con_enlace(registro)
        historia = admin_de_ana.get(reverse(f"admin:{pagina}_history", args=(7,)))
        assert f"objeto_tipo__exact={objeto}&objeto_id__exact=7" in historia.headers["Location"]


def test_lo_que_paso_con_un_producto_y_lo_que_hizo_un_cajero_hoy_estan_a_una_llamada(
    api: Callable, ana: Usuario, carlos: Usuario, producto: Callable[..., Producto]
) -> None:
    te = producto("Té")
    api(carlos).post("/registros", {"mensaje": "Cuadré la caja", "tipo": "caja"})
    hoy = f"{dia_de(timezone.now())}"
    del_producto = api(ana).get("/registros", {"objeto": f"producto:{te.pk}"}).json()
    del_cajero = api(ana).get("/registros", {"usuario": carlos.rut, "desde": hoy, "hasta": hoy}).json()
    assert [registro["mensaje"] for registro in del_cajero] == ["Cuadré la caja"]
    assert del_producto
    assert all("Té" in registro["mensaje"] for registro in del_producto)


def test_la_exportacion_respeta_los_filtros_y_queda_registrada(
    admin_de_ana: Client, producto: Callable[..., Producto], ana: Usuario
) -> None:
    producto("Té negro")
    producto("Azúcar")
    pagina = admin_de_ana.get(LISTA, {"q": "azucar"}).content.decode()
    assert f"{LISTA}exportar/?q=azucar" in pagina
    respuesta = admin_de_ana.get(f"{LISTA}exportar/", {"q": "azucar"})
    texto = respuesta.content.decode("utf-8-sig")
    assert respuesta["Content-Type"].startswith("text/csv")
    assert "Azúcar" in texto
    assert "Té negro" not in texto
    ultimo = Registro.objects.first()
    assert ultimo is not None
    assert (ultimo.tipo, ultimo.usuario, ultimo.puerta) == ("datos_personales", ana, "admin")
    assert "azucar" in ultimo.descripcion
