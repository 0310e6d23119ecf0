"""Escribir con un serializer guardado da lo mismo que DRF, y el JSON sale igual."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from inventario.base.api.campos import CampoCantidad, CampoPesos
from inventario.base.api.escritura import EscritorJSON
from inventario.base.api.forma import escribir, escribir_todos


class _Linea(serializers.Serializer[Any]):
    cantidad = CampoCantidad()
    nota = serializers.CharField(default="sin nota")


class _Ficha(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    nombre = serializers.CharField()
    duenio = serializers.CharField(source="persona.nombre")
    precio = CampoPesos(allow_null=True)
    vale = serializers.BooleanField()
    dia = serializers.DateField()
    instante = serializers.DateTimeField()
    calculado = serializers.IntegerField(source="calcular")
    doble = serializers.SerializerMethodField()
    lineas = _Linea(many=True)
    primera = _Linea(source="lineas.0", required=False)
    falta = serializers.CharField(required=False)

    def get_doble(self, objeto: Any) -> int:
        return int(objeto.pk) * self.context["por"]


def _objeto(**cambios: Any) -> SimpleNamespace:
    datos = {
        "pk": 7, "nombre": "Té «verde»", "persona": SimpleNamespace(nombre="Ana"), "precio": 990,
        "vale": True, "dia": date(2026, 11, 28), "instante": datetime(2026, 11, 28, 12, 30, tzinfo=UTC),
        "calcular": lambda: 12,
        "lineas": [SimpleNamespace(cantidad=Decimal("2.000")), {"cantidad": Decimal("0.345"), "nota": "x"}],
    }
    return SimpleNamespace(**{**datos, **cambios})


def test_escribe_lo_mismo_que_drf() -> None:
    objetos = [
        _objeto(), _objeto(precio=None, nombre=5, vale="true", pk="8"), _objeto(lineas=[], falta="ya no"),
        _objeto(persona=SimpleNamespace(nombre=None)),
    ]
    for por in (2, 3):
        de_drf = _Ficha(objetos, many=True, context={"por": por}).data
        assert escribir_todos(_Ficha, objetos, por=por) == json.loads(json.dumps(de_drf))
        assert escribir(_Ficha, objetos[0], por=por) == dict(de_drf[0])


def test_un_diccionario_tambien_se_escribe() -> None:
    linea = {"cantidad": Decimal(3), "nota": ""}
    assert escribir(_Linea, linea) == {"cantidad": 3, "nota": ""}


def test_el_json_es_el_de_drf_byte_por_byte() -> None:
    for datos in (
        None, [], {"msg": "ñandú \u2028 \u2029 </script>", "n": [1, 2.5, None, True]},
        {"d": Decimal("1.50"), "f": date(2026, 1, 2), "t": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)},
    ):
        assert EscritorJSON().render(datos) == JSONRenderer().render(datos)
