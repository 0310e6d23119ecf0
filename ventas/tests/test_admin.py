"""El admin muestra ventas y devoluciones; ahí nada se agrega, cambia ni borra."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventario.base.actor import Actor
from productos.models import Producto
from registros.models import Registro
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


def test_anular_pide_motivo_y_pasa_por_el_caso_de_uso(
    panel: Client, venta: Callable[..., VentaHecha], producto: Callable[..., Producto], ana: Usuario
) -> None:
    te, pan = producto("Té", stock=10), producto("Pan", stock=10)
    hecha = venta((te, 2), (pan, 1)).venta
    direccion = f"/admin/ventas/venta/{hecha.pk}/devolver/"
    pagina = panel.get(direccion).content.decode()
    assert "Té (2 un por devolver)" in pagina
    assert "requerido" in panel.post(direccion, {"motivo": ""}).content.decode()
    assert not Devolucion.objects.exists()
    respuesta = panel.post(direccion, {"motivo": "Se equivocó", "linea_1": "2", "linea_2": "1"})
    assert respuesta.status_code == 302
    (nota,) = Devolucion.objects.all()
    assert (nota.total, nota.motivo, nota.autor) == (hecha.total, "Se equivocó", ana)
    te.refresh_from_db()
    assert te.stock == 10
    registro = Registro.objects.filter(tipo="devolucion").latest("id")
    assert (registro.puerta, registro.usuario) == ("admin", ana)


def test_se_puede_devolver_solo_una_parte_y_no_de_mas(
    panel: Client, venta: Callable[..., VentaHecha], producto: Callable[..., Producto]
) -> None:
    te, pan = producto("Té", precio=1_000), producto("Pan")
    hecha = venta((te, 3), (pan, 1)).venta
    direccion = f"/admin/ventas/venta/{hecha.pk}/devolver/"
    panel.post(direccion, {"motivo": "Roto", "linea_1": "1", "linea_2": "0"})
    assert Devolucion.objects.get().total == 1_000
    assert panel.post(direccion, {"motivo": "Roto", "linea_1": "3"}).status_code == 200
    assert panel.post(direccion, {"motivo": "Roto", "linea_1": "0", "linea_2": "0"}).status_code == 200
    assert Devolucion.objects.count() == 1


def test_sin_el_permiso_no_se_devuelve(panel: Client, hecha: Venta, ana: Usuario) -> None:
    ana.is_superuser = False
    ana.save(update_fields=["is_superuser"])
    assert panel.post(f"/admin/ventas/venta/{hecha.pk}/devolver/", {"motivo": "x"}).status_code == 403


def test_el_recibo_se_abre_desde_la_ficha(panel: Client, hecha: Venta) -> None:
    nota = Devolucion.objects.get()
    for direccion in (f"venta/{hecha.pk}", f"devolucion/{nota.pk}"):
        respuesta = panel.get(f"/admin/ventas/{direccion}/recibo/")
        assert respuesta["Content-Type"] == "application/pdf"
        assert respuesta.content.startswith(b"%PDF")


def test_se_busca_por_folio_y_por_persona(
    panel: Client, venta: Callable[..., VentaHecha], producto: Callable[..., Producto],
    ana: Usuario, clara: Usuario,
) -> None:
    te = producto("Té", stock=100)
    de_carlos, de_ana = venta((te, 1)).venta, venta((te, 1), quien=ana, id_cliente=clara.pk).venta

    def hallar(buscado: str) -> list[int]:
        lista = panel.get("/admin/ventas/venta/", {"q": buscado}).context["cl"].result_list
        return [v.pk for v in lista]

    assert hallar(str(de_carlos.folio)) == [de_carlos.pk]
    assert hallar("núñez") == hallar(clara.rut) == [de_ana.pk]
    assert hallar("carlos") == [de_carlos.pk]
    assert hallar("nadie") == []


@pytest.mark.parametrize(
    ("situacion", "cuantas"), [("vigente", 1), ("parte", 0), ("anulada", 1)]
)
def test_se_filtran_las_anuladas(
    panel: Client, hecha: Venta, venta: Callable[..., VentaHecha], producto: Callable[..., Producto],
    situacion: str, cuantas: int,
) -> None:
    venta((producto("Otro"), 1))
    lista = panel.get("/admin/ventas/venta/", {"situacion": situacion}).context["cl"].result_list
    assert len(lista) == cuantas


def test_listar_cuesta_lo_mismo_con_una_venta_que_con_veinte(
    panel: Client, venta: Callable[..., VentaHecha], producto: Callable[..., Producto]
) -> None:
    te = producto("Té", stock=1_000)

    def contar() -> int:
        with CaptureQueriesContext(connection) as consultas:
            panel.get("/admin/ventas/venta/")
            return len(consultas)

    venta((te, 1))
    antes = contar()
    for _ in range(19):
        venta((te, 1))
    assert contar() == antes <= 8
