"""El recibo impreso: lo que dice, cómo cabe en 80 mm y que las tildes lleguen bien a la impresora."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from ventas.recibo import Emisor, LineaRecibo, PagoRecibo, Recibo, a_escpos, a_pdf
from ventas.recibo.ajuste import envolver
from ventas.recibo.composicion import NO_VALIDO

ORDENES = re.compile(rb"\x1b@|\x1c\.|\x1b[taEM!d].|\x1dV.|\x1d!.|\x1b[-G{].|\x1db.", re.DOTALL)


@pytest.fixture
def recibo() -> Recibo:
    return Recibo(
        emisor=Emisor(
            razon_social="Almacén Ñuñoa", rut="761920839", giro="Almacén y panadería",
            direccion="Av. Irarrázaval 1234", comuna="Ñuñoa",
        ),
        titulo="BOLETA", folio=1284, fecha=datetime(2026, 11, 24, 15, 4, 5, tzinfo=UTC),
        cajero="Carlos Cáceres", cliente="Clara Núñez",
        lineas=(
            LineaRecibo(
                nombre="Pan amasado", cantidad=Decimal("0.345"), precio_unitario=5990,
                subtotal=2067, en_kilos=True,
            ),
            LineaRecibo(
                nombre="Azúcar ÁÉÍÓÚ ñandú ¿qué?", cantidad=Decimal("2.000"), precio_unitario=1190,
                subtotal=2380, precio_lista=1400, descuento=Decimal("15.00"),
            ),
            LineaRecibo(
                nombre="Libro", cantidad=Decimal(1), precio_unitario=9990, subtotal=9990, exenta=True
            ),
        ),
        subtotal=14437, descuento=722, porcentaje=Decimal(5), neto=3550, iva=675, exento=9490,
        total=13715, redondeo=-5, a_pagar=13710,
        pagos=(PagoRecibo(forma="Efectivo", monto=8710), PagoRecibo(forma="Débito", monto=5000)),
        recibido=10000, vuelto=1290, puntos_ganados=137,
    )


def _texto_pdf(recibo: Recibo) -> str:
    return PdfReader(BytesIO(a_pdf(recibo))).pages[0].extract_text()


def _texto_escpos(recibo: Recibo) -> str:
    return ORDENES.sub(b"", a_escpos(recibo)).decode("cp1252")


LO_QUE_DEBE_DECIR = [
    "Almacén Ñuñoa", "RUT 76.192.083-9", "Giro: Almacén y panadería",
    "Av. Irarrázaval 1234, Ñuñoa", "BOLETA N° 1284", "24-11-2026 12:04:05",
    "Atendió: Carlos Cáceres", "Cliente: Clara Núñez",
    "0,345 kg × $5.990/kg", "$2.067", "Azúcar ÁÉÍÓÚ ñandú ¿qué?", "2 × $1.190",
    "Antes $1.400, dcto. 15 %", "Libro (exento)", "Descuento 5 %", "-$722",
    "Exento", "$9.490", "Neto", "$3.550", "IVA 19 %", "$675", "TOTAL", "$13.715",
    "Redondeo Ley 20.956", "-$5", "A PAGAR", "$13.710", "Pago: Efectivo", "$8.710",
    "Pago: Débito", "Efectivo recibido", "$10.000", "Vuelto", "$1.290", "Puntos ganados: 137",
    NO_VALIDO,
]


@pytest.mark.parametrize("texto_de", [_texto_pdf, _texto_escpos])
def test_el_recibo_dice_todo_lo_que_la_ley_y_el_cliente_esperan(recibo, texto_de):
    texto = texto_de(recibo)
    assert [frase for frase in LO_QUE_DEBE_DECIR if frase not in texto] == []


@pytest.mark.parametrize("texto_de", [_texto_pdf, _texto_escpos])
def test_una_tienda_certificada_no_lleva_la_advertencia(recibo, texto_de):
    certificada = replace(recibo, emisor=replace(recibo.emisor, certificada=True))
    assert "COMPROBANTE INTERNO" not in texto_de(certificada)


@pytest.mark.parametrize("texto_de", [_texto_pdf, _texto_escpos])
def test_sin_efectivo_no_hay_redondeo_ni_vuelto(recibo, texto_de):
    texto = texto_de(
        replace(recibo, redondeo=0, a_pagar=13715, recibido=None, vuelto=0,
                pagos=(PagoRecibo(forma="Débito", monto=13715),))
    )
    assert "Redondeo" not in texto
    assert "Vuelto" not in texto


def test_el_pdf_mide_80_mm_y_crece_con_las_lineas(recibo):
    corto = PdfReader(BytesIO(a_pdf(recibo))).pages
    largo = PdfReader(BytesIO(a_pdf(replace(recibo, lineas=recibo.lineas * 40)))).pages
    assert len(corto) == len(largo) == 1
    assert float(corto[0].mediabox.width) == pytest.approx(80 / 25.4 * 72, abs=0.1)
    assert float(largo[0].mediabox.height) > 5 * float(corto[0].mediabox.height)


def test_el_pdf_lleva_su_letra_adentro(recibo):
    fuentes = PdfReader(BytesIO(a_pdf(recibo))).pages[0]["/Resources"]["/Font"].values()
    usadas = [f.get_object() for f in fuentes]
    incrustadas = [f for f in usadas if "Vera" in f["/BaseFont"]]
    assert incrustadas
    assert all("/FontFile2" in f["/FontDescriptor"] for f in incrustadas)


def test_el_mismo_recibo_da_siempre_los_mismos_bytes(recibo):
    assert a_pdf(recibo) == a_pdf(recibo)
    assert a_escpos(recibo) == a_escpos(recibo)


def test_la_impresora_recibe_su_tabla_de_caracteres_y_el_corte(recibo):
    datos = a_escpos(recibo)
    assert datos.startswith(b"\x1b@")
    assert b"\x1bt\x10" in datos
    assert "Ñuñoa".encode("cp1252") in datos
    assert datos.endswith(b"\x1dV\x00")


def test_ningun_renglon_termico_pasa_del_ancho_del_papel(recibo):
    largo = "Harina sin polvos de hornear de la abuela Ñeñita " * 6
    renglones = _texto_escpos(
        replace(recibo, lineas=(replace(recibo.lineas[0], nombre=largo),), cliente=largo)
    ).splitlines()
    assert max(len(r) for r in renglones if NO_VALIDO not in r) == 42
    assert max(len(r) for r in renglones) <= 56


def test_un_nombre_larguisimo_se_corta_con_puntos_suspensivos(recibo):
    largo = "palabra " * 60
    texto = _texto_escpos(replace(recibo, lineas=(replace(recibo.lineas[0], nombre=largo),)))
    assert "…" in texto
    assert texto.count("palabra") < 18


@pytest.mark.parametrize("hacer", [a_pdf, a_escpos])
def test_lo_que_no_se_puede_imprimir_no_rompe_el_recibo(recibo, hacer):
    raro = "Cafe\u0301 \U0001f4da \x1b@\x00 ǅ 漢字 \u202e"
    assert hacer(replace(recibo, lineas=(replace(recibo.lineas[0], nombre=raro),)))


def test_un_nombre_no_puede_mandar_ordenes_a_la_impresora(recibo):
    limpio = a_escpos(recibo)
    sucio = a_escpos(
        replace(recibo, lineas=(replace(recibo.lineas[0], nombre="Pan\x1b@\x1dV\x00"), *recibo.lineas[1:]))
    )
    assert sucio.count(b"\x1d") == limpio.count(b"\x1d")
    assert sucio.count(b"\x1b") == limpio.count(b"\x1b")


def test_una_palabra_mas_larga_que_el_papel_se_parte():
    assert envolver("ab cdefgh", 3, len) == ["ab", "cde", "fgh"]
    assert envolver("  uno dos", 5, len) == ["  uno", "  dos"]
    assert envolver("uno dos tres", 4, len, 2) == ["uno", "dos…"]
    assert envolver("", 4, len) == [""]
