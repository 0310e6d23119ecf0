"""Lo que entra por el camino corto vale lo mismo que por el largo, también lo malo."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from rest_framework import serializers

from ventas.serializers.entrada import (
    CANTIDAD_MAXIMA,
    ID_MAXIMO,
    DevolucionEntrada,
    LineaDeVentaEntrada,
    LineaEntrada,
    ParteEntrada,
    VentaEntrada,
)

VALORES = (
    0, 1, -1, 7, True, None, "", "3", "x", 2.5, "0.345", Decimal("1.5"), [], {}, ID_MAXIMO, ID_MAXIMO + 1,
    CANTIDAD_MAXIMA - 1, CANTIDAD_MAXIMA, 1 - CANTIDAD_MAXIMA, -CANTIDAD_MAXIMA, 10**40, float("nan"),
)
OTRAS = (
    None, [], "x", {}, {"id_producto": 1}, {"cantidad": 1},
    {"id_producto": 1, "cantidad": 2, "codigo_barras": "780"}, {"id_producto": 1, "cantidad": 2, "de_mas": 1},
)


def _validado(validar: Callable[[Any], Any], datos: Any) -> Any:
    try:
        validado = validar(datos)
    except serializers.ValidationError as error:
        return error.detail
    return [(clave, valor, str(valor)) for clave, valor in sorted(validado.items())]


@pytest.mark.parametrize("clase", [LineaDeVentaEntrada, LineaEntrada, ParteEntrada])
def test_una_linea_corriente_se_valida_igual_que_con_cada_campo(clase: Any) -> None:
    for datos in [{"id_producto": i, "cantidad": c} for i in VALORES for c in VALORES] + list(OTRAS):
        con_cada_campo = partial(serializers.Serializer.run_validation, clase(data=datos))
        assert _validado(clase(data=datos).run_validation, datos) == _validado(con_cada_campo, datos), datos


VENTA = {"id_forma_pago": 2, "id_tipodocumento": 1, "productos": [{"id_producto": 1, "cantidad": 1}]}


class VentaMirandoTodo(VentaEntrada):
    _writable_fields = serializers.Serializer._writable_fields


class DevolucionMirandoTodo(DevolucionEntrada):
    _writable_fields = serializers.Serializer._writable_fields


@pytest.mark.parametrize(
    ("clase", "mirando_todo"), [(VentaEntrada, VentaMirandoTodo), (DevolucionEntrada, DevolucionMirandoTodo)]
)
def test_un_documento_se_valida_igual_mirando_solo_lo_que_llego(clase: Any, mirando_todo: Any) -> None:
    un_serializer = clase(context={})
    nombres = [*clase().fields, "de_mas"]
    cuerpos: list[Any] = [None, [], "x", {}, VENTA, {"motivo": "Roto"}]
    cuerpos += [{**VENTA, "motivo": "Roto", nombre: valor} for nombre in nombres for valor in VALORES]
    cuerpos += [{c: v for c, v in VENTA.items() if c != nombre} for nombre in VENTA]
    for cuerpo in cuerpos:
        # Con el mismo serializer todo, como lo guarda cada hilo: lo que llegó antes no cuenta.
        al_completo = _validado(mirando_todo().run_validation, cuerpo)
        assert _validado(un_serializer.run_validation, cuerpo) == al_completo, cuerpo
