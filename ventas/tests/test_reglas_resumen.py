"""Lo que suman los resúmenes: ni un peso de más, ni uno de menos."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ventas.reglas.cobro import Linea, cobrar
from ventas.reglas.resumen import Documento, LineaResumida, Resumen
from ventas.reglas.tipos import FormaPago, TipoDocumento

MARTES_A_MEDIODIA = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

lineas = st.lists(
    st.builds(
        Linea,
        cantidad=st.integers(1, 20_000).map(lambda n: Decimal(n) / 1000),
        precio_unitario=st.integers(0, 50_000),
        exenta=st.booleans(),
    ),
    min_size=1, max_size=12,
)


def _documento(lineas: list[Linea], porcentaje: int, tipo: TipoDocumento, **otros: object) -> Documento:
    cobro = cobrar(lineas, documento=tipo, porcentaje=Decimal(porcentaje))
    return Documento(
        instante=MARTES_A_MEDIODIA, cajero_id=7, forma_pago=FormaPago.EFECTIVO,
        neto=cobro.neto, exento=cobro.exento, iva=cobro.iva,
        lineas=[
            LineaResumida(
                producto_id=n % 3, cantidad=linea.cantidad, total=total, exenta=linea.exenta,
                costo_unitario=Decimal("123.456789"),
            )
            for n, (linea, total) in enumerate(zip(lineas, cobro.totales, strict=True))
        ],
        pagos=[(FormaPago.EFECTIVO, cobro.total)],
        **otros,  # type: ignore[arg-type]
    )


@given(lineas, st.integers(0, 100), st.sampled_from(TipoDocumento))
def test_lo_de_los_productos_suma_lo_del_documento(
    lineas: list[Linea], porcentaje: int, tipo: TipoDocumento
) -> None:
    resumen = Resumen.de(_documento(lineas, porcentaje, tipo))
    (hora,) = resumen.horas.values()
    for medida in ("vendido", "sin_iva", "costo"):
        assert sum(getattr(p, medida) for p in resumen.productos.values()) == getattr(hora, medida)
    assert hora.vendido == hora.sin_iva + hora.iva == hora.pagado


@given(lineas, st.integers(0, 100), st.sampled_from(TipoDocumento))
def test_devolver_todo_deja_en_cero(
    lineas: list[Linea], porcentaje: int, tipo: TipoDocumento
) -> None:
    venta = _documento(lineas, porcentaje, tipo)
    nota = _documento(lineas, porcentaje, tipo, es_devolucion=True)
    resumen = Resumen.de(venta, nota)
    (hora,) = resumen.horas.values()
    assert hora.vendido == hora.devuelto
    assert (hora.sin_iva, hora.iva, hora.exento, hora.costo, hora.pagado) == (0, 0, 0, 0, 0)
    assert all(p.milesimas == p.sin_iva == p.costo == 0 for p in resumen.productos.values())


def test_el_dia_y_la_hora_son_los_de_la_tienda() -> None:
    una = [Linea(cantidad=Decimal(1), precio_unitario=1000)]
    documento = _documento(una, 0, TipoDocumento.BOLETA)
    resumen = Resumen.de(documento)
    assert list(resumen.horas) == [(date(2026, 11, 24), 12, 7, FormaPago.EFECTIVO)]


def test_un_pago_mixto_reparte_lo_pagado_y_no_la_venta() -> None:
    una = [Linea(cantidad=Decimal(1), precio_unitario=1000)]
    entera = _documento(una, 0, TipoDocumento.BOLETA)
    mixta = Documento(
        instante=entera.instante, cajero_id=7, forma_pago=FormaPago.DEBITO,
        neto=entera.neto, exento=0, iva=entera.iva, lineas=entera.lineas,
        pagos=[(FormaPago.DEBITO, 700), (FormaPago.EFECTIVO, 300)],
    )
    por_forma = {clave[3]: medidas for clave, medidas in Resumen.de(mixta).horas.items()}
    assert (por_forma[FormaPago.DEBITO].pagado, por_forma[FormaPago.DEBITO].vendido) == (700, 1000)
    assert (por_forma[FormaPago.EFECTIVO].pagado, por_forma[FormaPago.EFECTIVO].vendido) == (300, 0)
    assert sum(m.ventas for m in por_forma.values()) == 1
