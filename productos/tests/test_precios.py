"""Precios: su historia, los programados para un día y la limpieza de los descuentos."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from productos import tasks
from productos.kardex import bloquear_productos
from productos.models import Descuento, Precio, Producto
from productos.servicios import editar_producto, programar_precio
from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario

Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]
Actores = Callable[[Usuario], Actor]
RUTA = "/product/barcode/P-1/precios"


def test_un_precio_programado_rige_su_dia_sin_que_corra_ninguna_tarea(
    producto: Fabrica, ana: Usuario, actor: Actores, ahora: datetime
) -> None:
    arroz = producto(codigo="P-1", precio=1000, descuento=Decimal(10))
    hoy = dia_de(ahora)
    for dias, precio in ((1, 1200), (3, 1100)):
        programar_precio(
            codigo="P-1", precio=precio, desde=hoy + timedelta(days=dias), actor=actor(ana), ahora=ahora
        )

    def cobra(dias: int) -> int:
        dia = hoy + timedelta(days=dias)
        return bloquear_productos([arroz.pk], hoy=dia)[arroz.pk].precio_final(dia)

    assert [cobra(dias) for dias in range(5)] == [900, 1080, 1080, 990, 990]


def test_cambiar_el_precio_hoy_no_borra_el_programado_para_manana(
    producto: Fabrica, ana: Usuario, actor: Actores, ahora: datetime
) -> None:
    arroz = producto(codigo="P-1", precio=1000)
    manana = dia_de(ahora) + timedelta(days=1)
    programar_precio(codigo="P-1", precio=1500, desde=manana, actor=actor(ana), ahora=ahora)
    editar_producto(codigo="P-1", cambios={"precio_venta": 1100}, actor=actor(ana), ahora=ahora)

    def precio(dia: date) -> int:
        return bloquear_productos([arroz.pk], hoy=dia)[arroz.pk].precio_vigente

    assert (precio(dia_de(ahora)), precio(manana)) == (1100, 1500)


def test_editar_el_precio_el_dia_del_programado_manda_sobre_el(
    producto: Fabrica, ana: Usuario, actor: Actores, ahora: datetime
) -> None:
    arroz = producto(codigo="P-1", precio=1000)
    manana = ahora + timedelta(days=1)
    programar_precio(
        codigo="P-1", precio=1500, desde=dia_de(manana), actor=actor(ana), ahora=ahora
    )
    editar_producto(codigo="P-1", cambios={"precio_venta": 1000}, actor=actor(ana), ahora=manana)

    hallado = bloquear_productos([arroz.pk], hoy=dia_de(manana))[arroz.pk]
    assert hallado.precio_vigente == 1000
    registro = Registro.objects.latest("id")
    assert (registro.tipo, registro.cambios) == (TipoRegistro.PRECIO, {"precio_venta": [1500, 1000]})


def test_la_historia_dice_quien_puso_cada_precio_y_cual_falta(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    producto(codigo="P-1", precio=1000)
    api(ana).put("/product/barcode/P-1", {"precio_venta": 1100, "motivo": "Subió el proveedor"})
    creado = api(ana).post(RUTA, {"precio": 1300, "desde": "2199-01-01"})

    assert creado.status_code == 201
    filas = api(ana).get(RUTA).json()
    assert [(f["precio"], f["programado"], f["usuario"]) for f in filas] == [
        (1300, True, "Ana Araya"), (1100, False, "Ana Araya"), (1000, False, "sistema"),
    ]
    assert filas[1]["motivo"] == "Subió el proveedor"
    assert api(ana).get("/product/barcode/P-1").json()["precio_venta"] == 1100


def test_solo_se_programa_para_adelante_y_solo_se_quita_lo_que_no_rige(
    api: Api, ana: Usuario, producto: Fabrica
) -> None:
    arroz = producto(codigo="P-1", precio=1000)
    otro = producto(codigo="P-2")
    hoy = dia_de(timezone.now())
    assert api(ana).post(RUTA, {"precio": 1300, "desde": str(hoy)}).status_code == 400
    id_precio = api(ana).post(RUTA, {"precio": 1300, "desde": "2199-01-01"}).json()["id_precio"]

    def quitar(precio_id: int) -> int:
        return int(api(ana).delete(f"{RUTA}/{precio_id}").status_code)

    assert quitar(otro.precios.get().pk) == 404
    assert quitar(arroz.precios.get(desde__lte=hoy).pk) == 409
    assert quitar(id_precio) == 200
    assert quitar(id_precio) == 404
    assert Precio.objects.filter(producto=arroz).count() == 1


@pytest.mark.django_db(transaction=True)
def test_la_tarea_del_dia_pone_al_dia_las_fichas_y_lo_deja_escrito(
    producto: Fabrica, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichas = [producto(codigo=f"P-{n}", precio=1000) for n in range(3)]
    hoy = dia_de(timezone.now())
    for ficha in fichas[:2]:
        Precio.objects.create(producto=ficha, precio=1500, desde=hoy, fecha=timezone.now())
    monkeypatch.setattr("productos.servicios.precios.TROZO", 1)

    assert tasks.precios_del_dia() == 2
    assert tasks.precios_del_dia() == 0
    assert list(Producto.objects.order_by("pk").values_list("precio_venta", flat=True)) == [
        1500, 1500, 1000,
    ]
    assert Registro.objects.filter(tipo=TipoRegistro.PRECIO).count() == 2


@pytest.mark.django_db(transaction=True)
def test_la_limpieza_quita_el_descuento_que_vencio_ayer_y_deja_el_de_hoy(producto: Fabrica) -> None:
    hoy = dia_de(timezone.now())
    for n, ultimo in enumerate([hoy - timedelta(days=1), hoy, None]):
        ficha = producto(codigo=f"P-{n}", descuento=Decimal(10))
        Descuento.objects.filter(producto=ficha).update(ultimo_dia=ultimo)

    assert tasks.eliminar_descuentos_vencidos() == 1
    assert tasks.eliminar_descuentos_vencidos() == 0
    assert Descuento.objects.count() == 2
    assert Registro.objects.get(tipo=TipoRegistro.PRECIO).mensaje.startswith("Descuento vencido")
