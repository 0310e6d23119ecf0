"""Lo que dice un documento, con los ejemplos de la norma y propiedades que valen para cualquier compra."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventas.reglas.cobro import Cobro, Linea, cobrar, medir
from ventas.reglas.tipos import TipoDocumento, TipoDTE

BOLETA, FACTURA = TipoDocumento.BOLETA, TipoDocumento.FACTURA


def linea(precio: int, cantidad: str = "1", *, exenta: bool = False) -> Linea:
    return Linea(cantidad=Decimal(cantidad), precio_unitario=precio, exenta=exenta)


def montos(cobro: Cobro) -> tuple[int, int, int]:
    return cobro.neto, cobro.iva, cobro.total


@pytest.mark.parametrize(
    ("precio", "porcentaje", "esperado"),
    [
        (5_000, 0, (4_202, 798, 5_000)),
        (1_190, 10, (900, 171, 1_071)),
        (103, 0, (87, 16, 103)),
        (1_000, 100, (0, 0, 0)),
    ],
)
def test_la_boleta_saca_el_iva_de_adentro(
    precio: int, porcentaje: int, esperado: tuple[int, int, int]
) -> None:
    assert montos(cobrar([linea(precio)], documento=BOLETA, porcentaje=Decimal(porcentaje))) == esperado


def test_el_iva_es_por_documento_y_no_por_linea() -> None:
    assert montos(cobrar([linea(103)] * 10, documento=BOLETA)) == (866, 164, 1_030)


def test_el_neto_en_enteros_es_el_de_la_norma() -> None:
    for afecto in range(5_000):
        assert cobrar([linea(afecto)], documento=BOLETA).neto == (200 * afecto + 119) // 238


def test_los_gramos_se_redondean_al_peso_mas_cercano() -> None:
    assert linea(5_990, "0.345").subtotal == 2_067


def test_la_mitad_de_un_peso_sube() -> None:
    assert linea(513, "0.5").subtotal == 257


def test_la_factura_suma_netos_y_agrega_el_iva() -> None:
    cobro = cobrar([linea(1_190), linea(103)], documento=FACTURA)
    assert montos(cobro) == (1_087, 207, 1_294)
    assert sum(cobro.totales) == 1_294


def test_la_factura_descuenta_sobre_el_neto() -> None:
    assert montos(cobrar([linea(1_190)], documento=FACTURA, porcentaje=Decimal(10))) == (900, 171, 1_071)


def test_lo_exento_va_aparte_con_el_mismo_descuento() -> None:
    cobro = cobrar(
        [linea(1_190), linea(1_000, exenta=True)], documento=BOLETA, porcentaje=Decimal(10)
    )
    assert (cobro.afecto, cobro.exento, cobro.neto, cobro.iva) == (1_071, 900, 900, 171)
    assert cobro.totales == (1_071, 900)
    assert cobro.total_sin_iva == 1_800


def test_el_precio_de_la_etiqueta_manda_sobre_la_multiplicacion() -> None:
    etiqueta = Linea(cantidad=Decimal("0.334"), precio_unitario=5_990, precio_etiqueta=2_000)
    assert cobrar([etiqueta], documento=BOLETA).total == 2_000


def test_la_etiqueta_con_precio_dice_cuantos_kilos_son() -> None:
    assert medir(Decimal(1), kilos=None, precio_clp=2_000, precio_unitario=5_990) == Decimal("0.334")
    assert medir(Decimal(3), kilos=None, precio_clp=2_000, precio_unitario=5_990) == Decimal("1.002")
    assert medir(Decimal(1), kilos=None, precio_clp=2_000, precio_unitario=0) is None


def test_dos_etiquetas_con_peso_pesan_el_doble() -> None:
    assert medir(Decimal(2), kilos=Decimal("0.345"), precio_clp=None, precio_unitario=1) == Decimal("0.690")


@pytest.mark.parametrize(
    ("documento", "exentas", "dte"),
    [
        (BOLETA, (False, True), TipoDTE.BOLETA),
        (BOLETA, (True, True), TipoDTE.BOLETA_EXENTA),
        (FACTURA, (False, True), TipoDTE.FACTURA),
        (FACTURA, (True, True), TipoDTE.FACTURA_EXENTA),
    ],
)
def test_el_documento_del_sii_depende_de_si_algo_es_afecto(
    documento: TipoDocumento, exentas: tuple[bool, ...], dte: TipoDTE
) -> None:
    assert cobrar([linea(100, exenta=e) for e in exentas], documento=documento).tipo_dte == dte


lineas = st.builds(
    Linea,
    cantidad=st.decimals("0.001", "999", places=3),
    precio_unitario=st.integers(0, 500_000),
    exenta=st.booleans(),
    precio_etiqueta=st.none() | st.integers(0, 99_999),
)
compras = st.lists(lineas, min_size=1, max_size=30)
porcentajes = st.decimals(0, 100, places=2)
tasas = st.sampled_from([Decimal(0), Decimal(19), Decimal("10.5")])


@given(compras, st.sampled_from(TipoDocumento), porcentajes, tasas)
def test_nada_se_pierde_ni_se_inventa(
    compra: list[Linea], documento: TipoDocumento, porcentaje: Decimal, tasa: Decimal
) -> None:
    cobro = cobrar(compra, documento=documento, porcentaje=porcentaje, tasa=tasa)
    assert cobro.afecto == cobro.neto + cobro.iva
    assert cobro.total == cobro.afecto + cobro.exento == sum(cobro.totales)
    assert cobro.exento == sum(t for t, x in zip(cobro.totales, compra, strict=True) if x.exenta)
    assert min(cobro.neto, cobro.iva, cobro.exento, *cobro.totales) >= 0


@given(compras, porcentajes)
def test_la_boleta_nunca_cobra_mas_que_los_precios(compra: list[Linea], porcentaje: Decimal) -> None:
    cobro = cobrar(compra, documento=BOLETA, porcentaje=porcentaje)
    assert cobro.total <= cobro.subtotal
    if porcentaje == 0:
        assert cobro.totales == cobro.subtotales


@given(compras, porcentajes)
def test_el_orden_de_las_lineas_no_cambia_el_documento(
    compra: list[Linea], porcentaje: Decimal
) -> None:
    derecho = cobrar(compra, documento=BOLETA, porcentaje=porcentaje)
    assert montos(derecho) == montos(cobrar(compra[::-1], documento=BOLETA, porcentaje=porcentaje))
