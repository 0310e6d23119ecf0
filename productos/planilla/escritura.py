"""Escribir una planilla de productos fila a fila, de modo que se pueda volver a importar."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from inventario.base.formato import sin_ceros
from productos.planilla.campos import CAMPOS, con_apostrofo

COLUMNAS = tuple(CAMPOS)
MARCA_UTF8 = "\ufeff"


class _Eco:
    """Un archivo que devuelve lo que se le escribe, para mandarlo a medida que sale."""

    def write(self, texto: str) -> str:
        return texto


def lineas_csv(productos: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """CSV como lo abre un Excel en español: UTF-8 con marca, punto y coma, coma decimal."""
    planilla = csv.writer(_Eco(), delimiter=";")
    yield MARCA_UTF8 + planilla.writerow(COLUMNAS)
    for producto in productos:
        yield planilla.writerow([_celda(producto[columna]) for columna in COLUMNAS])


def escribir_xlsx(productos: Iterable[Mapping[str, Any]], archivo: Path) -> None:
    """XLSX, por filas: la memoria no crece con el catálogo."""
    libro = Workbook(write_only=True)
    hoja = libro.create_sheet("Productos")
    hoja.freeze_panes = "A2"
    hoja.append(list(COLUMNAS))
    for producto in productos:
        hoja.append([_celda_xlsx(hoja, producto[columna]) for columna in COLUMNAS])
    libro.save(archivo)


def _celda(valor: Any) -> str:
    if valor is None:
        return ""
    if isinstance(valor, Decimal):
        return sin_ceros(valor).replace(".", ",")
    if isinstance(valor, date):
        return valor.isoformat()
    if isinstance(valor, list):
        return " ".join(valor)
    return con_apostrofo(valor) if isinstance(valor, str) else str(valor)


def _celda_xlsx(hoja: Any, valor: Any) -> Any:
    if isinstance(valor, list):
        valor = " ".join(valor)
    if not isinstance(valor, str):
        return valor
    # Un texto que empieza con «=» no es una fórmula, y un código de barras no es un número.
    celda = WriteOnlyCell(hoja, value=ILLEGAL_CHARACTERS_RE.sub("", valor))
    celda.data_type = "s"
    return celda
