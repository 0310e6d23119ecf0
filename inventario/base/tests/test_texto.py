"""Texto para buscar y para mostrar."""

from decimal import Decimal

from inventario.base.texto import cantidad_legible, normalizar, pesos


def test_se_busca_sin_tildes_ni_mayusculas() -> None:
    assert normalizar("  Azúcar   ÑUBLE ") == "azucar nuble"


def test_los_pesos_y_las_cantidades_se_escriben_como_en_chile() -> None:
    assert pesos(-1234567) == "-$1.234.567"
    assert pesos(0) == "$0"
    assert cantidad_legible(Decimal("2.000")) == "2"
    assert cantidad_legible(Decimal("100")) == "100"
    assert cantidad_legible(Decimal("0.345")) == "0,345"
    assert cantidad_legible(Decimal("0.000")) == "0"
