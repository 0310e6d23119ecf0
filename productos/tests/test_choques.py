"""Dos a la vez sobre el mismo catálogo."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection

from inventario.base.actor import Actor, Puerta
from productos.models import CodigoBarras, ConteoInventario, MotivoAjuste, Producto
from productos.servicios import (
    CodigoDuplicado,
    DatosProducto,
    abrir_conteo,
    ajustar_stock,
    cerrar_conteo,
    crear_categoria,
    crear_producto,
    editar_producto,
    leer_en_conteo,
)
from productos.servicios.conteos import ConteoSobrepuesto, ConteoTerminado
from productos.verificacion import verificar_inventario

pytestmark = [pytest.mark.lento, pytest.mark.django_db(transaction=True)]
SISTEMA = Actor.sistema(puerta=Puerta.COMANDO)


def a_la_vez(tareas: list[Callable[[], object]]) -> list[object]:
    def correr(tarea: Callable[[], object]) -> object:
        try:
            return tarea()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tareas)) as hilos:
        return list(hilos.map(correr, tareas))


def test_de_ocho_productos_con_el_mismo_codigo_queda_uno(ahora: datetime) -> None:
    crear_categoria(nombre="Abarrotes", actor=SISTEMA, ahora=ahora)

    def crear(n: int) -> Callable[[], object]:
        datos = DatosProducto(
            nombre=f"Arroz {n}", categoria="Abarrotes", codigo_barras="P-1", precio_venta=1,
            codigos_barras=(f"OTRO-{n}",),
        )
        return lambda: crear_producto(datos=datos, actor=SISTEMA, ahora=ahora)

    respuestas = a_la_vez([crear(n) for n in range(8)])

    assert sum(isinstance(r, CodigoDuplicado) for r in respuestas) == 7
    assert Producto.objects.count() == 1
    assert CodigoBarras.objects.count() == 2


def test_editar_el_stock_a_la_vez_no_rompe_el_kardex(
    producto: Callable[..., Producto], ahora: datetime
) -> None:
    arroz = producto(codigo="P-1", stock=10)

    def editar(stock: int) -> Callable[[], object]:
        return lambda: editar_producto(
            codigo="P-1", cambios={"stock": Decimal(stock)}, actor=SISTEMA, ahora=ahora
        )

    respuestas = a_la_vez([editar(n) for n in range(20, 36)])

    assert [r for r in respuestas if isinstance(r, Exception)] == []
    arroz.refresh_from_db()
    assert 20 <= arroz.stock < 36
    assert list(verificar_inventario()) == []


def test_muchos_telefonos_cuentan_mientras_se_vende_y_la_diferencia_queda_bien(
    producto: Callable[..., Producto], ahora: datetime
) -> None:
    arroz = producto(codigo="P-1", stock=100)
    conteo = abrir_conteo(nombre="Todo", actor=SISTEMA, ahora=ahora)

    def leer() -> object:
        return leer_en_conteo(
            conteo_id=conteo.pk, codigo="P-1", cantidad=Decimal(10), actor=SISTEMA, ahora=ahora
        )

    def vender() -> object:
        return ajustar_stock(
            codigo="P-1", cantidad=Decimal(-1), motivo=MotivoAjuste.CONSUMO, actor=SISTEMA, ahora=ahora
        )

    a_la_vez([leer] * 9)
    respuestas = a_la_vez([vender] * 8)
    cerrar = a_la_vez(
        [lambda: cerrar_conteo(conteo_id=conteo.pk, motivo="Anual", actor=SISTEMA, ahora=ahora)] * 3
    )

    assert [r for r in respuestas if isinstance(r, Exception)] == []
    assert sum(isinstance(r, ConteoTerminado) for r in cerrar) == 2
    arroz.refresh_from_db()
    assert arroz.stock == 100 - 8 - 10
    assert list(verificar_inventario()) == []


def test_de_ocho_que_abren_un_conteo_lo_abre_uno(ahora: datetime) -> None:
    for nombre in ("Abarrotes", "Lácteos"):
        crear_categoria(nombre=nombre, actor=SISTEMA, ahora=ahora)

    def abrir(categoria: str) -> Callable[[], object]:
        return lambda: abrir_conteo(nombre="X", categoria=categoria, actor=SISTEMA, ahora=ahora)

    respuestas = a_la_vez([abrir(c) for c in ("", "Abarrotes", "", "Abarrotes")])

    assert sum(isinstance(r, ConteoInventario) for r in respuestas) == 1
    assert sum(isinstance(r, ConteoSobrepuesto) for r in respuestas) == 3
