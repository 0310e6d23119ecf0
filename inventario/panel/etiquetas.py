"""Etiquetas con nombre, precio y código de barras, en PDF: por hoja o en rollo. Puro: dibuja lo que le dan.

El ancho de la barra más fina se elige entre los que la impresora reproduce exactos: un rollo térmico
de 203 puntos por pulgada sólo da múltiplos de 0,125 mm, y un código encogido «a lo que quepa» no se lee.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.eanbc import Ean8BarcodeWidget, Ean13BarcodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from inventario.base.errores import Invalido
from inventario.base.formato import clp

LETRA, NEGRITA = "Helvetica", "Helvetica-Bold"
BORDE = 1.5 * mm
LETRA_NOMBRE, LETRA_PRECIO, LETRA_CODIGO = 7, 13, 7
ALTO_MAXIMO_CODIGO = 14 * mm
SILENCIO = 10
"""Módulos en blanco a cada lado de un Code 128 (los EAN traen los suyos)."""
MODULOS_EAN = {13: 113, 8: 81}
"""Ancho de un EAN con sus zonas de silencio, en módulos."""
MAXIMO_DE_ETIQUETAS = 5_000


class NoCabe(Invalido):
    """Hay códigos que no caben en la etiqueta, o productos sin código; por nombre del producto."""

    codigo = "etiqueta_imposible"
    msg = "Hay etiquetas que no se pueden imprimir"


class DemasiadasEtiquetas(Invalido):
    codigo = "demasiadas_etiquetas"
    msg = f"No se imprimen más de {MAXIMO_DE_ETIQUETAS} etiquetas a la vez"


@dataclass(frozen=True, slots=True, kw_only=True)
class Etiqueta:
    """Lo que dice una etiqueta; ``precio`` en CLP, por kilo si ``por_kilo``."""

    nombre: str
    precio: int
    codigo: str
    por_kilo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formato:
    """Papel y etiquetas, en puntos; ``modulos`` son los anchos de barra posibles, del mejor al menor."""

    nombre: str
    papel: tuple[float, float]
    ancho: float
    alto: float
    columnas: int = 1
    filas: int = 1
    izquierda: float = 0
    arriba: float = 0
    paso_x: float = 0
    paso_y: float = 0
    modulos: tuple[float, ...] = (0.33 * mm, 0.25 * mm, 0.19 * mm)

    @property
    def por_pagina(self) -> int:
        return self.columnas * self.filas

    def esquina(self, lugar: int) -> tuple[float, float]:
        """Esquina inferior izquierda del ``lugar`` (desde 0, por filas)."""
        fila, columna = divmod(lugar, self.columnas)
        return (
            self.izquierda + columna * self.paso_x,
            self.papel[1] - self.arriba - fila * self.paso_y - self.alto,
        )


FORMATOS: dict[str, Formato] = {
    "rollo": Formato(
        nombre="Rollo de 50 × 25 mm", papel=(50 * mm, 25 * mm), ancho=50 * mm, alto=25 * mm,
        modulos=(0.375 * mm, 0.25 * mm),
    ),
    "carta": Formato(
        nombre="Hoja carta, 30 etiquetas de 66,7 × 25,4 mm", papel=letter,
        ancho=66.7 * mm, alto=25.4 * mm, columnas=3, filas=10,
        izquierda=4.8 * mm, arriba=12.7 * mm, paso_x=69.8 * mm, paso_y=25.4 * mm,
    ),
    "a4": Formato(
        nombre="Hoja A4, 24 etiquetas de 70 × 37 mm", papel=A4, ancho=70 * mm, alto=37 * mm,
        columnas=3, filas=8, arriba=0.5 * mm, paso_x=70 * mm, paso_y=37 * mm,
    ),
}


def imprimir(etiquetas: Sequence[tuple[Etiqueta, int]], formato: Formato, *, primera: int = 1) -> bytes:
    """PDF con las copias pedidas de cada etiqueta.

    Args:
        primera: en qué lugar de la primera hoja se empieza, desde 1: para usar hojas ya empezadas.

    Raises:
        NoCabe: con cada producto sin código, o cuyo código no cabe legible.
        DemasiadasEtiquetas: más de ``MAXIMO_DE_ETIQUETAS``.
    """
    if sum(copias for _, copias in etiquetas) > MAXIMO_DE_ETIQUETAS:
        raise DemasiadasEtiquetas
    if problemas := {e.nombre: [p] for e, _ in etiquetas if (p := _problema(e, formato))}:
        raise NoCabe(errores=problemas)
    archivo = io.BytesIO()
    lienzo = Canvas(archivo, pagesize=formato.papel, pageCompression=1)
    lienzo.setTitle("Etiquetas")
    lugar = (primera - 1) % formato.por_pagina
    for numero, (etiqueta, copias) in enumerate(etiquetas):
        # Se dibuja una vez y se repite: mil copias pesan lo que una.
        forma = f"etiqueta{numero}"
        lienzo.beginForm(forma, 0, 0, formato.ancho, formato.alto)
        _dibujar(lienzo, etiqueta, formato)
        lienzo.endForm()
        for _ in range(copias):
            if lugar == formato.por_pagina:
                lienzo.showPage()
                lugar = 0
            x, y = formato.esquina(lugar)
            lienzo.saveState()
            lienzo.translate(x, y)
            lienzo.doForm(forma)
            lienzo.restoreState()
            lugar += 1
    lienzo.save()
    return archivo.getvalue()


def _problema(etiqueta: Etiqueta, formato: Formato) -> str | None:
    if not etiqueta.codigo:
        return f"{etiqueta.nombre} no tiene código de barras"
    if _modulo(etiqueta.codigo, formato) is None:
        return f"El código {etiqueta.codigo} de {etiqueta.nombre} es muy largo para esta etiqueta"
    return None


def _modulo(codigo: str, formato: Formato) -> float | None:
    """El mayor ancho de barra con que ``codigo`` cabe."""
    modulos = _largo(codigo)
    return next((m for m in formato.modulos if modulos * m <= formato.ancho - BORDE), None)


def _ean(codigo: str) -> str | None:
    """El código como EAN-13 o EAN-8, si lo es; un UPC-A es un EAN-13 que empieza con cero."""
    if not (codigo.isascii() and codigo.isdigit()):
        return None
    if len(codigo) in (8, 13):
        return codigo
    return f"0{codigo}" if len(codigo) == 12 else None


def _largo(codigo: str) -> float:
    """Ancho en módulos, con sus zonas de silencio."""
    if ean := _ean(codigo):
        return MODULOS_EAN[len(ean)]
    return float(Code128(codigo, barWidth=1, quiet=0).width) + 2 * SILENCIO


def _dibujar(lienzo: Canvas, etiqueta: Etiqueta, formato: Formato) -> None:
    centro = formato.ancho / 2
    y = formato.alto - BORDE
    lienzo.setFont(LETRA, LETRA_NOMBRE)
    for renglon in _renglones(etiqueta.nombre, formato.ancho - 2 * BORDE):
        y -= LETRA_NOMBRE
        lienzo.drawCentredString(centro, y, renglon)
    y -= LETRA_PRECIO
    lienzo.setFont(NEGRITA, LETRA_PRECIO)
    lienzo.drawCentredString(centro, y, f"{clp(etiqueta.precio)}{' el kilo' if etiqueta.por_kilo else ''}")
    alto = min(y - 1.2 * mm - LETRA_CODIGO - BORDE, ALTO_MAXIMO_CODIGO)
    _codigo(lienzo, etiqueta.codigo, formato, alto)
    lienzo.setFont(LETRA, LETRA_CODIGO)
    lienzo.drawCentredString(centro, BORDE, etiqueta.codigo)


def _codigo(lienzo: Canvas, codigo: str, formato: Formato, alto: float) -> None:
    modulo = _modulo(codigo, formato)
    base = BORDE + LETRA_CODIGO
    x = (formato.ancho - _largo(codigo) * modulo) / 2 if modulo else 0
    if ean := _ean(codigo):
        clase = Ean13BarcodeWidget if len(ean) == 13 else Ean8BarcodeWidget
        dibujo = Drawing(formato.ancho, alto)
        dibujo.add(clase(value=ean, barWidth=modulo, barHeight=alto, humanReadable=False, quiet=True))
        renderPDF.draw(dibujo, lienzo, x, base)
        return
    barras = Code128(codigo, barWidth=modulo, barHeight=alto, quiet=0, humanReadable=False)
    barras.drawOn(lienzo, x + SILENCIO * (modulo or 0), base)


def _renglones(nombre: str, ancho: float) -> list[str]:
    """El nombre en uno o dos renglones; lo que no quepa se corta con puntos suspensivos."""
    renglones = [""]
    for palabra in nombre.split():
        intento = f"{renglones[-1]} {palabra}".strip()
        if not renglones[-1] or stringWidth(intento, LETRA, LETRA_NOMBRE) <= ancho:
            renglones[-1] = intento
        else:
            renglones.append(palabra)
    if len(renglones) > 2:
        renglones = [renglones[0], f"{' '.join(renglones[1:])}"]
    return [_cortar(renglon, ancho) for renglon in renglones]


def _cortar(texto: str, ancho: float) -> str:
    if stringWidth(texto, LETRA, LETRA_NOMBRE) <= ancho:
        return texto
    while texto and stringWidth(f"{texto}…", LETRA, LETRA_NOMBRE) > ancho:
        texto = texto[:-1]
    return f"{texto.rstrip()}…"
