"""Leer una planilla fila a fila: CSV como lo deje cualquier Excel, o XLSX."""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from openpyxl import load_workbook

from inventario.base.errores import Invalido
from productos.planilla.campos import columna_de

SEPARADORES = (";", "\t", ",")
MUESTRA = 65_536
DESCOMPRIMIDO_MAXIMO = 200 * 1024 * 1024
"""Bytes de un XLSX por dentro: una planilla de 100.000 productos pesa menos de la mitad."""


class PlanillaIlegible(Invalido):
    """No es un CSV ni un XLSX de productos."""

    codigo = "planilla_ilegible"
    msg = "No se pudo leer la planilla"


@dataclass(frozen=True, slots=True)
class Fila:
    """Una fila con datos: su línea en el archivo (la de títulos es la 1) y columna → celda."""

    linea: int
    celdas: dict[str, str]


def leer_planilla(archivo: Path) -> Iterator[Fila]:
    """Las filas de ``archivo``, según su extensión; una a la vez.

    Raises:
        PlanillaIlegible: no se puede abrir, o sus títulos no son de una planilla de productos.
    """
    if archivo.suffix.lower() == ".xlsx":
        yield from _con_titulos(_filas_xlsx(archivo))
    else:
        with _abrir_csv(archivo) as (texto, separador):
            yield from _con_titulos(_filas_csv(texto, separador))


def contar_filas(archivo: Path) -> int:
    """Cuántas filas trae, para la barra de avance."""
    return sum(1 for _ in leer_planilla(archivo))


def _con_titulos(filas: Iterator[tuple[int, Sequence[str]]]) -> Iterator[Fila]:
    titulos: list[str] | None = None
    for linea, celdas in filas:
        if not any(celdas):
            continue
        if titulos is None:
            titulos = _titulos(celdas)
            continue
        sobran = [celda for celda in celdas[len(titulos) :] if celda]
        if sobran:
            raise PlanillaIlegible(f"La línea {linea} tiene más celdas que títulos")
        yield Fila(linea, dict(zip(titulos, celdas, strict=False)))
    if titulos is None:
        raise PlanillaIlegible("La planilla está vacía")


def _titulos(celdas: Sequence[str]) -> list[str]:
    escritos = list(celdas)
    while escritos and not escritos[-1]:
        escritos.pop()
    titulos = [columna_de(celda) for celda in escritos]
    if desconocidos := [e for e, t in zip(escritos, titulos, strict=True) if not t]:
        raise PlanillaIlegible(f"Columnas que no se conocen: {', '.join(desconocidos) or '(sin título)'}")
    if repetidos := {t for t in titulos if titulos.count(t) > 1}:
        raise PlanillaIlegible(f"Columnas repetidas: {', '.join(sorted(repetidos))}")
    if "codigo_barras" not in titulos:
        raise PlanillaIlegible("Falta la columna codigo_barras")
    return titulos


@contextmanager
def _abrir_csv(archivo: Path) -> Iterator[tuple[TextIO, str]]:
    try:
        codificacion = _codificacion(archivo)
        with archivo.open(encoding=codificacion, newline="") as texto:
            primera = texto.readline()
            texto.seek(0)
            yield texto, max(SEPARADORES, key=primera.count)
    except OSError as error:
        raise PlanillaIlegible(f"No se pudo abrir {archivo.name}") from error


def _codificacion(archivo: Path) -> str:
    """UTF-8 si todo el archivo lo es; si no, la de un Excel en español."""
    try:
        with archivo.open(encoding="utf-8-sig") as texto:
            while texto.read(MUESTRA):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _filas_csv(texto: TextIO, separador: str) -> Iterator[tuple[int, Sequence[str]]]:
    lector = csv.reader(texto, delimiter=separador)
    try:
        for celdas in lector:
            yield lector.line_num, [celda.strip() for celda in celdas]
    except (csv.Error, UnicodeDecodeError) as error:
        raise PlanillaIlegible(f"La línea {lector.line_num} no se entiende: {error}") from error


def _exigir_que_quepa(archivo: Path) -> None:
    """Un XLSX es un zip: unos pocos MB pueden decir que son gigas.

    Raises:
        PlanillaIlegible: descomprimido pasa de ``DESCOMPRIMIDO_MAXIMO``.
    """
    with zipfile.ZipFile(archivo) as libro:
        if sum(parte.file_size for parte in libro.infolist()) > DESCOMPRIMIDO_MAXIMO:
            raise PlanillaIlegible(f"{archivo.name} es demasiado grande por dentro")


def _filas_xlsx(archivo: Path) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        _exigir_que_quepa(archivo)
        libro = load_workbook(archivo, read_only=True, data_only=True)
    except PlanillaIlegible:
        raise
    except Exception as error:
        # openpyxl deja salir lo que sea de un zip o un XML malo, y todos dicen lo mismo.
        raise PlanillaIlegible(f"{archivo.name} no es un XLSX") from error
    try:
        hoja = libro.worksheets[0]
        for linea, celdas in enumerate(hoja.iter_rows(values_only=True), start=1):
            yield linea, [_a_texto(celda) for celda in celdas]
    finally:
        libro.close()


def _a_texto(celda: Any) -> str:
    if celda is None:
        return ""
    if isinstance(celda, datetime | date):
        return celda.isoformat()[:10]
    if isinstance(celda, float):
        # 7801234567894.0 es un código que Excel tomó por número; 0.1 debe seguir siendo 0.1.
        exacto = Decimal(repr(celda))
        entero = exacto == exacto.to_integral_value()
        return str(int(exacto)) if entero else f"{exacto:f}"
    return str(celda).strip()
