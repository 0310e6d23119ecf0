"""La orden de compra para mandarla: PDF tamaño carta y CSV, de una orden ya cargada."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from compras.models import OrdenCompra
from inventario.base import formato
from inventario.base.dinero import redondear
from inventario.base.fechas import dia_de
from inventario.base.letra import NEGRITA, NORMAL, dibujable, preparar
from inventario.base.models import Tienda
from inventario.base.rut import con_formato
from inventario.base.texto import celda_segura

CABECERA = ("Código", "Su código", "Producto", "Cantidad", "Unidad", "Costo neto", "Total neto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renglon:
    """Lo pedido de un producto; ``costo`` en CLP sin IVA por unidad o kilo."""

    codigo: str
    codigo_proveedor: str
    nombre: str
    cantidad: Decimal
    unidad: str
    costo: Decimal | None

    @property
    def total(self) -> int | None:
        """CLP sin IVA."""
        return None if self.costo is None else redondear(self.cantidad * self.costo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impreso:
    """Lo que dice una orden. ``emisor`` y ``proveedor``: sus datos, una línea cada uno."""

    numero: int
    fecha: date
    estado: str
    emisor: Sequence[str]
    proveedor: Sequence[str]
    renglones: Sequence[Renglon]
    nota: str = ""

    @property
    def neto(self) -> int:
        """CLP sin IVA de lo que tiene un costo esperado."""
        return sum(renglon.total or 0 for renglon in self.renglones)


def armar(orden: OrdenCompra, tienda: Tienda, codigos: Mapping[int, str]) -> Impreso:
    """El impreso de una orden de ``compras.consultas``; ``codigos``: producto → el del proveedor."""
    proveedor = orden.proveedor
    return Impreso(
        numero=orden.pk,
        fecha=dia_de(orden.enviada or orden.creada),
        estado=orden.get_estado_display(),
        emisor=[
            tienda.razon_social,
            f"RUT {con_formato(tienda.rut)}",
            tienda.giro,
            ", ".join(parte for parte in (tienda.direccion, tienda.comuna) if parte),
            tienda.telefono,
        ],
        proveedor=[
            proveedor.nombre,
            f"RUT {con_formato(proveedor.rut)}" if proveedor.rut else "",
            proveedor.contacto,
            proveedor.direccion,
            proveedor.telefono,
            proveedor.correo,
        ],
        renglones=[
            Renglon(
                codigo=linea.codigo or "",  # type: ignore[attr-defined]
                codigo_proveedor=codigos.get(linea.producto_id, ""),
                nombre=linea.producto.nombre,
                cantidad=linea.cantidad,
                unidad=linea.producto.unidad,
                costo=linea.costo_esperado,
            )
            for linea in orden.lineas.all()
            if linea.cantidad
        ],
        nota=orden.nota,
    )


def a_csv(impreso: Impreso) -> bytes:
    """CSV con punto y coma y BOM: así lo abre bien una planilla en español."""
    salida = StringIO()
    escritor = csv.writer(salida, delimiter=";", lineterminator="\r\n")
    escritor.writerow(CABECERA)
    for renglon in impreso.renglones:
        escritor.writerow(
            [
                celda_segura(renglon.codigo),
                celda_segura(renglon.codigo_proveedor),
                celda_segura(renglon.nombre),
                formato.cantidad(renglon.cantidad),
                renglon.unidad,
                "" if renglon.costo is None else redondear(renglon.costo),
                "" if renglon.total is None else renglon.total,
            ]
        )
    return salida.getvalue().encode("utf-8-sig")


def a_pdf(impreso: Impreso) -> bytes:
    """PDF tamaño carta, con tantas páginas como haga falta. Lo mismo da siempre los mismos bytes."""
    preparar()
    salida = BytesIO()
    documento = SimpleDocTemplate(
        salida, pagesize=letter, invariant=1, lang="es-CL", creator="Inventario",
        title=f"Orden de compra {impreso.numero}", author=impreso.emisor[0],
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=18 * mm,
    )
    documento.build(
        [
            _encabezado(impreso, documento.width),
            Spacer(1, 6 * mm),
            _tabla(impreso, documento.width),
            Spacer(1, 6 * mm),
            *[_parrafo(linea) for linea in impreso.nota.splitlines()],
        ],
        onFirstPage=_pie,
        onLaterPages=_pie,
    )
    return salida.getvalue()


def _parrafo(texto: str, *, fuerte: bool = False, cuerpo: float = 8.5, derecha: bool = False) -> Paragraph:
    # Paragraph lee marcas: lo escrito por una persona va escapado.
    escapado = dibujable(texto).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    estilo = ParagraphStyle(
        "orden", fontName=NEGRITA if fuerte else NORMAL, fontSize=cuerpo, leading=cuerpo * 1.3,
        alignment=2 if derecha else 0, splitLongWords=1,
    )
    return Paragraph(escapado, estilo)


def _encabezado(impreso: Impreso, ancho: float) -> Table:
    emisor = [_parrafo(linea, fuerte=n == 0) for n, linea in enumerate(impreso.emisor) if linea]
    orden = [
        _parrafo(f"ORDEN DE COMPRA N° {impreso.numero}", fuerte=True, cuerpo=12, derecha=True),
        _parrafo(f"{formato.dia(impreso.fecha)} · {impreso.estado}", derecha=True),
    ]
    proveedor = [_parrafo("Señores:")] + [
        _parrafo(linea, fuerte=n == 0) for n, linea in enumerate(impreso.proveedor) if linea
    ]
    tabla = Table([[emisor, orden], [proveedor, ""]], colWidths=[ancho * 0.55, ancho * 0.45])
    tabla.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 6 * mm),
            ]
        )
    )
    return tabla


def _tabla(impreso: Impreso, ancho: float) -> Table:
    filas: list[list[Any]] = [[_parrafo(titulo, fuerte=True, cuerpo=7.5) for titulo in CABECERA]]
    for renglon in impreso.renglones:
        filas.append(
            [
                _parrafo(renglon.codigo, cuerpo=7.5),
                _parrafo(renglon.codigo_proveedor, cuerpo=7.5),
                _parrafo(renglon.nombre),
                _parrafo(formato.cantidad(renglon.cantidad), derecha=True),
                _parrafo(renglon.unidad),
                _parrafo(_pesos(renglon.costo), derecha=True),
                _parrafo(_pesos(renglon.total), derecha=True),
            ]
        )
    filas.append(["", "", "", "", "", _parrafo("Neto", fuerte=True, derecha=True),
                  _parrafo(_pesos(impreso.neto), fuerte=True, derecha=True)])
    partes = (0.17, 0.13, 0.30, 0.10, 0.08, 0.10, 0.12)
    tabla = Table(filas, colWidths=[ancho * parte for parte in partes], repeatRows=1)
    tabla.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("LINEBELOW", (0, 0), (-1, -2), 0.4, colors.lightgrey),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return tabla


def _pesos(monto: Decimal | int | None) -> str:
    return "" if monto is None else formato.clp(redondear(monto))


def _pie(lienzo: Canvas, documento: SimpleDocTemplate) -> None:
    lienzo.saveState()
    lienzo.setFont(NORMAL, 7)
    lienzo.drawRightString(
        documento.pagesize[0] - 18 * mm, 10 * mm,
        f"Valores netos, sin IVA · Página {lienzo.getPageNumber()}",
    )
    lienzo.restoreState()
