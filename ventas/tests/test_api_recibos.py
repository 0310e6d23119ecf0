"""El recibo por HTTP: los mismos ojos que la boleta, y sin que el ``Accept`` estorbe."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.models import Tienda
from productos.models import ClaseTributaria, Producto
from usuarios.models import Usuario
from ventas.consultas import venta_con_todo
from ventas.recibo import recibo_de_venta
from ventas.reglas.pagos import PagoPedido
from ventas.reglas.tipos import FormaPago
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
Api = Callable[[Usuario | None], APIClient]

pytestmark = pytest.mark.django_db
RUTAS = ["/boleta/{venta}.pdf", "/boleta/{venta}.escpos", "/notacredito/{nota}.pdf",
         "/notacredito/{nota}.escpos"]


@pytest.fixture
def hecha(producto: Fabrica, venta: Vender, clara: Usuario) -> VentaHecha:
    """Té con 10 % al documento, más un libro exento; parte en débito y el resto en efectivo."""
    te = producto("Té", precio=1_190)
    libro = producto("Libro", precio=5_003, clase_tributaria=ClaseTributaria.EXENTO)
    return venta(
        (te, 2), (libro, 1), id_cliente=clara.pk, porcentaje=Decimal(10),
        pagos=[PagoPedido(forma=FormaPago.DEBITO, monto=2_000),
               PagoPedido(forma=FormaPago.EFECTIVO, monto=4_645, recibido=5_000)],
    )


@pytest.fixture
def nota(hecha: VentaHecha, ana: Usuario, actor: Callable[[Usuario], Actor], ahora) -> int:
    pedido = PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Venía roto")
    return devolver(actor=actor(ana), pedido=pedido, ahora=ahora).devolucion.pk


def _texto(cuerpo: bytes) -> str:
    return PdfReader(BytesIO(cuerpo)).pages[0].extract_text()


def test_la_boleta_en_pdf_dice_lo_que_se_vendio(api: Api, carlos: Usuario, hecha: VentaHecha) -> None:
    Tienda.objects.update(razon_social="Almacén Ñuñoa", giro="Almacén", comuna="Ñuñoa")
    respuesta = api(carlos).get(f"/boleta/{hecha.venta.pk}.pdf")
    assert respuesta["Content-Type"] == "application/pdf"
    texto = _texto(respuesta.content)
    for frase in (
        "Almacén Ñuñoa", "COMPROBANTE INTERNO – NO VÁLIDO COMO BOLETA", "BOLETA N° 1",
        "24-11-2026 12:00:00", "Carlos Cáceres", "Clara Núñez", "Té", "Libro (exento)",
        "Descuento 10 %", "-$738", "$1.800", "$342", "$4.503", "$6.645", "Redondeo Ley 20.956", "-$5",
        "$6.640", "Débito", "$2.000", "$4.640", "$5.000", "$360",
    ):
        assert frase in texto, frase
    assert "ELECTRÓNICA" not in texto


def test_certificada_dice_electronica_y_no_lleva_la_advertencia(
    api: Api, carlos: Usuario, hecha: VentaHecha
) -> None:
    Tienda.objects.update(certificada=True)
    texto = _texto(api(carlos).get(f"/boleta/{hecha.venta.pk}.pdf").content)
    assert "BOLETA ELECTRÓNICA N° 1" in texto
    assert "COMPROBANTE INTERNO" not in texto


def test_la_boleta_para_la_impresora_son_bytes(api: Api, carlos: Usuario, hecha: VentaHecha) -> None:
    respuesta = api(carlos).get(f"/boleta/{hecha.venta.pk}.escpos")
    assert respuesta["Content-Type"] == "application/octet-stream"
    assert "Clara Núñez".encode("cp1252") in respuesta.content
    assert respuesta.content.startswith(b"\x1b@")


def test_la_nota_de_credito_dice_que_boleta_corrige(api: Api, ana: Usuario, nota: int) -> None:
    texto = _texto(api(ana).get(f"/notacredito/{nota}.pdf").content)
    for frase in ("NOTA DE CRÉDITO N° 1", "Boleta N° 1 del 24-11-2026", "Venía roto", "Ana Araya",
                  "$6.645", "Devuelto en"):
        assert frase in texto, frase


@pytest.mark.parametrize("ruta", RUTAS)
@pytest.mark.parametrize("accept", ["application/pdf", "text/html", "application/octet-stream", "*/*"])
def test_ningun_accept_da_406(
    api: Api, ana: Usuario, hecha: VentaHecha, nota: int, ruta: str, accept: str
) -> None:
    direccion = ruta.format(venta=hecha.venta.pk, nota=nota)
    assert api(ana).get(direccion, headers={"accept": accept}).status_code == 200
    perdida = api(ana).get(ruta.format(venta=999, nota=999), headers={"accept": accept})
    assert (perdida.status_code, perdida["Content-Type"]) == (404, "application/json")
    assert perdida.json()["msg"]


@pytest.mark.parametrize("ruta", RUTAS)
def test_cada_uno_ve_el_recibo_de_lo_que_ve(
    api: Api, carlos: Usuario, clara: Usuario, ana: Usuario, hecha: VentaHecha, nota: int,
    venta: Vender, producto: Fabrica, ruta: str,
) -> None:
    direccion = ruta.format(venta=hecha.venta.pk, nota=nota)
    assert api(None).get(direccion).status_code == 401
    for quien in (carlos, clara, ana):
        assert api(quien).get(direccion).status_code == 200
    ajena = venta((producto("Otro"), 1), quien=ana).venta
    if "boleta" in ruta:
        assert api(carlos).get(ruta.format(venta=ajena.pk)).status_code == 404


def test_armar_el_recibo_no_consulta_nada_mas(
    hecha: VentaHecha, ana: Usuario, actor: Callable[[Usuario], Actor],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cargada = venta_con_todo(actor(ana), hecha.venta.pk)
    assert cargada is not None
    tienda = Tienda.objects.get()
    with django_assert_num_queries(0):
        recibo = recibo_de_venta(cargada, tienda)
    assert sum(pago.monto for pago in recibo.pagos) == recibo.a_pagar
    assert replace(recibo) == recibo
