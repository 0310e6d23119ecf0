"""XLSX escrito fila a fila: la memoria no crece con el informe."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from inventario.base.texto import INICIOS_DE_FORMULA
from inventario.panel.informes.tabla import Columna, Tabla, Tipo, Valor

TIPO_DE_CONTENIDO = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATOS = {
    Tipo.CLP: '"$"#,##0;[Red]-"$"#,##0',
    Tipo.COSTO: '"$"#,##0.00',
    Tipo.ENTERO: "#,##0",
    Tipo.CANTIDAD: "#,##0.###",
    Tipo.PORCENTAJE: '0.0" %"',
    Tipo.DIA: "dd-mm-yyyy",
}
NEGRITA = Font(bold=True)
MUESTRA = 200
"""Filas que se miran para dar ancho a las columnas."""


def escribir(tabla: Tabla, titulo: str, subtitulo: str) -> bytes:
    libro = Workbook(write_only=True)
    hoja = libro.create_sheet(titulo[:31])
    for numero, ancho in enumerate(_anchos(tabla), start=1):
        hoja.column_dimensions[get_column_letter(numero)].width = ancho
    hoja.freeze_panes = "A4"
    hoja.append([_texto(hoja, titulo, negrita=True)])
    hoja.append([_texto(hoja, subtitulo)])
    hoja.append([_texto(hoja, columna.titulo, negrita=True) for columna in tabla.columnas])
    for fila in tabla.filas:
        hoja.append(_fila(hoja, tabla.columnas, fila))
    if tabla.totales:
        hoja.append(_fila(hoja, tabla.columnas, tabla.totales, negrita=True))
    for nota in tabla.notas:
        hoja.append([_texto(hoja, nota)])
    archivo = io.BytesIO()
    libro.save(archivo)
    return archivo.getvalue()


def _fila(
    hoja: Any, columnas: Sequence[Columna], fila: Sequence[Valor], *, negrita: bool = False
) -> list[Any]:
    celdas = []
    for columna, valor in zip(columnas, fila, strict=True):
        if isinstance(valor, str):
            celda = _texto(hoja, valor)
        else:
            celda = WriteOnlyCell(hoja, value=valor)
            celda.number_format = FORMATOS.get(columna.tipo, "General")
        if negrita:
            celda.font = NEGRITA
        celdas.append(celda)
    return celdas


def _texto(hoja: Any, texto: str, *, negrita: bool = False) -> Any:
    celda = WriteOnlyCell(hoja, value=ILLEGAL_CHARACTERS_RE.sub("", texto))
    # openpyxl toma por fórmula lo que empieza con «=»; y quotePrefix hace que siga siendo texto
    # si alguien edita la celda.
    celda.data_type = "s"
    if texto.startswith(INICIOS_DE_FORMULA):
        celda.quotePrefix = True
    if negrita:
        celda.font = NEGRITA
    return celda


def _anchos(tabla: Tabla) -> list[int]:
    anchos = [len(columna.titulo) + 2 for columna in tabla.columnas]
    for fila in tabla.filas[:MUESTRA]:
        for i, valor in enumerate(fila):
            anchos[i] = max(anchos[i], len(str(valor)) + 2 if isinstance(valor, str) else 14)
    return [min(ancho, 48) for ancho in anchos]
