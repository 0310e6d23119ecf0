"""Lo que una caja vendió sin red: llega después, cada una una vez, y un choque nunca la pierde."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.fechas import dia_de
from productos.models import Producto
from registros.models import Registro
from usuarios.models import Usuario
from ventas.models import Venta

Api = Callable[[Usuario | None], APIClient]
Cuerpo = Callable[..., dict[str, Any]]
Fabrica = Callable[..., Producto]

pytestmark = pytest.mark.django_db


def hace(**cuanto: int) -> str:
    return (timezone.now() - timedelta(**cuanto)).isoformat()


def test_guarda_la_hora_de_la_caja_y_el_dia_y_folio_son_los_del_servidor(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    hora = hace(days=2)
    pedido = cuerpo((producto(), 1), hora_de_caja=hora)
    clave = {"Idempotency-Key": "sin-red-1"}
    primera = api(carlos).post("/ventas-detalle", pedido, headers=clave)
    otra = api(carlos).post("/ventas-detalle", pedido, headers=clave)
    assert (primera.status_code, otra.headers["Idempotency-Replayed"]) == (201, "true")
    venta = Venta.objects.get()
    assert venta.hora_de_caja == datetime.fromisoformat(hora)
    assert dia_de(venta.fecha_venta) == dia_de(timezone.now())
    assert venta.folio == 1
    assert "Cobrada sin red" in Registro.objects.get(tipo="venta").descripcion


@pytest.mark.parametrize("cuanto", [{"days": 8}, {"minutes": -10}, {"days": -400}])
def test_ni_del_futuro_ni_de_hace_mas_de_siete_dias(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo, cuanto: dict[str, int]
) -> None:
    dicho = api(carlos).post("/ventas-detalle", cuerpo((producto(), 1), hora_de_caja=hace(**cuanto)))
    assert (dicho.status_code, dicho.json()["codigo"]) == (400, "hora_de_caja_invalida")
    assert not Venta.objects.exists()


def test_un_reloj_apenas_adelantado_se_acepta(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(), 1), hora_de_caja=hace(minutes=-2))
    assert api(carlos).post("/ventas-detalle", pedido).status_code == 201


@pytest.mark.parametrize("hora", ["ayer", 5, "1800-01-01T00:00:00Z"])
def test_una_hora_que_no_lo_es(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo, hora: Any
) -> None:
    pedido = cuerpo((producto(), 1), hora_de_caja=hora)
    assert api(carlos).post("/ventas-detalle", pedido).status_code == 400


def test_si_el_precio_subio_se_manda_otra_vez_al_cobrado_con_autorizacion(
    api: Api, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    """El cliente ya pagó 900 y se fue; hoy el producto vale 1.000."""
    pedido = cuerpo((producto(precio=1_000), 1), hora_de_caja=hace(hours=3), total_esperado=900)
    caja, clave = api(carlos), {"Idempotency-Key": "sin-red-2"}
    choque = caja.post("/ventas-detalle", pedido, headers=clave)
    assert (choque.status_code, choque.json()["codigo"]) == (409, "precio_desactualizado")
    pedido["precios"] = {"1": 900}
    pedida = caja.post("/autorizaciones", {"accion": "precio", "objeto": pedido}).json()
    api(ana).post(f"/autorizaciones/{pedida['id_autorizacion']}/aprobar")
    pedido["autorizacion"] = pedida["id_autorizacion"]
    hecha = caja.post("/ventas-detalle", pedido, headers=clave)
    assert (hecha.status_code, hecha.json()["total_con_iva"]) == (201, 900)


def test_si_falto_stock_no_queda_nada_y_la_misma_clave_sirve_despues(
    api: Api, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    te = producto(stock=0, codigo="TE-1")
    pedido = cuerpo((te, 1), hora_de_caja=hace(hours=3))
    clave = {"Idempotency-Key": "sin-red-3"}
    assert api(carlos).post("/ventas-detalle", pedido, headers=clave).json()["codigo"] == "stock_insuficiente"
    ajuste = api(ana).post("/product/barcode/TE-1/ajuste", {"cantidad": 1, "motivo": "hallazgo"})
    assert ajuste.status_code == 201, ajuste.json()
    assert api(carlos).post("/ventas-detalle", pedido, headers=clave).status_code == 201
