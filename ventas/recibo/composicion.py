"""Qué renglones lleva el recibo y en qué orden: uno solo para el PDF y la impresora térmica."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from inventario.base.fechas import ZONA
from inventario.base.formato import cantidad, clp
from inventario.base.rut import con_formato
from ventas.recibo.modelo import Emisor, LineaRecibo, Recibo

NO_VALIDO = "COMPROBANTE INTERNO – NO VÁLIDO COMO BOLETA"


class Estilo(Enum):
    """Énfasis de un renglón; cada impresión decide cómo se ve."""

    NORMAL = "normal"
    FUERTE = "fuerte"
    GRANDE = "grande"
    AVISO = "aviso"


@dataclass(frozen=True, slots=True)
class Centrado:
    """Texto al centro, en los renglones que haga falta."""

    texto: str
    estilo: Estilo = Estilo.NORMAL


@dataclass(frozen=True, slots=True)
class Parrafo:
    """Texto a la izquierda; pasado ``maximo`` de renglones se corta con puntos suspensivos."""

    texto: str
    maximo: int = 3
    estilo: Estilo = Estilo.NORMAL


@dataclass(frozen=True, slots=True)
class Par:
    """Un rótulo a la izquierda y su valor a la derecha; el valor nunca se corta."""

    rotulo: str
    valor: str
    estilo: Estilo = Estilo.NORMAL


@dataclass(frozen=True, slots=True)
class Raya:
    """Línea de separación."""


@dataclass(frozen=True, slots=True)
class Barras:
    """Un código de barras (Code 128), con su texto debajo."""

    texto: str


Renglon = Centrado | Parrafo | Par | Raya | Barras


def componer(recibo: Recibo) -> list[Renglon]:
    """Todos los renglones de ``recibo``, de arriba abajo."""
    return [
        *encabezado(recibo.emisor),
        *_identidad(recibo),
        Raya(),
        *(renglon for linea in recibo.lineas for renglon in _linea(linea)),
        Raya(),
        *_totales(recibo),
        *_pagos(recibo),
        Raya(),
        *_pie(recibo),
    ]


def encabezado(emisor: Emisor) -> Iterator[Renglon]:
    """La tienda, arriba de todo lo impreso."""
    yield Centrado(emisor.razon_social, Estilo.FUERTE)
    yield Centrado(f"RUT {con_formato(emisor.rut)}")
    if emisor.giro:
        yield Centrado(f"Giro: {emisor.giro}")
    domicilio = ", ".join(parte for parte in (emisor.direccion, emisor.comuna) if parte)
    if domicilio:
        yield Centrado(domicilio)
    yield Raya()
    if not emisor.certificada:
        yield Centrado(NO_VALIDO, Estilo.AVISO)


def _identidad(recibo: Recibo) -> Iterator[Renglon]:
    folio = f" N° {recibo.folio}" if recibo.folio else ""
    yield Centrado(f"{recibo.titulo}{folio}", Estilo.GRANDE)
    if recibo.referencia:
        yield Centrado(recibo.referencia)
    yield Par("Fecha", f"{recibo.fecha.astimezone(ZONA):%d-%m-%Y %H:%M:%S}")
    if recibo.cajero:
        yield Parrafo(f"Atendió: {recibo.cajero}", maximo=2)
    if recibo.cliente:
        yield Parrafo(f"Cliente: {recibo.cliente}", maximo=2)
    if recibo.motivo:
        yield Parrafo(f"Motivo: {recibo.motivo}", maximo=4)


def _linea(linea: LineaRecibo) -> Iterator[Renglon]:
    yield Parrafo(linea.nombre + (" (exento)" if linea.exenta else ""))
    unidad = " kg" if linea.en_kilos else ""
    por = "/kg" if linea.en_kilos else ""
    yield Par(
        f"  {cantidad(linea.cantidad)}{unidad} × {clp(linea.precio_unitario)}{por}",
        clp(linea.subtotal),
    )
    if linea.descuento and linea.precio_lista is not None:
        descuento = f"dcto. {cantidad(linea.descuento)} %"
        yield Parrafo(f"  Antes {clp(linea.precio_lista)}{por}, {descuento}")


def _totales(recibo: Recibo) -> Iterator[Renglon]:
    if recibo.descuento:
        if recibo.subtotal is not None:
            yield Par("Subtotal", clp(recibo.subtotal))
        porcentaje = f" {cantidad(recibo.porcentaje)} %" if recibo.porcentaje else ""
        yield Par(f"Descuento{porcentaje}", clp(-recibo.descuento))
    if recibo.exento:
        yield Par("Exento", clp(recibo.exento))
    yield Par("Neto", clp(recibo.neto))
    yield Par(f"IVA {cantidad(recibo.tasa_iva)} %" if recibo.tasa_iva else "IVA", clp(recibo.iva))
    yield Par("TOTAL", clp(recibo.total), Estilo.GRANDE)


def _pagos(recibo: Recibo) -> Iterator[Renglon]:
    # La ley pide ver el total, el redondeo y lo que se paga; sin redondeo los dos son lo mismo.
    if recibo.redondeo:
        yield Par("Redondeo Ley 20.956", clp(recibo.redondeo))
        yield Par(recibo.etiqueta_a_pagar, clp(recibo.a_pagar), Estilo.FUERTE)
    for pago in recibo.pagos:
        yield Par(f"{recibo.etiqueta_pagos}: {pago.forma}", clp(pago.monto))
    if recibo.recibido is not None:
        yield Par("Efectivo recibido", clp(recibo.recibido))
        yield Par("Vuelto", clp(recibo.vuelto))


def _pie(recibo: Recibo) -> Iterator[Renglon]:
    if recibo.puntos_ganados:
        yield Centrado(f"Puntos ganados: {recibo.puntos_ganados}")
    if recibo.despedida:
        yield Centrado(recibo.despedida)
    if not recibo.emisor.certificada:
        yield Centrado(NO_VALIDO, Estilo.AVISO)
    if recibo.codigo:
        yield Barras(recibo.codigo)
