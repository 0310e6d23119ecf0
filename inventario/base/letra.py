"""La letra de todo PDF de la tienda: Bitstream Vera.

Viene en el paquete reportlab con su licencia (libre, permite incrustar y redistribuir): el PDF la
lleva adentro y se ve igual en cualquier equipo.
"""

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

NORMAL, NEGRITA = "InventarioVera", "InventarioVera-Negrita"


@cache
def preparar() -> frozenset[int]:
    """Registra las fuentes una vez por proceso; devuelve los caracteres que saben dibujar."""
    for nombre, archivo in ((NORMAL, "Vera.ttf"), (NEGRITA, "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(nombre, archivo))
    caras = [pdfmetrics.getFont(nombre).face.charToGlyph for nombre in (NORMAL, NEGRITA)]
    return frozenset(caras[0]) & frozenset(caras[1])


def dibujable(texto: str) -> str:
    """Lo que la fuente no tiene sale sin sus marcas o, si no hay cómo, como «?»."""
    conocidas = preparar()
    salida = ""
    for letra in unicodedata.normalize("NFC", texto):
        if ord(letra) in conocidas:
            salida += letra
        else:
            base = unicodedata.normalize("NFKD", letra)[0]
            salida += base if ord(base) in conocidas else "?"
    return salida
