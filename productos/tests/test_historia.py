"""Anular una compra deja todo como si no hubiera existido: la misma historia, con y sin ella."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from productos.costo import Existencia, Hecho, Recuento, recontar, valor_de

# (clase, cantidad, costo): «mala» es la compra que se va a anular.
PASOS = st.lists(
    st.tuples(
        st.sampled_from(["compra", "venta", "devolucion", "ajuste", "costo"]),
        st.integers(1, 20),
        st.integers(1, 999),
    ),
    max_size=25,
)


def contar(pasos: list[tuple[str, int, int]]) -> tuple[list[Hecho], Existencia] | None:
    """El kardex de ``pasos``, o ``None`` si alguno no se podría hacer (vender lo que no hay)."""
    hay = Existencia()
    hechos: list[Hecho] = []
    vendidos: list[Decimal] = []
    for clase, n, costo in pasos:
        antes, cantidad, unitario = hay, Decimal(n), Decimal(costo)
        if clase in ("compra", "mala"):
            hay = hay.tras(cantidad, valor_de(cantidad, unitario))
        elif clase == "venta":
            if hay.stock < cantidad:
                return None
            cantidad, unitario = -cantidad, hay.costo
            vendidos.append(unitario)
            hay = hay.tras(cantidad)
        elif clase == "devolucion":
            # Vuelve una unidad de la última venta que quede por devolver.
            if not vendidos:
                continue
            cantidad, unitario = Decimal(1), vendidos.pop()
            hay = hay.tras(cantidad, unitario)
        elif clase == "ajuste":
            unitario = hay.costo
            hay = hay.tras(cantidad)
        else:
            cantidad = Decimal(0)
            hay = hay.a_costo(unitario)
        hechos.append(
            Hecho(
                cantidad=cantidad, costo_unitario=unitario, costo_promedio=hay.costo,
                valor=hay.valor - antes.valor, es_compra=clase in ("compra", "mala"),
                fuera=clase == "mala",
            )
        )
    return hechos, hay


@settings(max_examples=600, deadline=None)
@given(antes=PASOS, despues=PASOS, mala=st.tuples(st.integers(1, 20), st.integers(1, 999)))
def test_sin_la_compra_queda_lo_que_habria_quedado(
    antes: list[Any], despues: list[Any], mala: tuple[int, int]
) -> None:
    # Con un costo conocido de antes: si no, lo que aparece sin costo conserva el que tuvo.
    antes = [("compra", 1, 500), *antes]
    con = contar([*antes, ("mala", *mala), *despues])
    if con is None:
        return
    hechos, hay = con
    recuento = recontar(Existencia(), hechos)
    assert recuento.existencia.stock == hay.stock - mala[0] + recuento.faltan
    sin = contar([*antes, *despues])
    if sin is None:
        # Sin ella alguna venta no se habría podido hacer: falta, salvo que algo haya vuelto después.
        volvio = any(clase in ("devolucion", "ajuste") for clase, *_ in despues)
        assert recuento.faltan > 0 or volvio
        return
    esperado = sin[1]
    assert recuento.faltan == 0
    assert recuento.existencia.stock == esperado.stock
    # Lo devuelto vuelve a un costo de seis decimales: no calza al último de los doce.
    assert abs(recuento.existencia.valor - esperado.valor) <= Decimal("0.0005")


@settings(max_examples=300, deadline=None)
@given(pasos=PASOS)
def test_contar_de_nuevo_sin_quitar_nada_da_lo_mismo_hasta_el_ultimo_decimal(pasos: list[Any]) -> None:
    contado = contar(pasos)
    if contado is None:
        return
    assert recontar(Existencia(), contado[0]) == Recuento(contado[1], Decimal(0))
