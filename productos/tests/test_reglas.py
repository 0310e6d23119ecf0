"""Las reglas puras del catálogo, como propiedades."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import ean

from productos.reglas import (
    LARGOS_GTIN,
    Oferta,
    Patron,
    cantidad_admitida,
    clave_de_codigo,
    descuento_vigente,
    kilos_por,
    leer_etiqueta,
    nueva_oferta,
    precio_final,
)

HOY = date(2026, 11, 24)
DIAS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
PORCENTAJES = st.decimals(0, 100, places=2)


def con_verificador(cuerpo: str) -> str:
    return cuerpo + ean.calc_check_digit(cuerpo)


def gtin(largo: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=largo - 1, max_size=largo - 1).map(con_verificador)


@given(st.one_of([gtin(largo) for largo in LARGOS_GTIN]))
def test_un_gtin_es_el_mismo_codigo_en_todos_sus_largos(codigo: str) -> None:
    clave = clave_de_codigo(codigo)
    assert len(clave) == 14
    assert clave_de_codigo(clave) == clave
    for largo in LARGOS_GTIN:
        corto = clave[14 - largo :]
        if clave == corto.zfill(14):
            assert clave_de_codigo(corto) == clave


@given(st.one_of([gtin(largo) for largo in LARGOS_GTIN]), st.integers(1, 9))
def test_un_digito_verificador_equivocado_no_pasa(codigo: str, otro: int) -> None:
    malo = codigo[:-1] + str((int(codigo[-1]) + otro) % 10)
    with pytest.raises(ValueError, match="verificador"):
        clave_de_codigo(malo)


@given(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z./+-]{0,47}", fullmatch=True), st.sampled_from(["", " ", "\t"]))
def test_la_clave_de_un_codigo_interno_no_mira_mayusculas_ni_espacios(codigo: str, borde: str) -> None:
    assume(not (codigo.isdigit() and len(codigo) in LARGOS_GTIN))
    clave = clave_de_codigo(codigo)
    assert clave == clave_de_codigo(borde + codigo.lower() + borde) == clave_de_codigo(clave)


@given(st.text())
def test_lo_que_no_es_un_codigo_se_rechaza_y_nunca_otra_cosa(texto: str) -> None:
    try:
        clave = clave_de_codigo(texto)
    except ValueError:
        return
    assert clave.isascii()
    assert 1 <= len(clave) <= 48


@given(st.integers(1, 4), st.integers(1, 8), st.booleans(), st.data())
def test_una_etiqueta_impresa_se_lee_como_se_imprimio(
    largo_prefijo: int, digitos_item: int, en_gramos: bool, datos: Any
) -> None:
    digitos_valor = 12 - largo_prefijo - digitos_item
    assume(digitos_valor >= 1)

    def numero(largo: int) -> str:
        return datos.draw(st.text("0123456789", min_size=largo, max_size=largo))

    prefijo, item, valor = numero(largo_prefijo), numero(digitos_item), numero(digitos_valor)
    patron = Patron(
        prefijo=prefijo, digitos_item=digitos_item, digitos_valor=digitos_valor, en_gramos=en_gramos
    )

    etiqueta = leer_etiqueta(con_verificador(prefijo + item + valor), [patron])

    assert etiqueta is not None
    assert etiqueta.item == item
    assert etiqueta.kilos == (Decimal(int(valor)) / 1000 if en_gramos else None)
    assert etiqueta.precio_clp == (None if en_gramos else int(valor))


def test_gana_el_prefijo_mas_largo() -> None:
    corto = Patron(prefijo="2", digitos_item=6, digitos_valor=5, en_gramos=True)
    largo = Patron(prefijo="24", digitos_item=5, digitos_valor=5, en_gramos=False)

    etiqueta = leer_etiqueta(con_verificador("240012300345"), [corto, largo])

    assert etiqueta is not None
    assert (etiqueta.item, etiqueta.precio_clp) == ("00123", 345)


@given(st.text())
def test_leer_una_etiqueta_nunca_falla(texto: str) -> None:
    leer_etiqueta(texto, [Patron(prefijo="24", digitos_item=5, digitos_valor=5, en_gramos=True)])


@given(PORCENTAJES, st.none() | DIAS, DIAS)
def test_un_descuento_rige_hasta_su_ultimo_dia_inclusive(
    porcentaje: Decimal, ultimo: date | None, hoy: date
) -> None:
    rige = ultimo is None or hoy <= ultimo
    assert descuento_vigente(porcentaje, ultimo, hoy) == (porcentaje if rige else None)


@given(st.integers(0, 10_000_000), st.none() | PORCENTAJES)
def test_el_precio_final_va_de_nada_al_precio_de_lista(precio: int, porcentaje: Decimal | None) -> None:
    final = precio_final(precio, porcentaje)
    assert 0 <= final <= precio
    exacto = Decimal(precio) * (100 - (porcentaje or 0)) / 100
    assert -Decimal("0.5") < final - exacto <= Decimal("0.5")


@given(
    st.none() | st.builds(Oferta, PORCENTAJES, st.none() | st.just(HOY)),
    st.fixed_dictionaries(
        {}, optional={"descuento": st.none() | PORCENTAJES, "vencimiento_descuento": st.none() | DIAS}
    ),
)
def test_una_oferta_nueva_rige_hoy_y_toda_fecha_puesta_es_posterior(
    vigente: Oferta | None, pedido: dict[str, Any]
) -> None:
    try:
        oferta = nueva_oferta(vigente, pedido, HOY)
    except ValueError:
        assert pedido["vencimiento_descuento"] is not None
        return
    if oferta is None:
        assert pedido.get("descuento") is None
        return
    assert descuento_vigente(oferta.porcentaje, oferta.ultimo_dia, HOY) == oferta.porcentaje
    if vigente is None or oferta.ultimo_dia != vigente.ultimo_dia:
        assert oferta.ultimo_dia is None or oferta.ultimo_dia > HOY
    if "descuento" not in pedido and vigente is not None:
        assert oferta.porcentaje == vigente.porcentaje


@given(st.integers(0, 10**9), st.integers(1, 10**7))
def test_los_kilos_de_un_precio_no_se_alejan_mas_de_medio_gramo(precio: int, precio_kilo: int) -> None:
    kilos = kilos_por(precio, precio_kilo)
    assert kilos is not None
    assert cantidad_admitida(kilos, por_kilo=True)
    assert abs(kilos * precio_kilo - precio) <= Decimal(precio_kilo) / 2000


def test_un_kilo_que_no_cuesta_nada_no_dice_cuantos_kilos() -> None:
    assert kilos_por(1000, 0) is None


@pytest.mark.parametrize(
    ("cantidad", "por_kilo", "admitida"),
    [("1", False, True), ("1.000", False, True), ("1.5", False, False), ("1.234", True, True),
     ("1.2345", True, False)],
)
def test_una_unidad_no_se_parte_y_un_kilo_llega_al_gramo(
    cantidad: str, por_kilo: bool, admitida: bool
) -> None:
    assert cantidad_admitida(Decimal(cantidad), por_kilo=por_kilo) is admitida


def test_el_descuento_de_ayer_ya_no_rige() -> None:
    assert descuento_vigente(Decimal(10), HOY - timedelta(days=1), HOY) is None
