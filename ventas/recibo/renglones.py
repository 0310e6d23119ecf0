"""El recibo como datos, para que una página lo dibuje e imprima con su propia letra."""

from typing import Any

from reportlab.graphics.barcode.code128 import Code128

from ventas.recibo.composicion import Barras, Centrado, Par, Parrafo, Raya, Renglon, componer
from ventas.recibo.modelo import Recibo


def a_renglones(recibo: Recibo) -> list[dict[str, Any]]:
    """Los mismos renglones del PDF: ``clase`` y lo que cada clase lleva."""
    return [_renglon(renglon) for renglon in componer(recibo)]


def _renglon(renglon: Renglon) -> dict[str, Any]:
    match renglon:
        case Raya():
            return {"clase": "raya"}
        case Par(rotulo, valor, estilo):
            return {"clase": "par", "rotulo": rotulo, "valor": valor, "estilo": estilo.value}
        case Centrado(texto, estilo):
            return {"clase": "centrado", "texto": texto, "estilo": estilo.value}
        case Parrafo(texto, _, estilo):
            return {"clase": "parrafo", "texto": texto, "estilo": estilo.value}
        case Barras(texto):
            return {"clase": "barras", "texto": texto, "anchos": _anchos(texto)}


def _anchos(texto: str) -> list[int]:
    """Code 128: ancho de cada barra y de cada espacio, alternados, en módulos."""
    codigo = Code128(texto, quiet=False)
    codigo.validate()
    codigo.encode()
    codigo.decompose()
    # reportlab escribe cada ancho como una letra: A es 1; mayúscula, barra; minúscula, espacio.
    return [ord(letra.lower()) - ord("a") + 1 for letra in codigo.decomposed]
