"""Los días de la tienda son los de Santiago, con sus noches de 23 y 25 horas."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inventario.base.fechas import dia_de, inicio_del_dia, rango


def test_una_venta_de_las_once_de_la_noche_es_de_ese_dia() -> None:
    assert dia_de(datetime(2026, 11, 25, 2, 30, tzinfo=UTC)) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("dia", "horas"),
    [(date(2026, 9, 6), 23), (date(2026, 4, 4), 25), (date(2026, 11, 24), 24)],
)
def test_un_dia_tiene_las_horas_que_tiene(dia: date, horas: int) -> None:
    inicio, fin = rango(dia, dia)
    assert inicio is not None
    assert fin is not None
    assert fin - inicio == timedelta(hours=horas)


def test_los_dias_no_se_pisan_ni_dejan_hueco() -> None:
    dias = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
    for dia in dias:
        inicio = inicio_del_dia(dia)
        assert dia_de(inicio) == dia
        assert dia_de(inicio - timedelta(microseconds=1)) == dia - timedelta(days=1)


def test_sin_fechas_no_hay_limites() -> None:
    assert rango(None, None) == (None, None)
