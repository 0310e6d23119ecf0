"""Dos a la vez sobre el mismo catálogo."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection

from inventario.base.actor import Actor, Puerta
from productos.models import CodigoBarras, Producto
from productos.servicios import (
    CodigoDuplicado,
    DatosProducto,
    crear_categoria,
    crear_producto,
    editar_producto,
)
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
