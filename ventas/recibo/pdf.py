"""El recibo como PDF de un rollo de 80 mm, del alto justo de su contenido."""

from collections.abc import Iterable
from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from inventario.base.letra import NEGRITA, NORMAL, dibujable, preparar
from ventas.recibo.ajuste import cortar, envolver
from ventas.recibo.composicion import Barras, Centrado, Estilo, Par, Parrafo, Raya, Renglon, componer
from ventas.recibo.modelo import Recibo

ANCHO = 80 * mm
MARGEN = 4 * mm
UTIL = ANCHO - 2 * MARGEN
INTERLINEA = 1.3
ALTO_RAYA = 7.0
SEPARACION = 6.0
MODULO = 0.33 * mm
ALTO_BARRAS = 11 * mm

LETRA: dict[Estilo, tuple[str, float]] = {
    Estilo.NORMAL: (NORMAL, 8.0),
    Estilo.FUERTE: (NEGRITA, 8.5),
    Estilo.GRANDE: (NEGRITA, 11.0),
    Estilo.AVISO: (NEGRITA, 6.7),
}


def _ancho(texto: str, estilo: Estilo) -> float:
    return float(pdfmetrics.stringWidth(texto, *LETRA[estilo]))


def _alto(estilo: Estilo) -> float:
    return LETRA[estilo][1] * INTERLINEA


def _envolver(texto: str, estilo: Estilo, maximo: int | None = None) -> list[str]:
    return envolver(dibujable(texto), UTIL, lambda t: _ancho(t, estilo), maximo)


class _Trazo:
    """Lo que hay que dibujar, ya partido en renglones de alto conocido."""

    def __init__(self) -> None:
        self.textos: list[tuple[float, float, str, Estilo]] = []
        self.rayas: list[float] = []
        self.barras: list[tuple[float, Code128]] = []
        self.alto = 0.0

    def agregar(self, renglon: Renglon) -> None:
        match renglon:
            case Raya():
                self.rayas.append(self.alto + ALTO_RAYA / 2)
                self.alto += ALTO_RAYA
            case Barras(texto):
                barras = Code128(texto, barWidth=MODULO, barHeight=ALTO_BARRAS, quiet=False)
                self.alto += ALTO_RAYA + ALTO_BARRAS
                self.barras.append((self.alto, barras))
                self.agregar(Centrado(texto))
            case Par(rotulo, valor, estilo):
                self._par(dibujable(rotulo), dibujable(valor), estilo)
            case Centrado(texto, estilo):
                for parte in _envolver(texto, estilo):
                    self._texto((ANCHO - _ancho(parte, estilo)) / 2, parte, estilo)
                    self.alto += _alto(estilo)
            case Parrafo(texto, maximo, estilo):
                for parte in _envolver(texto, estilo, maximo):
                    self._texto(MARGEN, parte, estilo)
                    self.alto += _alto(estilo)

    def _par(self, rotulo: str, valor: str, estilo: Estilo) -> None:
        libre = UTIL - _ancho(valor, estilo) - SEPARACION
        if _ancho(rotulo, estilo) > libre:
            rotulo = cortar(rotulo, libre, lambda t: _ancho(t, estilo))
        self._texto(MARGEN, rotulo, estilo)
        self._texto(ANCHO - MARGEN - _ancho(valor, estilo), valor, estilo)
        self.alto += _alto(estilo)

    def _texto(self, x: float, texto: str, estilo: Estilo) -> None:
        # La línea base: deja arriba el alto de las mayúsculas con su tilde.
        self.textos.append((x, self.alto + LETRA[estilo][1], texto, estilo))


def a_pdf(recibo: Recibo) -> bytes:
    """El recibo como PDF; ver ``renglones_a_pdf``."""
    titulo = f"{recibo.titulo} {recibo.folio or ''}".strip()
    return renglones_a_pdf(componer(recibo), titulo=titulo, autor=recibo.emisor.razon_social)


def renglones_a_pdf(renglones: Iterable[Renglon], *, titulo: str, autor: str) -> bytes:
    """PDF de una página de 80 mm de ancho. Los mismos renglones dan siempre los mismos bytes."""
    preparar()
    trazo = _Trazo()
    for renglon in renglones:
        trazo.agregar(renglon)
    alto = trazo.alto + 2 * MARGEN
    salida = BytesIO()
    lienzo = Canvas(salida, pagesize=(ANCHO, alto), invariant=1, lang="es-CL")
    lienzo.setTitle(titulo)
    lienzo.setAuthor(autor)
    lienzo.setCreator("Inventario")
    lienzo.setLineWidth(0.5)
    lienzo.setDash(2, 1.5)
    for y in trazo.rayas:
        lienzo.line(MARGEN, alto - MARGEN - y, ANCHO - MARGEN, alto - MARGEN - y)
    for y, barras in trazo.barras:
        barras.drawOn(lienzo, (ANCHO - barras.width) / 2, alto - MARGEN - y)
    for x, y, texto, estilo in trazo.textos:
        lienzo.setFont(*LETRA[estilo])
        lienzo.drawString(x, alto - MARGEN - y, texto)
    lienzo.showPage()
    lienzo.save()
    return salida.getvalue()
