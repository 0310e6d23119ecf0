"""Lo que un recibo dice, sin saber de dónde salió ni en qué se imprime."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

CERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emisor:
    """La tienda, como debe leerse en su recibo. ``rut`` en forma canónica."""

    razon_social: str
    rut: str
    giro: str = ""
    direccion: str = ""
    comuna: str = ""
    certificada: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaRecibo:
    """Una línea: ``precio_lista`` y ``precio_unitario`` en CLP por unidad o kilo, ``subtotal`` en CLP.

    ``descuento`` es el del producto, en %, ya restado en ``precio_unitario``.
    """

    nombre: str
    cantidad: Decimal
    precio_unitario: int
    subtotal: int
    precio_lista: int | None = None
    descuento: Decimal = CERO
    en_kilos: bool = False
    exenta: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoRecibo:
    """Una forma de pago y los CLP pagados (o devueltos) con ella, ya redondeados: suman ``a_pagar``."""

    forma: str
    monto: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recibo:
    """Un documento por imprimir. Montos en CLP enteros; ``fecha`` con zona, sale en hora de Santiago.

    ``redondeo`` (de -5 a +4) es el de la Ley 20.956 y sólo existe si hubo efectivo; ``a_pagar``
    es el total con él. ``recibido`` y ``vuelto`` son del efectivo.
    """

    emisor: Emisor
    titulo: str
    folio: int | None
    fecha: datetime
    cajero: str
    lineas: tuple[LineaRecibo, ...]
    neto: int
    iva: int
    exento: int
    total: int
    pagos: tuple[PagoRecibo, ...]
    a_pagar: int
    cliente: str = ""
    subtotal: int | None = None
    descuento: int = 0
    porcentaje: Decimal = CERO
    tasa_iva: Decimal = Decimal(19)
    redondeo: int = 0
    recibido: int | None = None
    vuelto: int = 0
    puntos_ganados: int = 0
    referencia: str = ""
    motivo: str = ""
    despedida: str = "¡Gracias por su compra!"
    etiqueta_pagos: str = "Pago"
    etiqueta_a_pagar: str = "A PAGAR"
    codigo: str = ""
    """Lo que lleva en barras, para devolver escaneando; sólo ASCII visible."""
