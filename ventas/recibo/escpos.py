"""El recibo como bytes ESC/POS para una impresora térmica de 80 mm (42 columnas, 576 puntos)."""

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ventas.recibo.ajuste import cortar, envolver
from ventas.recibo.composicion import (
    Barras,
    Centrado,
    Estilo,
    Par,
    Parrafo,
    Raya,
    Renglon,
    componer,
)
from ventas.recibo.modelo import Recibo

if TYPE_CHECKING:
    from escpos.printer import Dummy

COLUMNAS = 42
PAGINA = "CP1252"
"""Tabla de caracteres 16: la única de uso general con ñ, tildes en mayúscula, «–» y «…» juntas."""

# Las impresoras chinas leen los bytes altos como ideogramas mientras no se les diga que no.
_SIN_IDEOGRAMAS = b"\x1c."


def _imprimible(texto: str) -> str:
    """Lo que la tabla no tiene sale sin sus marcas o, si no hay cómo, como «?»."""
    salida = ""
    for letra in unicodedata.normalize("NFC", texto):
        if letra.isprintable() and _en_pagina(letra):
            salida += letra
        else:
            base = unicodedata.normalize("NFKD", letra)[0]
            salida += base if base.isprintable() and _en_pagina(base) else "?"
    return salida


def _en_pagina(letra: str) -> bool:
    try:
        letra.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


_COLUMNAS = {
    Estilo.NORMAL: COLUMNAS,
    Estilo.FUERTE: COLUMNAS,
    Estilo.GRANDE: COLUMNAS // 2,  # doble ancho
    Estilo.AVISO: 56,  # la letra B, de 9 puntos: el aviso legal entra en un renglón
}


def _renglones(renglon: Centrado | Parrafo | Par | Raya) -> list[str]:
    """El renglón ya escrito en columnas; se alinea con espacios, que toda impresora entiende igual."""
    match renglon:
        case Raya():
            return ["-" * COLUMNAS]
        case Par(rotulo, valor, estilo):
            ancho, valor = _COLUMNAS[estilo], _imprimible(valor)
            libre, rotulo = ancho - len(valor) - 1, _imprimible(rotulo)
            if len(rotulo) > libre:
                rotulo = cortar(rotulo, libre, len)
            return [rotulo + valor.rjust(ancho - len(rotulo))]
        case Centrado(texto, estilo):
            ancho = _COLUMNAS[estilo]
            return [t.center(ancho).rstrip() for t in envolver(_imprimible(texto), ancho, len)]
        case Parrafo(texto, maximo, estilo):
            return envolver(_imprimible(texto), _COLUMNAS[estilo], len, maximo)


def a_escpos(recibo: Recibo) -> bytes:
    """El recibo para la impresora térmica; ver ``renglones_a_escpos``."""
    return renglones_a_escpos(componer(recibo))


def renglones_a_escpos(renglones: Iterable[Renglon]) -> bytes:
    """Bytes listos para mandar a la impresora: inicio, texto y corte. Misma entrada, mismos bytes."""
    # Al importarse lee su base de impresoras: lo espera el primer recibo, y no todo el que parte.
    from escpos.printer import Dummy

    impresora = Dummy()
    impresora.hw("INIT")
    impresora._raw(_SIN_IDEOGRAMAS)
    impresora.magic.force_encoding(PAGINA)
    estilo_actual = Estilo.NORMAL
    for renglon in renglones:
        if isinstance(renglon, Barras):
            # El conjunto B de Code 128: letras y números, tal cual.
            impresora.barcode("{B" + renglon.texto, "CODE128", height=80, width=2, function_type="B")
            continue
        estilo = Estilo.NORMAL if isinstance(renglon, Raya) else renglon.estilo
        if estilo is not estilo_actual:
            _poner(impresora, estilo)
            estilo_actual = estilo
        for texto in _renglones(renglon):
            impresora.text(texto + "\n")
    impresora.cut()
    return bytes(impresora.output)


def _poner(impresora: "Dummy", estilo: Estilo) -> None:
    impresora.set(
        font="b" if estilo is Estilo.AVISO else "a",
        bold=estilo is not Estilo.NORMAL,
        normal_textsize=estilo in (Estilo.NORMAL, Estilo.FUERTE),
        double_width=estilo is Estilo.GRANDE,
        double_height=estilo in (Estilo.GRANDE, Estilo.AVISO),
    )
