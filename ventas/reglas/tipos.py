"""Las palabras con número que los clientes y el SII ya usan."""

from enum import IntEnum
from typing import Self


class _Numerado(IntEnum):
    """Un número con su etiqueta. Como los ``IntegerChoices`` de Django, pero sin Django."""

    label: str

    # La etiqueta es opcional sólo para que ``FormaPago(2)`` (buscar por número) también calce de tipos.
    def __new__(cls, valor: int, label: str = "") -> Self:
        miembro = int.__new__(cls, valor)
        miembro._value_ = valor
        miembro.label = label
        return miembro

    @classmethod
    def opciones(cls) -> list[tuple[int, str]]:
        """Para ``choices`` de un campo."""
        return [(miembro.value, miembro.label) for miembro in cls]

    @classmethod
    def valores(cls) -> list[int]:
        return [miembro.value for miembro in cls]


class TipoDocumento(_Numerado):
    """Lo que pide el cliente (contrato, ``id_tipodocumento``)."""

    BOLETA = 1, "boleta"
    FACTURA = 2, "factura"


class FormaPago(_Numerado):
    """Contrato, ``id_forma_pago``; la etiqueta es la que ven los clientes."""

    CREDITO = 1, "credito"
    EFECTIVO = 2, "efectivo"
    DEBITO = 3, "debito"
    PUNTOS = 4, "Puntos"

    @property
    def nombre(self) -> str:
        """Bien escrita, para mostrar a personas: los clientes de la API la conocen sin tilde."""
        return {"credito": "Crédito", "debito": "Débito"}.get(self.label, self.label.capitalize())


class TipoDTE(_Numerado):
    """Códigos de documento del SII."""

    FACTURA = 33, "Factura electrónica"
    FACTURA_EXENTA = 34, "Factura exenta electrónica"
    BOLETA = 39, "Boleta electrónica"
    BOLETA_EXENTA = 41, "Boleta exenta electrónica"
    NOTA_CREDITO = 61, "Nota de crédito electrónica"


def tipo_dte(documento: TipoDocumento, *, todo_exento: bool) -> TipoDTE:
    """El documento del SII que corresponde: 39 o 33; 41 o 34 si ninguna línea es afecta."""
    if documento == TipoDocumento.FACTURA:
        return TipoDTE.FACTURA_EXENTA if todo_exento else TipoDTE.FACTURA
    return TipoDTE.BOLETA_EXENTA if todo_exento else TipoDTE.BOLETA
