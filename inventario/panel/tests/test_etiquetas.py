"""Las etiquetas impresas se leen: se dibujan a los puntos de una impresora y se escanean."""

import pypdfium2
import pytest
import zxingcpp

from inventario.panel.etiquetas import (
    FORMATOS,
    DemasiadasEtiquetas,
    Etiqueta,
    NoCabe,
    imprimir,
)
from productos.reglas import clave_de_codigo

TERMICA, LASER = 203, 600
CODIGOS = [
    "2400123000013", "7801234567894", "96385074", "036000291452", "17801234567891", "00123", "LEC-001/A",
]


def _leer(documento: bytes, puntos: int) -> list[str]:
    """Lo que un lector ve en cada página, en orden de lectura."""
    leidos = []
    for pagina in pypdfium2.PdfDocument(documento):
        imagen = pagina.render(scale=puntos / 72, grayscale=True).to_pil()
        encontrados = zxingcpp.read_barcodes(imagen)
        encontrados.sort(key=lambda c: (round(c.position.top_left.y / (puntos / 3)), c.position.top_left.x))
        leidos += [c.text for c in encontrados]
    return leidos


def _etiquetas(codigos: list[str]) -> list[tuple[Etiqueta, int]]:
    return [
        (Etiqueta(nombre=f"Café molido tostado oscuro en grano {i}", precio=1290 + i, codigo=codigo), 1)
        for i, codigo in enumerate(codigos)
    ]


def test_un_rollo_impreso_en_una_termica_se_lee() -> None:
    leidos = _leer(imprimir(_etiquetas(CODIGOS), FORMATOS["rollo"]), TERMICA)
    assert [clave_de_codigo(c) for c in leidos] == [clave_de_codigo(c) for c in CODIGOS]


@pytest.mark.parametrize("hoja", ["carta", "a4"])
def test_una_hoja_entera_se_lee(hoja: str) -> None:
    cuantos = FORMATOS[hoja].por_pagina
    codigos = (CODIGOS * cuantos)[: cuantos + 2]
    documento = imprimir(_etiquetas(codigos), FORMATOS[hoja])
    assert len(pypdfium2.PdfDocument(documento)) == 2
    leidos = _leer(documento, LASER)
    assert sorted(map(clave_de_codigo, leidos)) == sorted(map(clave_de_codigo, codigos))


def test_empezar_en_otro_lugar_respeta_las_ya_usadas() -> None:
    formato = FORMATOS["carta"]
    documento = imprimir(_etiquetas(CODIGOS[:1]), formato, primera=30)
    pagina = pypdfium2.PdfDocument(documento)[0]
    imagen = pagina.render(scale=4, grayscale=True).to_pil()
    (leido,) = zxingcpp.read_barcodes(imagen)
    x, y = formato.esquina(29)
    assert x * 4 < leido.position.top_left.x < (x + formato.ancho) * 4
    assert (formato.papel[1] - y - formato.alto) * 4 < leido.position.top_left.y


def test_mil_copias_pesan_casi_lo_que_una() -> None:
    (etiqueta, _), = _etiquetas(CODIGOS[:1])
    una = imprimir([(etiqueta, 1)], FORMATOS["carta"])
    muchas = imprimir([(etiqueta, 900)], FORMATOS["carta"])
    assert len(pypdfium2.PdfDocument(muchas)) == 30
    assert len(muchas) < len(una) + 60_000


def test_el_nombre_y_el_precio_van_escritos() -> None:
    etiqueta = Etiqueta(nombre="Queso ñuble", precio=12_990, codigo="00123", por_kilo=True)
    documento = pypdfium2.PdfDocument(imprimir([(etiqueta, 1)], FORMATOS["rollo"]))
    texto = documento[0].get_textpage().get_text_bounded()
    assert "Queso ñuble" in texto
    assert "$12.990 el kilo" in texto
    assert "00123" in texto


def test_lo_que_no_cabe_se_dice_antes_de_imprimir() -> None:
    pedidas = _etiquetas(["CODIGO-MUY-LARGO-QUE-NO-CABE-EN-EL-ROLLO", "", CODIGOS[0]])
    with pytest.raises(NoCabe) as error:
        imprimir(pedidas, FORMATOS["rollo"])
    assert len(error.value.errores) == 2


def test_no_se_imprimen_miles_por_error() -> None:
    (etiqueta, _), = _etiquetas(CODIGOS[:1])
    with pytest.raises(DemasiadasEtiquetas):
        imprimir([(etiqueta, 5_001)], FORMATOS["rollo"])
