"""``X-Total-Count`` de ``/products``: exacto para cada quien y cada filtro, y sin recorrer el catálogo."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventario.base.actor import Actor, Puerta
from inventario.mantenimiento.invariantes import problemas_del_catalogo
from productos import disparadores
from productos.models import Categoria, Producto, TotalProductos
from productos.planilla.lectura import Fila
from productos.servicios import (
    CodigoDuplicado,
    DatosProducto,
    crear_producto,
    desactivar_producto,
    editar_producto,
)
from productos.servicios.importacion.aplicar import importar_productos
from usuarios.models import Usuario

Fabrica = Callable[..., Producto]
SISTEMA = Actor.sistema(puerta=Puerta.COMANDO)
FILTROS = (
    {}, {"estado": "Activo"}, {"estado": "Inactivo"}, {"categoria": "Pan"}, {"buscar": "pan"},
    {"buscar": " "}, {"stock_bajo": "true"}, {"categoria": "Pan", "estado": "Activo"},
)


def _total() -> int:
    return TotalProductos.objects.values_list("cuantos", flat=True).first() or 0


@pytest.mark.django_db
def test_el_total_es_el_de_la_lista_para_cada_quien_y_cada_filtro(
    api: Any, producto: Fabrica, ana: Usuario, carlos: Usuario, clara: Usuario, ahora: datetime
) -> None:
    for quien in (ana, clara):
        assert api(quien).get("/products")["X-Total-Count"] == "0"
    for n in range(7):
        producto(f"Pan {n}" if n % 2 else f"Té {n}", categoria="Pan" if n < 4 else "Té", codigo=f"P-{n}")
    desactivar_producto(codigo="P-1", actor=SISTEMA, ahora=ahora)
    desactivar_producto(codigo="P-1", actor=SISTEMA, ahora=ahora)
    desactivar_producto(codigo="P-2", actor=SISTEMA, ahora=ahora)
    editar_producto(
        codigo="P-2", cambios={"estado": "Activo", "categoria": "Té"}, actor=SISTEMA, ahora=ahora
    )
    for quien in (ana, carlos, clara):
        for filtro in FILTROS:
            respuesta = api(quien).get("/products", filtro)
            assert respuesta["X-Total-Count"] == str(len(respuesta.json())), (quien, filtro)
    assert api(ana).get("/products")["X-Total-Count"] == "7"
    assert api(clara).get("/products")["X-Total-Count"] == "6"


@pytest.mark.django_db
def test_la_primera_pagina_no_recorre_el_catalogo_para_contarlo(
    api: Any, producto: Fabrica, ana: Usuario
) -> None:
    producto()
    with CaptureQueriesContext(connection) as consultas:
        api(ana).get("/products")
    assert not [q["sql"] for q in consultas.captured_queries if "COUNT(" in q["sql"].upper()]


@pytest.mark.django_db
def test_entre_por_donde_entre_un_producto_se_cuenta(producto: Fabrica, ahora: datetime) -> None:
    producto(codigo="P-1")
    leche = {"nombre": "Leche", "codigo_barras": "P-2", "precio_venta": "990", "categoria": "Abarrotes"}
    importar_productos(
        filas=lambda: [Fila(2, leche)], archivo="a.csv", actor=SISTEMA, ahora=ahora
    )
    assert _total() == Producto.objects.count() == 2
    categoria = Categoria.objects.get()
    creados = Producto.objects.bulk_create(
        Producto(nombre=f"{n}", nombre_normalizado=f"{n}", categoria=categoria, precio_venta=1)
        for n in range(3)
    )
    assert _total() == 5
    Producto.objects.filter(pk__in=[creados[0].pk, creados[1].pk]).delete()
    assert _total() == Producto.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_el_que_no_se_pudo_crear_no_se_cuenta(producto: Fabrica, ahora: datetime) -> None:
    producto(codigo="P-1")
    datos = DatosProducto(nombre="Otro", categoria="Abarrotes", codigo_barras="P-1", precio_venta=1)
    with pytest.raises(CodigoDuplicado):
        crear_producto(datos=datos, actor=SISTEMA, ahora=ahora)
    assert _total() == Producto.objects.count() == 1


@pytest.mark.lento
@pytest.mark.django_db(transaction=True)
def test_los_que_se_crean_a_la_vez_se_cuentan_todos(producto: Fabrica, ahora: datetime) -> None:
    producto()

    def crear(n: int) -> Producto:
        datos = DatosProducto(
            nombre=f"Té {n}", categoria="Abarrotes", codigo_barras=f"T-{n}", precio_venta=1
        )
        try:
            return crear_producto(datos=datos, actor=SISTEMA, ahora=ahora)
        finally:
            connection.close()

    def recontar() -> None:
        try:
            disparadores.recontar(connection)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as hilos:
        creados = [hilos.submit(crear, n) for n in range(24)]
        recuentos = [hilos.submit(recontar) for _ in range(4)]
        assert len({futuro.result().pk for futuro in creados}) == 24
        assert [futuro.result() for futuro in recuentos] == [None] * 4
    assert _total() == Producto.objects.count() == 25


@pytest.mark.django_db(transaction=True)
def test_si_falta_quien_cuenta_se_dice_y_migrate_lo_repone_y_cuenta_otra_vez(producto: Fabrica) -> None:
    disparadores.EL_TOTAL.quitar(connection)
    producto()
    dicho = list(problemas_del_catalogo())
    assert len(dicho) == 3
    assert "falta el disparador producto_se_cuenta" in dicho[0]
    assert "el total dice 0 productos y hay 1" in dicho[2]
    call_command("migrate", verbosity=0)
    assert list(problemas_del_catalogo()) == []
    assert _total() == 1


@pytest.mark.django_db
def test_un_total_que_alguien_cambio_se_dice_y_se_rehace(producto: Fabrica) -> None:
    producto()
    TotalProductos.objects.update(cuantos=9)
    assert ["el total dice 9 productos y hay 1" in p for p in problemas_del_catalogo()] == [True]
    call_command("reconstruir_resumenes", stdout=StringIO())
    assert list(problemas_del_catalogo()) == []
