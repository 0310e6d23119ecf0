"""CSV como lo abre un Excel en español: UTF-8 con marca, punto y coma, y números sin miles."""

import csv
import io
from datetime import date
from decimal import Decimal

from inventario.base.texto import celda_segura
from inventario.panel.informes.tabla import Tabla, Valor

TIPO_DE_CONTENIDO = "text/csv; charset=utf-8"
MARCA_UTF8 = "\ufeff"


def escribir(tabla: Tabla) -> bytes:
    salida = io.StringIO()
    salida.write(MARCA_UTF8)
    planilla = csv.writer(salida, delimiter=";")
    planilla.writerow([columna.titulo for columna in tabla.columnas])
    for fila in tabla.filas:
        planilla.writerow([celda(valor) for valor in fila])
    if tabla.totales:
        planilla.writerow([celda(valor) for valor in tabla.totales])
    return salida.getvalue().encode()


def celda(valor: Valor) -> str:
    """Texto de una celda: números con coma decimal, fechas ISO y texto que no puede ser fórmula."""
    if valor is None:
        return ""
    if isinstance(valor, date):
        return valor.isoformat()
    if isinstance(valor, float):
        valor = Decimal(f"{valor:.2f}")
    if isinstance(valor, Decimal):
        return f"{valor.normalize():f}".replace(".", ",")
    if isinstance(valor, int):
        return str(valor)
    return celda_segura(valor)
