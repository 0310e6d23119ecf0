"""Reglas puras de productos: códigos, etiquetas de balanza, descuentos y costo. Sin ORM ni reloj."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from stdnum import ean

from inventario.base.dinero import menos_porcentaje, redondear

UNIDAD = Decimal(1)
MILESIMA = Decimal("0.001")
LARGOS_GTIN = (8, 12, 13, 14)

_LOTE = re.compile(r"[0-9A-Z][0-9A-Z./+\- ]{0,39}", re.ASCII)
_CODIGO = re.compile(r"[0-9A-Z][0-9A-Z./+\-]{0,47}", re.ASCII)


def clave_de_codigo(codigo: str) -> str:
    """Forma en que se compara un código: GTIN-14 si tiene largo de GTIN, si no, en mayúsculas.

    Los GTIN (EAN-8, UPC-A, EAN-13, GTIN-14) deben traer bien su dígito verificador; un código
    interno de otro largo es libre. Sólo ASCII: en ``utf8mb4_unicode_ci`` una ñ y una n chocarían.

    Raises:
        ValueError: caracteres que no son de un código, o dígito verificador equivocado.
    """
    limpio = codigo.strip().upper()
    if not _CODIGO.fullmatch(limpio):
        raise ValueError("El código sólo puede tener letras sin tilde, números y . / + -")
    if limpio.isdigit() and len(limpio) in LARGOS_GTIN:
        if ean.calc_check_digit(limpio[:-1]) != limpio[-1]:
            raise ValueError("El dígito verificador del código de barras no corresponde")
        return limpio.zfill(14)
    return limpio


def gramas(texto: str) -> list[int]:
    """Las series de tres letras seguidas de ``texto`` (ya normalizado), sin repetir, en orden.

    Cada una es un entero que la nombra exactamente: tres puntos de código de 21 bits.
    """
    puntos = [ord(letra) for letra in texto]
    series = zip(puntos, puntos[1:], puntos[2:], strict=False)
    return list(dict.fromkeys(a << 42 | b << 21 | c for a, b, c in series))


def codigo_de_lote(texto: str) -> str:
    """Código de lote en su única forma: mayúsculas, sin espacios alrededor; puede ser vacío.

    Raises:
        ValueError: caracteres que no son de un código (ver ``clave_de_codigo``).
    """
    limpio = texto.strip().upper()
    if limpio and not _LOTE.fullmatch(limpio):
        raise ValueError("El lote sólo puede tener letras sin tilde, números, espacios y . / + -")
    return limpio


def clave_o_nada(codigo: str) -> str | None:
    """``clave_de_codigo``, o ``None`` si el texto no puede ser un código."""
    try:
        return clave_de_codigo(codigo)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patron:
    """Forma de una etiqueta de balanza: ``prefijo`` + ítem + valor + verificador, 13 dígitos."""

    prefijo: str
    digitos_item: int
    digitos_valor: int
    en_gramos: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Etiqueta:
    """Lo leído de una etiqueta: ``kilos`` si trae peso, ``precio_clp`` si trae precio."""

    item: str
    kilos: Decimal | None
    precio_clp: int | None


def leer_etiqueta(codigo: str, patrones: Iterable[Patron]) -> Etiqueta | None:
    """La etiqueta que ``codigo`` es según ``patrones``, o ``None`` si no es de balanza."""
    limpio = codigo.strip()
    if not (limpio.isascii() and limpio.isdigit() and len(limpio) == 13):
        return None
    if ean.calc_check_digit(limpio[:-1]) != limpio[-1]:
        return None
    for patron in sorted(patrones, key=lambda p: -len(p.prefijo)):
        largo = len(patron.prefijo) + patron.digitos_item + patron.digitos_valor + 1
        if largo != 13 or not limpio.startswith(patron.prefijo):
            continue
        resto = limpio[len(patron.prefijo) : -1]
        item, valor = resto[: patron.digitos_item], int(resto[patron.digitos_item :])
        if patron.en_gramos:
            return Etiqueta(item=item, kilos=Decimal(valor) / 1000, precio_clp=None)
        return Etiqueta(item=item, kilos=None, precio_clp=valor)
    return None


def descuento_vigente(
    porcentaje: Decimal | None, ultimo_dia: date | None, hoy: date
) -> Decimal | None:
    """El descuento (%) que rige ``hoy``: hasta su último día inclusive, se haya limpiado o no."""
    if porcentaje is None or (ultimo_dia is not None and hoy > ultimo_dia):
        return None
    return porcentaje


@dataclass(frozen=True, slots=True)
class Oferta:
    """Un descuento: ``porcentaje`` (0 a 100) hasta ``ultimo_dia`` inclusive, o sin fin."""

    porcentaje: Decimal
    ultimo_dia: date | None = None


def nueva_oferta(vigente: Oferta | None, pedido: Mapping[str, Any], hoy: date) -> Oferta | None:
    """La oferta que queda al pedir ``descuento`` o ``vencimiento_descuento`` sobre la ``vigente``.

    Lo que el pedido no nombra se conserva; ``descuento`` nulo la quita. Una vencida no es vigente.

    Raises:
        ValueError: una fecha sin descuento, o una fecha nueva que no es posterior a ``hoy``.
    """
    porcentaje = pedido.get("descuento", vigente and vigente.porcentaje)
    if porcentaje is None:
        if pedido.get("vencimiento_descuento") is not None:
            raise ValueError("No hay un descuento que venza")
        return None
    anterior = vigente.ultimo_dia if vigente else None
    ultimo_dia = pedido.get("vencimiento_descuento", anterior)
    if ultimo_dia is not None and ultimo_dia != anterior and ultimo_dia <= hoy:
        raise ValueError("Debe ser una fecha posterior a hoy")
    return Oferta(porcentaje, ultimo_dia)


def cantidad_admitida(cantidad: Decimal, *, por_kilo: bool) -> bool:
    """Si ``cantidad`` se puede medir: entera en productos por unidad, hasta el gramo en los por kilo."""
    return cantidad == cantidad.quantize(MILESIMA if por_kilo else UNIDAD)


def kilos_por(precio_clp: int, precio_kilo: int) -> Decimal | None:
    """Kilos (al gramo) que ``precio_clp`` compra a ``precio_kilo``; ``None`` si el kilo no cuesta nada."""
    if precio_kilo <= 0:
        return None
    return (Decimal(precio_clp) / precio_kilo).quantize(MILESIMA, rounding=ROUND_HALF_UP)


def precio_final(precio_venta: int, porcentaje: Decimal | None) -> int:
    """Lo que una venta cobra ahora (CLP por unidad o kilo), con el descuento vigente aplicado."""
    return menos_porcentaje(precio_venta, porcentaje)


def precio_reajustado(precio: int, porcentaje: Decimal, multiplo: int) -> int:
    """``precio`` (CLP) más ``porcentaje`` (negativo, menos), llevado al ``multiplo`` más cercano.

    La mitad sube: 1.290 + 5 % = 1.354,5 → 1.355; a múltiplos de 10, 1.350.
    """
    exacto = Decimal(precio) * (100 + porcentaje) / 100
    return redondear(exacto / multiplo) * multiplo
