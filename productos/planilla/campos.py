"""Las columnas de una planilla de productos y cómo se lee cada celda. Puro: sin base de datos."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from inventario.base.texto import normalizar

PESOS_MAXIMOS = 2_000_000_000
PELIGROSOS = ("=", "+", "-", "@", "\t", "\r")
"""Con lo que empieza una fórmula: un texto así va con un apóstrofo delante, que al leer se quita."""

_PESOS = re.compile(r"\$?\s*(\d{1,3}(?:\.\d{3})+|\d+)", re.ASCII)
_NUMERO = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_DIA = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)


def sin_apostrofo(texto: str) -> str:
    return texto[1:] if texto.startswith("'") and texto[1:].startswith(PELIGROSOS) else texto


def con_apostrofo(texto: str) -> str:
    return f"'{texto}" if texto.startswith(PELIGROSOS) else texto


def _texto(largo: int) -> Callable[[str], str]:
    def leer(celda: str) -> str:
        texto = sin_apostrofo(celda)
        if len(texto) > largo:
            raise ValueError(f"no puede pasar de {largo} caracteres")
        if "\x00" in texto:
            raise ValueError("tiene caracteres que no son texto")
        return texto

    return leer


def _nombre(celda: str) -> str:
    nombre = _texto(120)(celda)
    if not 1 <= len(normalizar(nombre)) <= 120:
        raise ValueError("debe tener alguna letra o número, y hasta 120")
    return nombre


def _pesos(celda: str) -> int:
    forma = _PESOS.fullmatch(celda)
    if forma is None:
        raise ValueError("debe ser un número entero de pesos")
    pesos = int(forma[1].replace(".", ""))
    if pesos > PESOS_MAXIMOS:
        raise ValueError("es demasiado")
    return pesos


def _numero(decimales: int, maximo: int) -> Callable[[str], Decimal]:
    def leer(celda: str) -> Decimal:
        if not _NUMERO.fullmatch(celda):
            raise ValueError("debe ser un número, sin separador de miles")
        try:
            numero = Decimal(celda.replace(",", "."))
        except InvalidOperation as error:
            raise ValueError("debe ser un número") from error
        if not 0 <= numero <= maximo:
            raise ValueError(f"debe estar entre 0 y {maximo}")
        if numero != round(numero, decimales):
            raise ValueError(f"no puede tener más de {decimales} decimales")
        return numero

    return leer


def _dia(celda: str) -> date:
    try:
        if forma := _DIA.fullmatch(celda):
            dia = date(int(forma[3]), int(forma[2]), int(forma[1]))
        else:
            dia = datetime.fromisoformat(celda).date()
    except ValueError as error:
        raise ValueError("debe ser una fecha como 31-12-2026") from error
    if not 1900 <= dia.year <= 2200:
        raise ValueError("está fuera de lo razonable")
    return dia


def _opcion(opciones: Mapping[str, str]) -> Callable[[str], str]:
    def leer(celda: str) -> str:
        try:
            return opciones[normalizar(celda)]
        except KeyError:
            raise ValueError(f"debe ser {' o '.join(sorted(set(opciones.values())))}") from None

    return leer


def _codigos(celda: str) -> list[str]:
    return re.split(r"[\s,;|]+", celda)


CAMPOS: dict[str, Callable[[str], Any]] = {
    "codigo_barras": _texto(48),
    "codigos_barras": _codigos,
    "nombre": _nombre,
    "descripcion": _texto(5000),
    "categoria": _texto(80),
    "unidad": _opcion({"un": "un", "unidad": "un", "kg": "kg", "kilo": "kg"}),
    "clase_tributaria": _opcion({"afecto": "afecto", "exento": "exento"}),
    "precio_venta": _pesos,
    "costo": _numero(6, PESOS_MAXIMOS),
    "stock": _numero(3, 999_999_999),
    "stock_minimo": _numero(3, 999_999_999),
    "descuento": _numero(2, 100),
    "vencimiento_descuento": _dia,
    "fecha_vencimiento": _dia,
    "estado": _opcion({"activo": "Activo", "inactivo": "Inactivo"}),
}
"""Columna → cómo se lee su celda no vacía, ya sin espacios alrededor."""

VACIABLES: dict[str, Any] = {
    "codigos_barras": [],
    "descripcion": "",
    "descuento": None,
    "vencimiento_descuento": None,
    "fecha_vencimiento": None,
}
"""Lo que una celda vacía deja así; en las demás columnas, vacía es «sin cambio»."""

OBLIGATORIOS_AL_CREAR = ("nombre", "categoria", "precio_venta")
ALIAS = {
    "codigo": "codigo_barras",
    "codigo_de_barras": "codigo_barras",
    "otros_codigos": "codigos_barras",
    "precio": "precio_venta",
    "precio_de_venta": "precio_venta",
    "minimo": "stock_minimo",
    "vencimiento": "fecha_vencimiento",
    "fecha_de_vencimiento": "fecha_vencimiento",
}


def columna_de(titulo: str) -> str:
    """La columna que un título nombra, sin importar tildes, mayúsculas ni espacios; vacía si ninguna."""
    nombre = re.sub(r"[\s_]+", "_", normalizar(titulo))
    nombre = ALIAS.get(nombre, nombre)
    return nombre if nombre in CAMPOS else ""


def leer_celdas(celdas: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Columna → valor pedido, y lo que esté mal escrito, con su columna."""
    pedido: dict[str, Any] = {}
    malas: list[str] = []
    for columna, celda in celdas.items():
        if not celda:
            if columna in VACIABLES:
                pedido[columna] = VACIABLES[columna]
            continue
        try:
            pedido[columna] = CAMPOS[columna](celda)
        except ValueError as error:
            malas.append(f"{columna} {error}")
    return pedido, malas
