"""Los ejemplos trabajados del dinero, y las propiedades que ninguna venta puede romper."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.base.dinero import (
    iva_sobre,
    menos_porcentaje,
    neto_de,
    redondear,
    redondeo_efectivo,
    repartir,
)

pesos = st.integers(min_value=0, max_value=2_000_000_000)


@pytest.mark.parametrize(
    ("monto", "esperado"),
    [("256.5", 257), ("257.5", 258), ("0.5", 1), ("2066.55", 2067), ("0.4999", 0)],
)
def test_medio_peso_sube(monto: str, esperado: int) -> None:
    assert redondear(Decimal(monto)) == esperado


@pytest.mark.parametrize(
    ("afecto", "neto", "iva"),
    [(5000, 4202, 798), (1071, 900, 171), (103, 87, 16), (1030, 866, 164), (0, 0, 0)],
)
def test_el_iva_va_dentro_del_precio(afecto: int, neto: int, iva: int) -> None:
    assert neto_de(afecto) == neto
    assert afecto - neto_de(afecto) == iva


@given(pesos)
def test_el_neto_es_el_de_la_formula_en_enteros(afecto: int) -> None:
    assert neto_de(afecto) == (200 * afecto + 119) // 238


def test_una_factura_agrega_el_iva_al_neto() -> None:
    assert iva_sobre(4202) == 798


def test_mil_ciento_noventa_menos_diez_por_ciento() -> None:
    assert menos_porcentaje(1190, Decimal(10)) == 1071


def test_sin_descuento_el_monto_no_cambia() -> None:
    assert menos_porcentaje(1190, None) == 1190


@pytest.mark.parametrize(
    ("monto", "pagado"),
    [(12_485, 12_480), (12_486, 12_490), (12_491, 12_490), (996, 1000), (1, 0), (0, 0), (5, 0), (6, 10)],
)
def test_el_efectivo_se_redondea_como_manda_la_ley(monto: int, pagado: int) -> None:
    assert monto + redondeo_efectivo(monto) == pagado


@given(pesos)
def test_lo_pagado_en_efectivo_siempre_termina_en_cero(monto: int) -> None:
    assert (monto + redondeo_efectivo(monto)) % 10 == 0
    assert -5 <= redondeo_efectivo(monto) <= 4


@given(pesos, st.lists(st.integers(min_value=0, max_value=10_000_000), min_size=1, max_size=60))
def test_repartir_no_pierde_ni_inventa_un_peso(total: int, pesos_: list[int]) -> None:
    if not sum(pesos_):
        return
    partes = repartir(total, pesos_)
    assert sum(partes) == total
    exactas = [Decimal(total) * p / sum(pesos_) for p in pesos_]
    assert all(abs(parte - exacta) < 1 for parte, exacta in zip(partes, exactas, strict=True))


def test_repartir_entre_nadie_es_un_error() -> None:
    with pytest.raises(ValueError, match="a quién"):
        repartir(10, [0, 0])


def test_repartir_nada_entre_lineas_gratis_da_ceros() -> None:
    assert repartir(0, [0, 0]) == [0, 0]
