"""Campos que la API repite: pesos enteros, cantidades exactas, RUT y días."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.base.rut import canonico
from inventario.base.texto import normalizar


def a_numero(cantidad: Decimal) -> int | float:
    """Cantidad como número JSON: ``2`` y no ``2.000``; ``0.345`` si tiene gramos."""
    return int(cantidad) if cantidad == cantidad.to_integral_value() else float(cantidad)


@extend_schema_field(OpenApiTypes.INT)
class CampoPesos(serializers.IntegerField):
    """CLP: un entero JSON. Ni coma flotante, ni texto, ni booleano."""

    default_error_messages = {"entero": "Debe ser un número entero de pesos"}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 2_000_000_000)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("entero")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.NUMBER)
class CampoCantidad(serializers.DecimalField):
    """Unidades de stock o kilos, hasta tres decimales. Sale como número JSON."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 3, **kwargs})

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        return a_numero(Decimal(value))


class CampoCosto(CampoCantidad):
    """CLP sin IVA por unidad o kilo, con decimales: un costo promedio no es un precio."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=6, **kwargs)


@extend_schema_field(OpenApiTypes.NUMBER)
class CampoPorcentaje(serializers.DecimalField):
    """De 0 a 100 %, hasta dos decimales. Sale como número JSON."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **kwargs
        )

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        return a_numero(Decimal(value))


@extend_schema_field(OpenApiTypes.STR)
class CampoRut(serializers.CharField):
    """RUT en cualquier forma usual; adentro y de salida, el canónico."""

    def to_internal_value(self, data: Any) -> str:
        texto = super().to_internal_value(data)
        try:
            return canonico(texto)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


PRIMER_ANIO = 1900
ULTIMO_ANIO = 2200


class CampoDia(serializers.DateField):
    """Un día (ISO 8601). Fuera de 1900 a 2200 se rechaza: allá el calendario o la base se desbordan."""

    default_error_messages = {"lejano": "La fecha está fuera de lo razonable"}

    def to_internal_value(self, value: Any) -> date:
        dia = super().to_internal_value(value)
        if not PRIMER_ANIO <= dia.year <= ULTIMO_ANIO:
            self.fail("lejano")
        return dia


class CampoInstante(serializers.DateTimeField):
    """Fecha y hora (ISO 8601); sin zona se entiende de la tienda. Los límites son los de ``CampoDia``."""

    default_error_messages = {"lejano": "La fecha está fuera de lo razonable"}

    def to_internal_value(self, value: Any) -> datetime:
        instante = super().to_internal_value(value)
        if not PRIMER_ANIO <= instante.year <= ULTIMO_ANIO:
            self.fail("lejano")
        return instante


class CampoNombre(serializers.CharField):
    """Un nombre que se puede buscar: con algo más que signos sueltos, también ya normalizado."""

    default_error_messages = {
        "vacio": "Debe tener alguna letra o número",
        "largo": "Es demasiado largo",
    }

    def to_internal_value(self, data: Any) -> str:
        nombre = super().to_internal_value(data)
        normalizado = normalizar(nombre)
        if not normalizado:
            self.fail("vacio")
        # Un ligado tipográfico se abre en varias letras y no cabría en su columna.
        if self.max_length is not None and len(normalizado) > self.max_length:
            self.fail("largo")
        return nombre


class CampoOpcion(serializers.ChoiceField):
    """Una de varias palabras, en cualquier combinación de mayúsculas."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            por_minuscula = {str(opcion).lower(): opcion for opcion in self.choices}
            data = por_minuscula.get(data.strip().lower(), data)
        return super().to_internal_value(data)
