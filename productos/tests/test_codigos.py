"""Encontrar un producto por lo que se escanea."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from stdnum import ean

from productos.consultas import producto_por_codigo, resolver_codigos
from productos.models import PatronBalanza, Producto

HOY = date(2026, 11, 24)
Fabrica = Callable[..., Producto]


def etiqueta(prefijo: str, item: str, valor: int) -> str:
    cuerpo = f"{prefijo}{item}{valor:05}"
    return cuerpo + ean.calc_check_digit(cuerpo)


def test_una_etiqueta_de_balanza_es_su_item_con_su_peso(producto: Fabrica) -> None:
    queso = producto("Queso", precio=5990, codigo="00123", unidad="kg", stock="4.5")
    leida = etiqueta("24", "00123", 345)

    resuelto = resolver_codigos([leida], HOY)[leida]

    assert (resuelto.producto_id, resuelto.kilos, resuelto.precio_clp) == (
        queso.pk, Decimal("0.345"), None,
    )


def test_una_etiqueta_con_precio_da_los_kilos_que_ese_precio_compra(producto: Fabrica) -> None:
    PatronBalanza.objects.create(prefijo="25", valor=PatronBalanza.Valor.PRECIO)
    producto("Queso", precio=5990, codigo="00123", unidad="kg", stock=1)
    leida = etiqueta("25", "00123", 2067)

    resuelto = resolver_codigos([leida], HOY)[leida]

    assert (resuelto.kilos, resuelto.precio_clp) == (Decimal("0.345"), 2067)


def test_una_etiqueta_no_nombra_un_producto_por_unidad(producto: Fabrica) -> None:
    producto("Escoba", codigo="00123")

    assert resolver_codigos([etiqueta("24", "00123", 345)], HOY) == {}


def test_un_upc_y_su_ean_son_el_mismo_codigo(producto: Fabrica) -> None:
    jabon = producto("Jabón", codigo="036000291452")

    encontrado = producto_por_codigo("0036000291452", hoy=HOY)

    assert encontrado is not None
    assert encontrado.producto == jabon


@pytest.mark.parametrize("codigo", ["", "no-está", "780123ñ", "7801234567890", "x" * 60])
def test_un_codigo_desconocido_o_imposible_no_es_de_nadie(
    producto: Fabrica, codigo: str
) -> None:
    producto()

    assert producto_por_codigo(codigo, hoy=HOY) is None
    assert resolver_codigos([codigo], HOY) == {}


@pytest.mark.parametrize("cuantos", [1, 50])
def test_resolver_codigos_cuesta_lo_mismo_sean_cuantos_sean(
    producto: Fabrica, django_assert_num_queries: Callable, cuantos: int
) -> None:
    codigos = [f"ABC-{n}" for n in range(cuantos)]
    for codigo in codigos:
        producto(codigo=codigo)
    producto("Queso", codigo="00123", unidad="kg")
    etiquetas = [etiqueta("24", "00123", 100 + n) for n in range(cuantos)]

    # Los códigos, los patrones de balanza y los ítems de las etiquetas.
    with django_assert_num_queries(3):
        resolver_codigos([*codigos, *etiquetas], HOY)


def test_la_consulta_por_codigo_es_una_sola(
    producto: Fabrica, django_assert_num_queries: Callable
) -> None:
    producto(
        codigo="INT-1", codigos_barras=["A-1", "A-2"],
        descuento=Decimal(10), vencimiento_descuento=date(2026, 12, 1), precio=1000,
    )

    with django_assert_num_queries(1):
        encontrado = producto_por_codigo("a-2", hoy=HOY)
        assert encontrado is not None
        assert encontrado.producto.categoria.nombre == "Abarrotes"
        assert encontrado.producto.codigo_principal == "INT-1"
        assert encontrado.producto.precio_final(HOY) == 900
