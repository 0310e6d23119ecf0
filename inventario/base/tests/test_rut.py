"""El RUT: un solo RUT, una sola forma."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.base.rut import canonico, con_formato, enmascarado


@pytest.mark.parametrize(
    ("escrito", "guardado"),
    [
        ("12345678-5", "123456785"),
        ("21.799.760-7", "217997607"),
        ("21799760-7", "217997607"),
        ("217997607", "217997607"),
        ("60803000-K", "60803000K"),
        ("60.803.000-k", "60803000K"),
        ("10000013-K", "10000013K"),
        ("1000013-0", "10000130"),
        ("07880442-4", "78804424"),
        ("  12345678-5 ", "123456785"),
        ("1-9", "19"),
    ],
)
def test_las_formas_usuales_quedan_en_una(escrito: str, guardado: str) -> None:
    assert canonico(escrito) == guardado


@pytest.mark.parametrize(
    "escrito",
    [
        "12531909-3", "00000000-0", "１２３４５６７８-5", "", "hola", "123456789012-3", "12.34.5678-5",
        "-5", "5",
    ],
)
def test_lo_que_no_es_un_rut_se_rechaza(escrito: str) -> None:
    with pytest.raises(ValueError, match="RUT"):
        canonico(escrito)


@given(st.text(max_size=20))
def test_ningun_texto_lo_rompe(texto: str) -> None:
    try:
        guardado = canonico(texto)
    except ValueError:
        return
    assert canonico(con_formato(guardado)) == guardado


def test_una_persona_lo_lee_con_puntos_y_guion() -> None:
    assert con_formato("217997607") == "21.799.760-7"


def test_la_bitacora_solo_ve_los_ultimos_digitos() -> None:
    assert enmascarado("217997607") == "…7607"
