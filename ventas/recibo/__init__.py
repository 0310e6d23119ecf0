"""El recibo impreso de 80 mm: de un documento ya emitido a PDF o ESC/POS, por funciones puras."""

from ventas.recibo.armado import recibo_de_devolucion, recibo_de_venta
from ventas.recibo.escpos import a_escpos
from ventas.recibo.modelo import Emisor, LineaRecibo, PagoRecibo, Recibo
from ventas.recibo.pdf import a_pdf
from ventas.recibo.renglones import a_renglones

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
]
