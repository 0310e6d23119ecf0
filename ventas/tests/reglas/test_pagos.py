"""Cómo se paga: ley del redondeo, vuelto, mezcla de formas y puntos."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.base.errores import Invalido
from ventas.reglas.pagos import (
    EfectivoInsuficiente,
    PagoPedido,
    PagosNoCuadran,
    forma_principal,
    pagar,
    puntos_ganados,
    puntos_necesarios,
)
from ventas.reglas.tipos import FormaPago

EFECTIVO, CREDITO, DEBITO, PUNTOS = (
    FormaPago.EFECTIVO, FormaPago.CREDITO, FormaPago.DEBITO, FormaPago.PUNTOS,
)


@pytest.mark.parametrize(
    ("total", "a_pagar"),
    [(12_485, 12_480), (12_486, 12_490), (12_491, 12_490), (996, 1_000), (1, 0), (0, 0)],
)
def test_el_efectivo_se_redondea_por_ley(total: int, a_pagar: int) -> None:
    [pago] = pagar(total, [PagoPedido(forma=EFECTIVO)], valor_punto=1)
    assert (pago.monto, pago.a_pagar) == (total, a_pagar)


def test_una_tarjeta_nunca_se_redondea() -> None:
    [pago] = pagar(12_486, [PagoPedido(forma=DEBITO)], valor_punto=1)
    assert pago.a_pagar == 12_486


def test_el_vuelto_es_sobre_lo_redondeado() -> None:
    [pago] = pagar(12_486, [PagoPedido(forma=EFECTIVO, recibido=20_000)], valor_punto=1)
    assert (pago.recibido, pago.vuelto) == (20_000, 7_510)


def test_con_menos_de_lo_que_se_debe_no_se_paga() -> None:
    with pytest.raises(EfectivoInsuficiente) as fallo:
        pagar(12_486, [PagoPedido(forma=EFECTIVO, recibido=12_480)], valor_punto=1)
    assert fallo.value.datos == {"a_pagar": 12_490}


def test_en_un_pago_mixto_solo_se_redondea_la_parte_en_efectivo() -> None:
    tarjeta, efectivo = pagar(
        12_486,
        [PagoPedido(forma=CREDITO, monto=10_003), PagoPedido(forma=EFECTIVO, monto=2_483)],
        valor_punto=1,
    )
    assert (tarjeta.a_pagar, efectivo.a_pagar) == (10_003, 2_480)


def test_los_pagos_que_no_suman_dicen_el_total() -> None:
    with pytest.raises(PagosNoCuadran) as fallo:
        pagar(
            1_000,
            [PagoPedido(forma=CREDITO, monto=500), PagoPedido(forma=DEBITO, monto=499)],
            valor_punto=1,
        )
    assert fallo.value.datos == {"total_con_iva": 1_000}


def test_dos_tarjetas_de_la_misma_forma_quedan_en_una() -> None:
    pagos = pagar(
        1_000,
        [PagoPedido(forma=CREDITO, monto=400), PagoPedido(forma=CREDITO, monto=600)],
        valor_punto=1,
    )
    assert [(p.forma, p.monto) for p in pagos] == [(CREDITO, 1_000)]


def test_un_pago_en_cero_no_es_un_pago() -> None:
    with pytest.raises(Invalido):
        pagar(
            1_000,
            [PagoPedido(forma=CREDITO, monto=1_000), PagoPedido(forma=DEBITO, monto=0)],
            valor_punto=1,
        )


def test_lo_recibido_es_solo_del_efectivo() -> None:
    with pytest.raises(Invalido):
        pagar(1_000, [PagoPedido(forma=DEBITO, recibido=2_000)], valor_punto=1)


def test_los_puntos_que_se_gastan_se_redondean_hacia_arriba() -> None:
    assert puntos_necesarios(1_001, 10) == 101
    assert puntos_necesarios(1_000, 10) == 100
    assert puntos_necesarios(0, 10) == 0


def test_no_se_ganan_puntos_por_lo_pagado_con_puntos() -> None:
    assert puntos_ganados(1_099, 0, 100) == 10
    assert puntos_ganados(1_099, 1_000, 100) == 0


def test_la_forma_principal_es_la_de_mayor_monto() -> None:
    pagos = pagar(
        1_000,
        [PagoPedido(forma=CREDITO, monto=400), PagoPedido(forma=EFECTIVO, monto=600)],
        valor_punto=1,
    )
    assert forma_principal(pagos) == EFECTIVO


@given(
    st.lists(st.tuples(st.sampled_from(FormaPago), st.integers(1, 10**6)), min_size=1, max_size=8),
    st.integers(1, 50),
)
def test_lo_pagado_siempre_suma_el_total(
    partes: list[tuple[FormaPago, int]], valor_punto: int
) -> None:
    total = sum(monto for _, monto in partes)
    pagos = pagar(
        total, [PagoPedido(forma=f, monto=m) for f, m in partes], valor_punto=valor_punto
    )
    assert sum(p.monto for p in pagos) == total
    assert len({p.forma for p in pagos}) == len(pagos)
    assert all(p.a_pagar % 10 == 0 for p in pagos if p.forma == EFECTIVO)
    assert all(0 <= p.puntos * valor_punto - p.monto < valor_punto for p in pagos if p.forma == PUNTOS)
