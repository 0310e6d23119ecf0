"""Lo que se devuelve: en partes o entero, nunca más ni menos que lo cobrado."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.base.dinero import neto_de
from ventas.reglas.devolucion import (
    DevolucionExcede,
    FormaPagada,
    LineaNoVendida,
    LineaVendida,
    NadaPorDevolver,
    PartePedida,
    anotar,
    elegir,
    puntos_por_quitar,
    reembolsar,
)
from ventas.reglas.tipos import FormaPago


def vendida(
    numero: int, total: int = 1_000, cantidad: str = "3", devuelta: str = "0", **otros: object
) -> LineaVendida:
    datos = {"producto_id": numero, "exenta": False, "entera": True} | otros
    return LineaVendida(
        numero=numero, cantidad=Decimal(cantidad), devuelta=Decimal(devuelta), total=total, **datos
    )


def parte(cantidad: str, **donde: int) -> PartePedida:
    return PartePedida(cantidad=Decimal(cantidad), **donde)


def test_sin_nombrar_nada_vuelve_todo_lo_que_queda() -> None:
    assert elegir([vendida(1, devuelta="2"), vendida(2), vendida(3, devuelta="3")], []) == {1: 1, 2: 3}


def test_devuelta_entera_ya_no_queda_nada() -> None:
    with pytest.raises(NadaPorDevolver):
        elegir([vendida(1, devuelta="3")], [])


def test_las_lineas_de_un_producto_se_consumen_en_orden() -> None:
    lineas = [vendida(1, producto_id=7), vendida(2, producto_id=8), vendida(3, producto_id=7)]
    assert elegir(lineas, [parte("4", producto_id=7)]) == {1: 3, 3: 1}


def test_dos_partes_del_mismo_producto_se_suman() -> None:
    with pytest.raises(DevolucionExcede) as fallo:
        elegir([vendida(1, producto_id=7)], [parte("2", producto_id=7), parte("2", producto_id=7)])
    assert fallo.value.errores == {"2": ["Quedan 1 por devolver"]}


def test_se_nombra_cada_linea_mala_por_su_numero() -> None:
    partes = [
        parte("1", producto_id=99), parte("1", numero_linea=1), parte("0", numero_linea=1),
        parte("0.5", numero_linea=1), parte("9", numero_linea=1),
    ]
    with pytest.raises(LineaNoVendida) as fallo:
        elegir([vendida(1)], partes)
    assert sorted(fallo.value.errores) == ["1", "3", "4", "5"]


def test_los_gramos_si_se_parten() -> None:
    assert elegir([vendida(1, entera=False)], [parte("0.5", numero_linea=1)]) == {1: Decimal("0.5")}


def test_el_ultimo_tercio_completa_el_peso_que_faltaba() -> None:
    primero = anotar([vendida(1, total=1_000)], {1: Decimal(1)}, neto=840)
    resto = anotar([vendida(1, total=1_000, devuelta="1")], {1: Decimal(2)}, neto=840)
    assert (primero.total, resto.total) == (333, 667)
    assert primero.neto + resto.neto == 840


def test_los_puntos_se_quitan_en_proporcion() -> None:
    assert puntos_por_quitar(10, total=1_099, devuelto_antes=0, devuelto=366) == 3
    assert puntos_por_quitar(10, total=1_099, devuelto_antes=366, devuelto=1_099) == 7
    assert puntos_por_quitar(0, total=0, devuelto_antes=0, devuelto=0) == 0


def test_primero_vuelven_los_puntos_y_al_final_el_efectivo() -> None:
    pagadas = [
        FormaPagada(forma=FormaPago.EFECTIVO, monto=486),
        FormaPagada(forma=FormaPago.DEBITO, monto=300),
        FormaPagada(forma=FormaPago.PUNTOS, monto=205, puntos=21),
    ]
    assert [(r.forma, r.monto, r.redondeo, r.puntos) for r in reembolsar(991, pagadas)] == [
        (FormaPago.PUNTOS, 205, 0, 21), (FormaPago.DEBITO, 300, 0, 0), (FormaPago.EFECTIVO, 486, 4, 0),
    ]


def test_no_se_reembolsa_lo_ya_reembolsado() -> None:
    pagadas = [
        FormaPagada(forma=FormaPago.CREDITO, monto=500, reembolsado=500),
        FormaPagada(forma=FormaPago.DEBITO, monto=500),
    ]
    assert [r.forma for r in reembolsar(400, pagadas)] == [FormaPago.DEBITO]
    with pytest.raises(ValueError, match="más de lo pagado"):
        reembolsar(501, pagadas)


@st.composite
def ventas_y_partes(draw: st.DrawFn) -> tuple[list[tuple[int, int, bool]], list[list[int]]]:
    """Líneas (total, unidades, exenta) y, por cada una, en qué tandas vuelve entera."""
    lineas = draw(
        st.lists(
            st.tuples(st.integers(0, 10**6), st.integers(1, 30), st.booleans()),
            min_size=1, max_size=6,
        )
    )
    tandas = [
        draw(st.lists(st.integers(0, unidades), min_size=0, max_size=4)) for _, unidades, _ in lineas
    ]
    return lineas, tandas


@given(ventas_y_partes())
def test_las_devoluciones_parciales_suman_exactamente_lo_cobrado(
    caso: tuple[list[tuple[int, int, bool]], list[list[int]]],
) -> None:
    datos, tandas = caso
    neto = neto_de(sum(total for total, _, exenta in datos if not exenta))
    lineas = [
        vendida(i, total=total, cantidad=str(unidades), exenta=exenta)
        for i, (total, unidades, exenta) in enumerate(datos, start=1)
    ]
    notas = []
    for vuelta in range(5):
        elegidas = {
            x.numero: min(Decimal(t[vuelta]) if vuelta < len(t) else x.disponible, x.disponible)
            for x, t in zip(lineas, tandas, strict=True)
        }
        elegidas = {numero: cantidad for numero, cantidad in elegidas.items() if cantidad > 0}
        nota = anotar(lineas, elegidas, neto=neto)
        assert min(nota.neto, nota.iva, nota.exento, *nota.montos.values(), 0) >= 0
        assert sum(nota.montos.values()) == nota.total
        notas.append(nota)
        lineas = [
            vendida(
                x.numero, total=x.total, cantidad=str(x.cantidad), exenta=x.exenta,
                devuelta=str(x.devuelta + elegidas.get(x.numero, 0)),
            )
            for x in lineas
        ]
    assert all(x.disponible == 0 for x in lineas)
    assert sum(n.neto for n in notas) == neto
    assert sum(n.exento for n in notas) == sum(t for t, _, exenta in datos if exenta)
    assert sum(n.total for n in notas) == sum(t for t, _, _ in datos)


@given(
    st.lists(st.integers(1, 10**6), min_size=4, max_size=4),
    st.integers(1, 10**5),
    st.lists(st.integers(1, 10**6), max_size=6),
)
def test_los_reembolsos_parciales_devuelven_todo_lo_pagado_y_sus_puntos(
    montos: list[int], puntos: int, cortes: list[int]
) -> None:
    total = sum(montos)
    hechos = {forma: [0, 0] for forma in FormaPago}
    falta = total
    for corte in [*cortes, total]:
        monto = min(corte, falta)
        if not monto:
            continue
        pagadas = [
            FormaPagada(
                forma=forma, monto=pagado, reembolsado=hechos[forma][0],
                puntos=puntos if forma == FormaPago.PUNTOS else 0,
            )
            for forma, pagado in zip(FormaPago, montos, strict=True)
        ]
        for reembolso in reembolsar(monto, pagadas):
            hechos[reembolso.forma][0] += reembolso.monto
            hechos[reembolso.forma][1] += reembolso.puntos
        falta -= monto
    assert [hechos[forma][0] for forma in FormaPago] == montos
    assert hechos[FormaPago.PUNTOS][1] == puntos
