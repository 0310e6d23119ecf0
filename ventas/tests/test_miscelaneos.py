"""Vender lo que aún no tiene ficha: con nombre y precio de la caja, con IVA y sin stock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.models import Tienda
from inventario.panel.consultas import ventas as informes
from inventario.panel.periodo import Periodo
from productos.models import MovimientoStock, Producto
from productos.servicios import enviar_pendiente
from productos.verificacion import verificar_inventario
from registros.models import Registro
from usuarios.models import Usuario
from ventas.models import DetalleVenta, ResumenMiscelaneo, Venta
from ventas.resumenes import dias_distintos
from ventas.verificacion import problemas_de_ventas

EAN = "7809876543214"
GALLETAS = {"miscelaneo": True, "nombre": "Galletas de avena", "precio": 990, "cantidad": 2}
Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]


@pytest.fixture(autouse=True)
def _la_tienda_los_vende(db: None) -> None:
    Tienda.objects.update(permite_miscelaneo=True)


@pytest.fixture
def cobrar(api: Api, carlos: Usuario) -> Callable[..., Any]:
    def de(*lineas: dict[str, Any], **extra: Any) -> Any:
        cuerpo = {"id_forma_pago": 3, "id_tipodocumento": 1, "productos": list(lineas), **extra}
        return api(carlos).post("/ventas-detalle", cuerpo)

    return de


def _todo_cuadra() -> None:
    assert list(problemas_de_ventas()) == []
    assert list(verificar_inventario()) == []
    dias = [fecha.date() for fecha in Venta.objects.values_list("fecha_venta", flat=True)]
    assert dias_distintos(desde=min(dias), hasta=max(dias)) == []


def test_se_vende_junto_a_un_producto_y_se_devuelve_sin_tocar_el_stock(
    cobrar: Callable[..., Any], api: Api, ana: Usuario, producto: Fabrica
) -> None:
    te = producto(precio=1000, stock=10, costo=400, codigo="TE-1")
    hecha = cobrar({"codigo_barras": "TE-1", "cantidad": 1}, {**GALLETAS, "codigo_barras": EAN})
    assert hecha.status_code == 201, hecha.json()
    vendida = hecha.json()
    assert (vendida["total_con_iva"], vendida["iva"]) == (2980, 476)
    assert vendida["detalles"][1] == vendida["detalles"][1] | {
        "id_producto": None, "producto_nombre": "Galletas de avena", "total": 1980, "codigo_barras": EAN,
    }
    assert MovimientoStock.objects.filter(documento_tipo="venta").count() == 1
    registro = Registro.objects.filter(tipo="venta").latest("id")
    assert f"Sin ficha en la línea 2: Galletas de avena a $990, código {EAN}" in registro.descripcion
    boleta = api(ana).get(f"/boleta/{vendida['id_venta']}")
    assert [p["nombre"] for p in boleta.json()["productos"]] == [te.nombre, "Galletas de avena"]
    for forma in (".pdf", ".escpos", "/renglones"):
        assert api(ana).get(f"/boleta/{vendida['id_venta']}{forma}").status_code == 200
    _todo_cuadra()

    devolver = f"/ventas/{vendida['id_venta']}/devolucion"
    por_codigo = {"motivo": "Rota", "productos": [{"codigo_barras": EAN, "cantidad": 1}]}
    vuelta = api(ana).post(devolver, por_codigo).json()
    assert (vuelta["total_con_iva"], vuelta["detalles"][0]["id_producto"]) == (990, None)
    assert api(ana).post(devolver, {"motivo": "Todo"}).json()["total_con_iva"] == 1990
    te.refresh_from_db()
    assert te.stock == 10
    _todo_cuadra()


def test_una_venta_de_puros_miscelaneos_tambien_es_una_venta(cobrar: Callable[..., Any]) -> None:
    assert cobrar(GALLETAS, {**GALLETAS, "nombre": "Vela"}).json()["total_con_iva"] == 3960
    _todo_cuadra()


def test_si_la_tienda_no_los_permite_nada_se_vende(cobrar: Callable[..., Any], producto: Fabrica) -> None:
    producto(codigo="TE-1")
    Tienda.objects.update(permite_miscelaneo=False)
    respuesta = cobrar({"codigo_barras": "TE-1", "cantidad": 1}, GALLETAS)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "miscelaneo_no_permitido")
    assert not Venta.objects.exists()


@pytest.mark.parametrize(
    ("cambio", "dice"),
    [
        ({"precio": 0}, "precio"), ({"precio": 1_000_001}, "precio"), ({"precio": "990"}, "precio"),
        ({"nombre": " "}, "nombre"), ({"nombre": None}, "nombre"), ({"cantidad": 1.5}, "enteras"),
        ({"cantidad": 1001}, "1000"), ({"cantidad": 0}, "enteras"), ({"id_producto": 1}, "id_producto"),
    ],
)  # fmt: skip
def test_un_miscelaneo_mal_puesto_dice_en_que_linea(
    cobrar: Callable[..., Any], cambio: dict[str, Any], dice: str
) -> None:
    respuesta = cobrar({**GALLETAS, **cambio})
    assert respuesta.status_code == 400
    assert dice in respuesta.json()["errores"]["1"][0]
    assert not Venta.objects.exists()


def test_lo_que_ya_tiene_ficha_se_vende_por_su_codigo_salvo_que_se_cobrara_antes_de_tenerla(
    cobrar: Callable[..., Any], producto: Fabrica
) -> None:
    con_ficha = producto(codigo=EAN, stock=5)
    linea = {**GALLETAS, "codigo_barras": EAN}
    ahora = timezone.now()
    for cuando in (None, ahora.isoformat()):
        assert "ya es de un producto" in cobrar(linea, hora_de_caja=cuando).json()["errores"]["1"][0]
    Producto.objects.filter(pk=con_ficha.pk).update(fecha_registro=ahora)
    sin_red = cobrar(linea, hora_de_caja=(ahora - timedelta(minutes=1)).isoformat())
    assert sin_red.status_code == 201
    assert sin_red.json()["detalles"][0]["id_producto"] is None


def test_el_nombre_y_el_precio_que_un_cliente_de_siempre_manda_en_una_linea_no_se_miran(
    cobrar: Callable[..., Any], producto: Fabrica
) -> None:
    producto(codigo="TE-1", precio=1000)
    respuesta = cobrar({"codigo_barras": "TE-1", "cantidad": 1, "nombre": "", "precio": 12.5})
    assert respuesta.json()["total_con_iva"] == 1000


def test_la_base_no_guarda_una_linea_sin_producto_y_sin_nombre(cobrar: Callable[..., Any]) -> None:
    cobrar(GALLETAS)
    for mal in ({"nombre": ""}, {"costo_unitario": 5}, {"exenta": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DetalleVenta.objects.update(**mal)


def test_sumar_los_miscelaneos_cuesta_una_sentencia_y_nada_si_no_los_hay(
    cobrar: Callable[..., Any], producto: Fabrica
) -> None:
    producto(codigo="TE-1", stock=100)

    def sentencias(*lineas: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as consultas:
            assert cobrar(*lineas).status_code == 201
        return sum(c["sql"].count("INSERT INTO ventas_resumenmiscelaneo") for c in consultas)

    te = {"codigo_barras": "TE-1", "cantidad": 1}
    assert sentencias(te) == 0
    assert sentencias(te, GALLETAS, {**GALLETAS, "nombre": "Vela"}) == 1


def test_los_informes_por_producto_y_por_dia_suman_lo_mismo(
    cobrar: Callable[..., Any], producto: Fabrica
) -> None:
    producto(codigo="TE-1", precio=1000, costo=400)
    cobrar({"codigo_barras": "TE-1", "cantidad": 1}, GALLETAS, porcentaje=10)
    dia = ResumenMiscelaneo.objects.get().dia
    periodo = Periodo(desde=dia, hasta=dia)
    por_dia = informes.Cifras.total(informes.por_dia(periodo).values())
    for partes in (informes.por_producto(periodo), informes.por_categoria(periodo)):
        cifras = informes.Cifras.total(getattr(p, "cifras", p) for p in partes)
        assert (cifras.venta, cifras.sin_iva, cifras.costo) == (por_dia.venta, por_dia.sin_iva, por_dia.costo)
    ResumenMiscelaneo.objects.update(vendido=1)
    call_command("reconstruir_resumenes")
    _todo_cuadra()


def test_el_pendiente_muestra_las_ventas_en_que_ya_salio(
    cobrar: Callable[..., Any], api: Api, ana: Usuario, carlos: Usuario, actor: Any, ahora: Any,
    client: Client,
) -> None:
    pendiente = enviar_pendiente(
        codigo="036000291452", nombre="Pañuelos", actor=actor(carlos), ahora=ahora
    ).pendiente
    # Otra caja lo leyó como EAN-13: es el mismo código.
    panuelos, otra = ({**GALLETAS, "codigo_barras": codigo} for codigo in ("0036000291452", EAN))
    vendida = cobrar(panuelos, otra).json()
    filas = api(ana).get(f"/productos-pendientes/{pendiente.pk}/ventas").json()
    assert [(f["id_venta"], f["folio"], f["cantidad"]) for f in filas] == [
        (vendida["id_venta"], vendida["folio"], 2)
    ]
    client.force_login(ana)
    ficha = client.get(f"/admin/productos/productopendiente/{pendiente.pk}/change/").content.decode()
    assert f"/admin/ventas/venta/{vendida['id_venta']}/change/" in ficha
    venta = client.get(f"/admin/ventas/venta/{vendida['id_venta']}/change/").content.decode()
    assert "sin ficha, código 0036000291452" in venta
