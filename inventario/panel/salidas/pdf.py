"""PDF de un informe, dibujado fila a fila: 20.000 filas salen en segundos y con poca memoria."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from inventario.base.errores import Invalido
from inventario.base.fechas import ZONA
from inventario.panel.informes.tabla import Tabla, Tipo, Valor
from inventario.panel.informes.texto import celda

TIPO_DE_CONTENIDO = "application/pdf"
MAXIMO_DE_FILAS = 20_000
LETRA, NEGRITA = "Helvetica", "Helvetica-Bold"
MARGEN = 14 * mm
CABEZA = 24 * mm
ALTO_FILA = 5.2 * mm
GRIS, LINEA, BANDA = HexColor("#55606e"), HexColor("#c9d0d8"), HexColor("#f4f6f8")
COLUMNAS_EN_VERTICAL = 7


class DemasiadasFilas(Invalido):
    """El informe no cabe en un PDF razonable."""

    codigo = "informe_muy_largo"
    msg = f"El informe tiene más de {MAXIMO_DE_FILAS} filas: descárguelo en XLSX o CSV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encabezado:
    """Lo que va arriba de cada página."""

    tienda: str
    titulo: str
    subtitulo: str
    impreso: datetime


def escribir(tabla: Tabla, encabezado: Encabezado) -> bytes:
    """
    Raises:
        DemasiadasFilas: pasa de ``MAXIMO_DE_FILAS``.
    """
    if len(tabla.filas) > MAXIMO_DE_FILAS:
        raise DemasiadasFilas
    return _Dibujo(tabla, encabezado).terminar()


class _Dibujo:
    def __init__(self, tabla: Tabla, encabezado: Encabezado) -> None:
        self.tabla, self.encabezado = tabla, encabezado
        self.ancho, self.alto = A4 if len(tabla.columnas) <= COLUMNAS_EN_VERTICAL else landscape(A4)
        self.tamano = 8 if len(tabla.columnas) <= COLUMNAS_EN_VERTICAL else 7.5
        self.archivo = io.BytesIO()
        self.lienzo = Canvas(self.archivo, pagesize=(self.ancho, self.alto), pageCompression=1)
        self.lienzo.setTitle(encabezado.titulo)
        self.lienzo.setAuthor(encabezado.tienda)
        self.anchos = self._anchos()
        utiles = self.alto - 2 * MARGEN - CABEZA - ALTO_FILA
        self.filas_por_pagina = int(utiles // ALTO_FILA)
        self.renglones = self._renglones()
        self.paginas = -(-len(self.renglones) // self.filas_por_pagina)

    def terminar(self) -> bytes:
        pagina = 0
        usados = self.filas_por_pagina
        for numero, (fila, fuerte) in enumerate(self.renglones):
            if usados >= self.filas_por_pagina:
                pagina += 1
                self._pagina_nueva(pagina)
                usados = 0
            y = self._y(usados)
            if isinstance(fila, str):
                self._nota(fila, y)
            else:
                self._fila(fila, y, fuerte=fuerte, banda=numero % 2 == 1 and not fuerte)
            usados += 1
        self.lienzo.save()
        return self.archivo.getvalue()

    def _renglones(self) -> list[tuple[Sequence[Valor] | str, bool]]:
        renglones: list[tuple[Sequence[Valor] | str, bool]] = [(fila, False) for fila in self.tabla.filas]
        if not renglones:
            renglones.append(("No hay nada que mostrar en este período.", False))
        if self.tabla.totales:
            renglones.append((self.tabla.totales, True))
        if self.tabla.notas:
            renglones.append(("", False))
            renglones.extend((nota, False) for nota in self.tabla.notas)
        return renglones

    def _anchos(self) -> list[float]:
        """Ancho de cada columna: lo que pide su contenido, encogido o estirado en lo que es texto."""
        disponible = self.ancho - 2 * MARGEN
        pedidos = []
        for i, columna in enumerate(self.tabla.columnas):
            textos = [celda(columna, fila[i]) for fila in self.tabla.filas[:300]]
            if self.tabla.totales:
                textos.append(celda(columna, self.tabla.totales[i]))
            largo = max((stringWidth(t, NEGRITA, self.tamano) for t in textos), default=0)
            titulo = stringWidth(columna.titulo, NEGRITA, self.tamano)
            pedidos.append(max(min(largo, 70 * mm), titulo) + 3 * mm)
        sobra = disponible - sum(pedidos)
        textos_i = [i for i, c in enumerate(self.tabla.columnas) if c.tipo is Tipo.TEXTO]
        if sobra >= 0 or not textos_i:
            extra = sobra / len(pedidos)
            return [ancho + extra for ancho in pedidos]
        total_textos = sum(pedidos[i] for i in textos_i)
        return [
            ancho + sobra * ancho / total_textos if i in textos_i else ancho
            for i, ancho in enumerate(pedidos)
        ]

    def _y(self, renglon: int) -> float:
        return float(self.alto - MARGEN - CABEZA - ALTO_FILA * (renglon + 1))

    def _pagina_nueva(self, numero: int) -> None:
        if numero > 1:
            self.lienzo.showPage()
        arriba = self.alto - MARGEN
        derecha = self.ancho - MARGEN
        self.lienzo.setFont(LETRA, 8)
        self.lienzo.setFillColor(GRIS)
        self.lienzo.drawString(MARGEN, arriba - 3 * mm, self.encabezado.tienda)
        impreso = self.encabezado.impreso.astimezone(ZONA)
        self.lienzo.drawRightString(derecha, arriba - 3 * mm, f"Impreso el {impreso:%d-%m-%Y %H:%M}")
        self.lienzo.drawRightString(derecha, MARGEN - 5 * mm, f"Página {numero} de {self.paginas}")
        self.lienzo.drawString(MARGEN, arriba - 15 * mm, self.encabezado.subtitulo)
        self.lienzo.setFillColorRGB(0, 0, 0)
        self.lienzo.setFont(NEGRITA, 14)
        self.lienzo.drawString(MARGEN, arriba - 10 * mm, self.encabezado.titulo)
        y = arriba - CABEZA
        self._celdas([columna.titulo for columna in self.tabla.columnas], y + 1.6 * mm, NEGRITA)
        self.lienzo.setStrokeColor(LINEA)
        self.lienzo.line(MARGEN, y, derecha, y)

    def _fila(self, fila: Sequence[Valor], y: float, *, fuerte: bool, banda: bool) -> None:
        if banda:
            self.lienzo.setFillColor(BANDA)
            self.lienzo.rect(MARGEN, y, self.ancho - 2 * MARGEN, ALTO_FILA, stroke=0, fill=1)
            self.lienzo.setFillColorRGB(0, 0, 0)
        if fuerte:
            self.lienzo.line(MARGEN, y + ALTO_FILA, self.ancho - MARGEN, y + ALTO_FILA)
        textos = [celda(c, v) for c, v in zip(self.tabla.columnas, fila, strict=True)]
        self._celdas(textos, y + 1.6 * mm, NEGRITA if fuerte else LETRA)

    def _celdas(self, textos: Sequence[str], y: float, letra: str) -> None:
        self.lienzo.setFont(letra, self.tamano)
        x = MARGEN
        for columna, ancho, texto in zip(self.tabla.columnas, self.anchos, textos, strict=True):
            if columna.tipo.es_numero:
                self.lienzo.drawRightString(x + ancho - 1 * mm, y, texto)
            else:
                self.lienzo.drawString(x + 0.5 * mm, y, self._caber(texto, letra, ancho - 2 * mm))
            x += ancho

    def _caber(self, texto: str, letra: str, ancho: float) -> str:
        if stringWidth(texto, letra, self.tamano) <= ancho:
            return texto
        while texto and stringWidth(f"{texto}…", letra, self.tamano) > ancho:
            texto = texto[:-1]
        return f"{texto}…"

    def _nota(self, texto: str, y: float) -> None:
        self.lienzo.setFont(LETRA, 7.5)
        self.lienzo.setFillColor(GRIS)
        self.lienzo.drawString(MARGEN, y + 1.6 * mm, texto)
        self.lienzo.setFillColorRGB(0, 0, 0)
