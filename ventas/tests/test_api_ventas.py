"""Las ventas por HTTP: el contrato con los clientes que ya existen, y quién ve qué."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from productos.models import EstadoProducto, Producto
from usuarios.models import Usuario
from ventas.models import FormaPago, Venta
from ventas.servicios import VentaHecha

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
Api = Callable[[Usuario | None], APIClient]
Cuerpo = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.django_db

DE_VENTA = {
    "id_venta", "id_cliente", "id_cajero", "total_sin_iva", "total_con_iva", "fecha_venta",
    "numero_documento", "porcentaje", "id_forma_pago", "id_tipodocumento", "folio",
}


def test_vende_y_responde_lo_del_contrato(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    te = producto("Té", precio=1_190, codigo="TE-1")
    respuesta = api(carlos).post("/ventas-detalle", cuerpo((te, 2), efectivo_recibido=5_000))
    datos = respuesta.json()
    assert respuesta.status_code == 201
    assert datos.keys() >= DE_VENTA | {"msg", "iva", "detalles", "puntos_ganados", "pagos"}
    assert (datos["total_sin_iva"], datos["iva"], datos["total_con_iva"]) == (2_000, 380, 2_380)
    assert (datos["folio"], datos["numero_documento"], datos["vuelto"]) == (1, "1", 2_620)
    assert datos["detalles"] == [
        {
            "id_venta": datos["id_venta"], "cantidad": 2, "producto_nombre": "Té",
            "precio_unitario": 1_190, "subtotal": 2_380, "numero_linea": 1, "id_producto": te.pk,
            "codigo_barras": "TE-1", "unidad": "un", "descuento": 0, "total": 2_380,
        }
    ]


@pytest.mark.parametrize("basura", [1, -1, "mucho", None, {"a": 1}, [], 1.5])
def test_los_totales_y_la_hora_del_cliente_se_ignoran_sean_lo_que_sean(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo, basura: Any
) -> None:
    pedido = cuerpo(
        (producto(precio=1_000), 1), total_sin_iva=basura, total_con_iva=basura, fecha_venta=basura
    )
    respuesta = api(carlos).post("/ventas-detalle", pedido)
    assert (respuesta.status_code, respuesta.json()["total_con_iva"]) == (201, 1_000)
    hora = datetime.fromisoformat(respuesta.json()["fecha_venta"])
    assert timezone.now() - hora < timedelta(minutes=1)


def test_un_total_esperado_distinto_responde_el_correcto(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    respuesta = api(carlos).post(
        "/ventas-detalle", cuerpo((producto(precio=1_000), 1), total_esperado=1_190)
    )
    assert respuesta.status_code == 409
    assert (respuesta.json()["codigo"], respuesta.json()["total_con_iva"]) == (
        "precio_desactualizado", 1_000,
    )


@pytest.mark.parametrize(
    ("cambios", "clave"),
    [
        ({"id_forma_pago": None}, "id_forma_pago"),
        ({"id_forma_pago": 9}, "id_forma_pago"),
        ({"id_forma_pago": True}, "id_forma_pago"),
        ({"id_tipodocumento": "x"}, "id_tipodocumento"),
        ({"porcentaje": 101}, "porcentaje"),
        ({"porcentaje": -1}, "porcentaje"),
        ({"id_cliente": 2**70}, "id_cliente"),
        ({"numero_documento": "x" * 61}, "numero_documento"),
        ({"total_esperado": 10.5}, "total_esperado"),
        ({"efectivo_recibido": 1}, "efectivo_recibido"),
        ({"id_forma_pago": 3, "efectivo_recibido": 1}, "efectivo_recibido"),
        ({"pagos": []}, "pagos"),
        ({"id_cliente": True}, "id_cliente"),
        (
            {"id_forma_pago": None, "efectivo_recibido": 9, "pagos": [{"id_forma_pago": 2, "monto": 9}]},
            "efectivo_recibido",
        ),
        ({"pagos": [{"id_forma_pago": 1, "monto": 1}]}, "id_forma_pago"),
        ({"id_forma_pago": None, "pagos": [{"id_forma_pago": 1, "monto": "x"}]}, "pagos.0.monto"),
        ({"id_forma_pago": None, "pagos": [{"id_forma_pago": 1, "monto": 1}]}, "pagos"),
        ({"productos": []}, "productos"),
        ({"productos": "pan"}, "productos"),
        ({"productos": [3]}, "1"),
        ({"productos": [{"cantidad": 1}]}, "1"),
        ({"productos": [{"id_producto": 1, "cantidad": "dos"}]}, "1"),
        ({"productos": [{"id_producto": 1, "cantidad": 0.3333}]}, "1"),
        ({"productos": [{"id_producto": 1}]}, "1"),
        ({"productos": [{"id_producto": 2**70, "cantidad": 1}]}, "1"),
        ({"productos": [{"codigo_barras": "NADIE", "cantidad": 1}]}, "1"),
        ({"productos": [{"id_producto": 1, "cantidad": 1}] * 501}, "productos"),
    ],
)
def test_un_pedido_malo_es_un_400_que_dice_donde(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo,
    cambios: dict[str, Any], clave: str,
) -> None:
    pedido = cuerpo((producto(), 1)) | cambios
    respuesta = api(carlos).post("/ventas-detalle", pedido)
    assert respuesta.status_code == 400, respuesta.json()
    assert clave in respuesta.json()["errores"]
    assert Venta.objects.count() == 0


@pytest.mark.parametrize("malo", [[], None, "pan", 3, [{}]])
def test_un_cuerpo_que_no_es_un_objeto_es_un_400(api: Api, ana: Usuario, malo: Any) -> None:
    for ruta in ("/ventas-detalle", "/ventas/1/devolucion"):
        respuesta = api(ana).post(ruta, json.dumps(malo), content_type="application/json")
        assert respuesta.status_code == 400
        assert respuesta.json().keys() == {"msg", "codigo", "errores"}


def test_cada_linea_mala_lleva_su_numero(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    bueno, inactivo = producto(stock=5), producto("Té", estado=EstadoProducto.INACTIVO)
    respuesta = api(carlos).post("/ventas-detalle", cuerpo((bueno, 1), (inactivo, 1), (bueno, 0)))
    assert respuesta.status_code == 400
    assert respuesta.json()["codigo"] == "producto_invalido"
    assert respuesta.json()["errores"] == {
        "2": ["Té está inactivo"], "3": ["La cantidad debe ser mayor que cero"],
    }
    falta = api(carlos).post("/ventas-detalle", cuerpo((bueno, 4), (bueno, 2)))
    assert (falta.status_code, falta.json()["codigo"]) == (409, "stock_insuficiente")
    assert falta.json()["errores"].keys() == {"1", "2"}


def test_id_y_codigo_de_productos_distintos_no_es_nadie(
    api: Api, carlos: Usuario, producto: Fabrica
) -> None:
    te, pan = producto(codigo="TE-1"), producto(codigo="PAN-1")
    linea = {"id_producto": te.pk, "codigo_barras": "PAN-1", "cantidad": 1}
    pedido = {"id_forma_pago": 2, "id_tipodocumento": 1, "productos": [linea]}
    respuesta = api(carlos).post("/ventas-detalle", pedido)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (400, "producto_invalido")
    linea["id_producto"] = pan.pk
    assert api(carlos).post("/ventas-detalle", pedido).status_code == 201


def test_la_misma_clave_cobra_una_sola_vez(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(stock=10), 1))
    primera, segunda = (
        api(carlos).post("/ventas-detalle", pedido, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert (primera.status_code, segunda.status_code) == (201, 201)
    assert primera.json() == segunda.json()
    assert segunda["Idempotency-Replayed"] == "true"
    otra = api(carlos).post(
        "/ventas-detalle", pedido | {"porcentaje": 10}, headers={"Idempotency-Key": "k-1"}
    )
    assert otra.status_code == 422
    assert Venta.objects.count() == 1


def test_un_error_no_gasta_la_clave(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(stock=0), 1))
    clave = {"Idempotency-Key": "k-1"}
    assert api(carlos).post("/ventas-detalle", pedido, headers=clave).status_code == 409
    Producto.objects.update(stock=5)
    assert api(carlos).post("/ventas-detalle", pedido, headers=clave).status_code == 201


def test_quien_puede_vender_y_devolver(
    api: Api, ana: Usuario, carlos: Usuario, clara: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    te = producto()
    estados = [
        api(quien).post("/ventas-detalle", cuerpo((te, 1))).status_code
        for quien in (ana, carlos, clara, None)
    ]
    assert estados == [201, 201, 403, 401]
    ajena = Venta.objects.get(cajero=ana)
    vueltas = [
        api(quien).post(f"/ventas/{ajena.pk}/devolucion", {"motivo": "x"}).status_code
        for quien in (None, clara, carlos, ana, ana)
    ]
    assert vueltas == [401, 403, 403, 201, 409]


def test_devuelve_por_la_api_y_responde_la_nota(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    te = producto("Té", precio=1_190)
    id_venta = api(carlos).post("/ventas-detalle", cuerpo((te, 3))).json()["id_venta"]
    pedido = {"motivo": "Venía roto", "productos": [{"id_producto": te.pk, "cantidad": 1}]}
    clave = {"Idempotency-Key": "d-1"}
    primera, segunda = (
        api(carlos).post(f"/ventas/{id_venta}/devolucion", pedido, headers=clave) for _ in range(2)
    )
    datos = primera.json()
    assert primera.status_code == 201
    assert (datos["folio"], datos["total_con_iva"], datos["iva"]) == (1, 1_190, 190)
    assert datos["detalles"] == [
        {"numero_linea": 1, "id_producto": te.pk, "producto_nombre": "Té", "cantidad": 1, "monto": 1_190}
    ]
    assert datos["reembolsos"] == [{"id_forma_pago": 2, "monto": 1_190, "redondeo": 0, "puntos": 0}]
    assert segunda.json() == datos
    te.refresh_from_db()
    assert te.stock == 8


@pytest.mark.parametrize(
    ("pedido", "clave"),
    [
        ({}, "motivo"),
        ({"motivo": " "}, "motivo"),
        ({"motivo": "x", "productos": [{"cantidad": 1}]}, "1"),
        ({"motivo": "x", "productos": [{"numero_linea": 1, "cantidad": 0}]}, "1"),
        ({"motivo": "x", "productos": [{"numero_linea": 1, "cantidad": 0.5}]}, "1"),
        ({"motivo": "x", "productos": [{"numero_linea": n, "cantidad": 1} for n in (1, 9)]}, "2"),
    ],
)
def test_una_devolucion_mal_pedida_es_un_400(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender, pedido: dict[str, Any], clave: str
) -> None:
    hecha = venta((producto(), 1))
    respuesta = api(ana).post(f"/ventas/{hecha.venta.pk}/devolucion", pedido)
    assert respuesta.status_code == 400, respuesta.json()
    assert clave in respuesta.json()["errores"]


def test_devolver_lo_que_no_existe_es_404(api: Api, ana: Usuario) -> None:
    for id_venta in (1, 2**70):
        respuesta = api(ana).post(f"/ventas/{id_venta}/devolucion", {"motivo": "x"})
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (404, "venta_no_existe")


def test_cada_uno_ve_lo_suyo(
    api: Api, ana: Usuario, carlos: Usuario, clara: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te = producto(stock=100)
    suya = venta((te, 1), id_cliente=clara.pk).venta.pk
    ajena = venta((te, 1), quien=ana).venta.pk
    for quien, esperadas in ((ana, [ajena, suya]), (carlos, [suya]), (clara, [suya])):
        cliente = api(quien)
        assert [v["id_venta"] for v in cliente.get("/ventas").json()] == esperadas
        assert [d["id_venta"] for d in cliente.get("/detalleventa").json()] == esperadas
        assert [b["venta"]["id_venta"] for b in cliente.get("/boletas").json()] == esperadas
    for quien in (carlos, clara):
        assert api(quien).get(f"/boleta/{ajena}").status_code == 404
        assert api(quien).get(f"/detalleventa/{ajena}").status_code == 404
        assert api(quien).get(f"/boleta/{suya}").status_code == 200
    assert api(None).get("/ventas").status_code == 401


def test_la_lista_se_filtra_por_dias_de_santiago(
    api: Api, ana: Usuario, carlos: Usuario, clara: Usuario, producto: Fabrica, venta: Vender,
    ahora: datetime,
) -> None:
    te = producto(stock=100)
    lunes = ahora - timedelta(days=1)
    tarde = ahora.replace(hour=2) + timedelta(days=1)  # 23:00 del martes 24 en Santiago
    ids = [venta((te, 1), cuando=cuando).venta.pk for cuando in (lunes, ahora, tarde)]
    ids.append(venta((te, 1), quien=ana, id_cliente=clara.pk, cuando=tarde + timedelta(hours=2)).venta.pk)
    casos = {
        "": ids[::-1],
        "fecha_inicio=2026-11-24": ids[:0:-1],
        "fecha_inicio=2026-11-24&fecha_fin=2026-11-24": [ids[2], ids[1]],
        "fecha_fin=2026-11-23": [ids[0]],
        f"id_cajero={carlos.pk}": ids[2::-1],
        f"id_cliente={clara.pk}": [ids[3]],
        "fecha_inicio=": ids[::-1],
    }
    for consulta, esperadas in casos.items():
        assert [v["id_venta"] for v in api(ana).get(f"/ventas?{consulta}").json()] == esperadas, consulta
    assert [v["id_venta"] for v in api(carlos).get(f"/ventas?id_cajero={ana.pk}").json()] == []
    for mala in ("fecha_inicio=ayer", "id_cajero=x", "fecha_inicio=2026-11-24&fecha_fin=2026-11-23"):
        assert api(ana).get(f"/ventas?{mala}").status_code == 400


def test_la_fila_de_una_venta_es_la_del_contrato(
    api: Api, carlos: Usuario, clara: Usuario, producto: Fabrica, venta: Vender
) -> None:
    hecha = venta(
        (producto(precio=1_190), 1), id_cliente=clara.pk, forma=FormaPago.DEBITO, numero_documento="X-9"
    ).venta
    [fila] = api(carlos).get("/ventas/").json()
    assert fila.keys() == DE_VENTA
    assert fila | {"fecha_venta": ""} == {
        "id_venta": hecha.pk, "id_cliente": clara.pk, "id_cajero": carlos.pk, "total_sin_iva": 1_000,
        "total_con_iva": 1_190, "fecha_venta": "", "numero_documento": "X-9", "porcentaje": 0,
        "id_forma_pago": 3, "id_tipodocumento": 1, "folio": 1,
    }
    assert fila["fecha_venta"] == "2026-11-24T12:00:00-03:00"


def test_las_paginas_van_en_las_cabeceras(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te = producto(stock=100)
    for _ in range(5):
        venta((te, 1), (te, 1))
    for ruta, total in (("/ventas", 5), ("/boletas", 5), ("/detalleventa", 10)):
        respuesta = api(ana).get(f"{ruta}?limit=3")
        assert (len(respuesta.json()), respuesta["X-Total-Count"]) == (3, str(total))
        assert 'rel="next"' in respuesta["Link"]


def test_el_detalle_de_una_venta_larga_sale_entero(
    api: Api, ana: Usuario, producto: Fabrica, venta: Vender
) -> None:
    te = producto(stock=500)
    hecha = venta(*[(te, 1)] * 150)
    respuesta = api(ana).get(f"/detalleventa/{hecha.venta.pk}")
    assert (len(respuesta.json()), respuesta["X-Total-Count"]) == (150, "150")
    assert respuesta.json()[0].keys() == {
        "id_venta", "cantidad", "producto_nombre", "precio_unitario", "subtotal",
    }
