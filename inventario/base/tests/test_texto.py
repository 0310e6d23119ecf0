"""Texto para buscar."""

from inventario.base.texto import normalizar


def test_se_busca_sin_tildes_ni_mayusculas() -> None:
    assert normalizar("  Azúcar   ÑUBLE ") == "azucar nuble"
