"""Una celda como se lee en pantalla y en papel."""

from decimal import Decimal
from typing import cast

from inventario.base import formato
from inventario.panel.informes.tabla import Columna, Tipo, Valor


def celda(columna: Columna, valor: Valor) -> str:
    """El valor escrito según el tipo de su columna; vacío si no hay."""
    if valor is None:
        return ""
    if isinstance(valor, str):
        return valor
    match columna.tipo:
        case Tipo.CLP:
            return formato.clp(cast(int, valor))
        case Tipo.COSTO:
            return f"${formato.decimal(cast(Decimal, valor), 2)}"
        case Tipo.ENTERO:
            return formato.miles(cast(int, valor))
        case Tipo.CANTIDAD:
            return formato.cantidad(cast(Decimal, valor))
        case Tipo.PORCENTAJE:
            return formato.porcentaje(cast(float, valor))
        case _:
            return formato.dia(valor) if not isinstance(valor, int | float | Decimal) else str(valor)
