"""Lo que entra por el camino corto de una línea vale lo mismo que por el largo, también lo malo."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers

from ventas.serializers.entrada import (
    CANTIDAD_MAXIMA,
    ID_MAXIMO,
    LineaDeVentaEntrada,
    LineaEntrada,
    ParteEntrada,
)

VALORES = (
    0, 1, -1, 7, True, None, "", "3", "x", 2.5, "0.345", Decimal("1.5"), [], {}, ID_MAXIMO, ID_MAXIMO + 1,
    CANTIDAD_MAXIMA - 1, CANTIDAD_MAXIMA, 1 - CANTIDAD_MAXIMA, -CANTIDAD_MAXIMA, 10**40, float("nan"),
)
OTRAS = (
    None, [], "x", {}, {"id_producto": 1}, {"cantidad": 1},
    {"id_producto": 1, "cantidad": 2, "codigo_barras": "780"}, {"id_producto": 1, "cantidad": 2, "de_mas": 1},
)


def _validar(clase: type[serializers.Serializer[Any]], datos: Any, *, largo: bool) -> Any:
    linea = clase(data=datos)
    validar = serializers.Serializer.run_validation if largo else clase.run_validation
    try:
        validado = validar(linea, datos)
    except serializers.ValidationError as error:
        return error.detail
    return [(clave, valor, str(valor)) for clave, valor in sorted(validado.items())]


@pytest.mark.parametrize("clase", [LineaDeVentaEntrada, LineaEntrada, ParteEntrada])
def test_una_linea_corriente_se_valida_igual_que_con_cada_campo(clase: Any) -> None:
    for datos in [{"id_producto": i, "cantidad": c} for i in VALORES for c in VALORES] + list(OTRAS):
        assert _validar(clase, datos, largo=False) == _validar(clase, datos, largo=True), datos
