"""Lo impreso en 80 mm: un documento ya emitido, o un informe Z, a PDF o ESC/POS, por funciones puras."""

from ventas.recibo.armado import recibo_de_devolucion, recibo_de_venta
from ventas.recibo.escpos import a_escpos
from ventas.recibo.modelo import Emisor, LineaRecibo, PagoRecibo, Recibo
from ventas.recibo.pdf import a_pdf
from ventas.recibo.renglones import a_renglones
from ventas.recibo.z import z_a_escpos, z_a_pdf

__all__ = [
    "Emisor",
    "LineaRecibo",
    "PagoRecibo",
    "Recibo",
    "a_escpos",
    "a_pdf",
    "a_renglones",
    "recibo_de_devolucion",
    "recibo_de_venta",
    "z_a_escpos",
    "z_a_pdf",
]
