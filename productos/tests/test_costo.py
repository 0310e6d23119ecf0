"""El costo promedio: exacto en las compras, acotado en las ventas, siempre entre los costos que hay."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from productos.costo import Existencia, costo_de, margen, valor_de

CANTIDADES = st.decimals(Decimal("0.001"), Decimal(100_000), places=3)
COSTOS = st.integers(0, 2_000_000)


def existencia(stock: int, costo: int) -> Existencia:
    return Existencia().tras(Decimal(stock), valor_de(Decimal(stock), Decimal(costo)))


def test_dos_compras_promedian_por_cantidad() -> None:
    hay = existencia(10, 100).tras(Decimal(10), Decimal(2000))
    assert (hay.stock, hay.valor, hay.costo) == (20, 3000, 150)


def test_una_salida_no_cambia_el_promedio() -> None:
    hay = existencia(3, 100).tras(Decimal(4), Decimal(401)).tras(Decimal(-5))
    assert hay.stock == 2
    assert hay.costo == Decimal("100.142857")


def test_un_stock_en_cero_no_vale_nada_y_recuerda_su_costo() -> None:
    hay = existencia(3, 100).tras(Decimal(-3))
    assert (hay.stock, hay.valor, hay.costo) == (0, 0, 100)
    assert hay.tras(Decimal(2)).valor == 200


def test_corregir_el_costo_revalua_todo_lo_que_hay() -> None:
    hay = existencia(3, 100).a_costo(Decimal(120))
    assert (hay.stock, hay.valor, hay.costo) == (3, 360, 120)
    assert Existencia().a_costo(Decimal(50)).tras(Decimal(2)).valor == 100


@given(st.lists(st.tuples(CANTIDADES, COSTOS), min_size=1, max_size=60))
def test_comprar_mil_veces_no_pierde_ni_una_fraccion_de_peso(compras: list[tuple[Decimal, int]]) -> None:
    hay, stock, valor = Existencia(), Fraction(0), Fraction(0)
    for cantidad, costo in compras:
        hay = hay.tras(cantidad, valor_de(cantidad, Decimal(costo)))
        stock += Fraction(cantidad)
        valor += Fraction(cantidad) * costo
    assert Fraction(hay.valor) == valor
    assert abs(Fraction(hay.costo) - valor / stock) <= Fraction(1, 2_000_000)


@pytest.mark.parametrize(
    ("total", "tasa", "cantidad", "costo", "esperado"),
    [
        (1190, 19, "1", "700", (1000, 700, 300, Decimal("30.0"))),
        (2067, 19, "0.345", "3000.123456", (1737, 1035, 702, Decimal("40.4"))),
        (1000, 0, "2", "500", (1000, 1000, 0, Decimal("0.0"))),
        (500, 0, "1", "700", (500, 700, -200, Decimal("-40.0"))),
        (0, 19, "1", "700", (0, 700, -700, None)),
    ],
)
def test_el_margen_de_una_linea_es_neto_de_iva(
    total: int, tasa: int, cantidad: str, costo: str, esperado: tuple[int, int, int, Decimal | None]
) -> None:
    deja = margen(
        total=total, tasa_iva=Decimal(tasa), cantidad=Decimal(cantidad), costo_unitario=Decimal(costo)
    )
    assert (deja.neto, deja.costo, deja.utilidad, deja.porcentaje) == esperado


def test_diez_mil_compras_y_ventas_quedan_a_una_millonesima_de_peso_de_la_fraccion_exacta() -> None:
    """El promedio guardado a seis decimales, en cambio, se aleja: por eso se guarda el valor."""
    azar = 12345
    hay, promedio_seis = Existencia(), Decimal(0)
    stock, promedio = Fraction(0), Fraction(0)
    for _ in range(10_000):
        azar = (azar * 1_103_515_245 + 12_345) % 2**31
        cantidad, costo = Decimal(1 + azar % 40_000) / 1000, Decimal(900 + azar // 7 % 300)
        stock_antes = hay.stock
        hay = hay.tras(cantidad, valor_de(cantidad, costo))
        promedio_seis = costo_de(stock_antes * promedio_seis + cantidad * costo, hay.stock)
        # El exacto crece sin límite en cifras: a 40 decimales su error es despreciable.
        promedio = (stock * promedio + Fraction(cantidad) * int(costo)) / (stock + Fraction(cantidad))
        promedio = Fraction(round(promedio * 10**40), 10**40)
        salida = (hay.stock * Decimal(azar % 100) / 101).quantize(Decimal("0.001"))
        hay = hay.tras(-salida)
        stock += Fraction(cantidad) - Fraction(salida)
    error = abs(Fraction(hay.valor) / stock - promedio)
    assert Fraction(hay.stock) == stock
    assert error < Fraction(1, 10**9)
    assert error < abs(Fraction(promedio_seis) - promedio)


@given(
    st.lists(
        st.tuples(CANTIDADES, COSTOS, st.fractions(0, 1)), min_size=1, max_size=40
    )
)
def test_el_promedio_esta_entre_el_menor_y_el_mayor_costo_de_lo_que_hay(
    pasos: list[tuple[Decimal, int, Fraction]],
) -> None:
    hay = Existencia()
    costos: list[int] = []
    for cantidad, costo, parte in pasos:
        hay = hay.tras(cantidad, valor_de(cantidad, Decimal(costo)))
        costos.append(costo)
        salida = Decimal(int(Fraction(hay.stock) * parte * 1000)) / 1000
        hay = hay.tras(-salida)
        if hay.stock == 0:
            assert hay.valor == 0
            costos = []
            continue
        assert min(costos) * hay.stock <= hay.valor <= max(costos) * hay.stock
        assert min(costos) <= hay.costo <= max(costos)
