"""Ventas, devoluciones y folios; cajas y turnos; y los resúmenes."""

from ventas.models.autorizaciones import Autorizacion
from ventas.models.caja import Caja, CorrelativoZ, MovimientoCaja, TurnoCaja
from ventas.models.documentos import (
    CorrelativoFolio,
    DetalleDevolucion,
    DetalleVenta,
    Devolucion,
    DocumentoTributario,
    Pago,
    Reembolso,
    Venta,
    VentaQuerySet,
)
from ventas.models.resumenes import (
    ConteoVentas,
    ResumenMiscelaneo,
    ResumenProducto,
    ResumenReciente,
    ResumenVentas,
)
from ventas.reglas.tipos import FormaPago, TipoDocumento, TipoDTE

__all__ = [
    "Autorizacion",
    "Caja",
    "ConteoVentas",
    "CorrelativoFolio",
    "CorrelativoZ",
    "DetalleDevolucion",
    "DetalleVenta",
    "Devolucion",
    "DocumentoTributario",
    "FormaPago",
    "MovimientoCaja",
    "Pago",
    "Reembolso",
    "ResumenMiscelaneo",
    "ResumenProducto",
    "ResumenReciente",
    "ResumenVentas",
    "TipoDTE",
    "TipoDocumento",
    "TurnoCaja",
    "Venta",
    "VentaQuerySet",
]
