"""Ajustes con su motivo, y el kardex de un producto por la API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.fechas import dia_de
from productos.models import MovimientoStock, Producto
from registros.models import Registro
from usuarios.models import Usuario

Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]
AJUSTE = "/product/barcode/P-1/ajuste"


def test_una_merma_baja_el_stock_y_queda_con_quien_y_por_que(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    arroz = producto("Arroz", codigo="P-1", stock=10, costo=500)

    respuesta = api(ana).post(AJUSTE, {"cantidad": -2, "motivo": "merma", "detalle": "Dos rotos"})

    assert respuesta.status_code == 201
    assert respuesta.json()["stock"] == 8
    arroz.refresh_from_db()
    movimiento = arroz.movimientos.first()
    assert movimiento is not None
    assert (arroz.stock, arroz.valor_stock) == (8, 4000)
    assert (movimiento.tipo, movimiento.usuario, movimiento.motivo) == (
        "ajuste", ana, "Merma: Dos rotos",
    )
    assert Registro.objects.get(tipo="stock").cambios == {"stock": ["10", "8"]}


@pytest.mark.parametrize(
    ("cuerpo", "estado"),
    [
        ({"cantidad": 0, "motivo": "error"}, 400),
        ({"cantidad": 2, "motivo": "robo"}, 400),
        ({"cantidad": -2, "motivo": "hallazgo"}, 400),
        ({"cantidad": -1.5, "motivo": "merma"}, 400),
        ({"cantidad": -1, "motivo": "porque sí"}, 400),
        ({"cantidad": -1}, 400),
        ({"cantidad": "muchos", "motivo": "merma"}, 400),
        ({"cantidad": -11, "motivo": "robo"}, 409),
        ({"cantidad": 3, "motivo": "ERROR"}, 201),
        ({"cantidad": -3, "motivo": "error"}, 201),
        ({"cantidad": 3, "motivo": "hallazgo"}, 201),
    ],
)
def test_un_ajuste_dice_por_que_y_no_deja_stock_bajo_cero(
    api: Api, ana: Usuario, producto: Fabrica, cuerpo: dict[str, Any], estado: int
) -> None:
    producto(codigo="P-1", stock=10)

    respuesta = api(ana).post(AJUSTE, cuerpo)

    assert respuesta.status_code == estado, respuesta.content
    assert MovimientoStock.objects.count() == (2 if estado == 201 else 1)


def test_repetir_un_ajuste_con_su_clave_no_lo_hace_dos_veces(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    arroz = producto(codigo="P-1", stock=10)
    cuerpo = {"cantidad": -2, "motivo": "consumo"}
    clave = {"Idempotency-Key": "ajuste-1"}

    primera = api(ana).post(AJUSTE, cuerpo, headers=clave)
    segunda = api(ana).post(AJUSTE, cuerpo, headers=clave)
    otra = api(ana).post(AJUSTE, {**cuerpo, "cantidad": -3}, headers=clave)

    assert (primera.status_code, segunda.status_code, otra.status_code) == (201, 201, 422)
    assert segunda.json() == primera.json()
    assert segunda["Idempotency-Replayed"] == "true"
    arroz.refresh_from_db()
    assert arroz.stock == 8


@pytest.mark.parametrize("cuantos", [1, 50])
def test_el_kardex_de_un_producto_va_del_mas_nuevo_al_mas_viejo(
    api: Api, ana: Usuario, producto: Fabrica, django_assert_num_queries: Any, cuantos: int
) -> None:
    producto(codigo="P-1", stock=100, costo="333.5")
    producto(codigo="OTRO", stock=5)
    for _ in range(cuantos):
        api(ana).post(AJUSTE, {"cantidad": -1, "motivo": "merma"})

    # El código, el total y la página.
    with django_assert_num_queries(3):
        filas = api(ana).get("/product/barcode/P-1/kardex").json()

    assert len(filas) == cuantos + 1
    assert [f["stock_resultante"] for f in filas] == list(range(100 - cuantos, 101))
    assert (filas[0]["usuario"], filas[-1]["usuario"]) == ("Ana Araya", "sistema")
    assert (filas[0]["tipo"], filas[0]["costo_unitario"]) == ("ajuste", 334)


def test_el_kardex_se_filtra_por_dia_y_por_tipo(api: Api, ana: Usuario, producto: Fabrica) -> None:
    producto(codigo="P-1", stock=10)
    api(ana).post(AJUSTE, {"cantidad": -1, "motivo": "merma"})
    hoy = dia_de(timezone.now())
    ruta = "/product/barcode/P-1/kardex"

    def cuantos(**filtro: Any) -> int:
        return len(api(ana).get(ruta, filtro).json())

    assert cuantos(tipo="ajuste") == 1
    assert cuantos(desde=hoy, hasta=hoy, tipo="ajuste") == 1
    assert cuantos(desde=hoy + timedelta(days=1)) == 0
    assert api(ana).get(ruta, {"tipo": "magia"}).status_code == 400
    assert api(ana).get("/product/barcode/NADA/kardex").status_code == 404
