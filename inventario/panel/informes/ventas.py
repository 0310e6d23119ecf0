"""Informes de ventas por día, hora, cajero y forma de pago."""

from collections.abc import Iterable

from inventario.panel.consultas import ventas as consulta
from inventario.panel.consultas.ventas import Cifras
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo, Valor

COLUMNAS = (
    Columna("Ventas", Tipo.ENTERO),
    Columna("Devoluciones", Tipo.ENTERO),
    Columna("Vendido", Tipo.CLP),
    Columna("Devuelto", Tipo.CLP),
    Columna("Venta", Tipo.CLP, principal=True),
    Columna("Sin IVA", Tipo.CLP),
    Columna("IVA", Tipo.CLP),
    Columna("Costo", Tipo.CLP),
    Columna("Margen", Tipo.CLP),
    Columna("Margen %", Tipo.PORCENTAJE),
)


def _celdas(c: Cifras) -> tuple[Valor, ...]:
    return (
        c.ventas, c.devoluciones, c.vendido, c.devuelto, c.venta, c.sin_iva, c.iva,
        c.costo, c.margen, c.margen_porcentaje,
    )


def _tabla(primera: Columna, filas: Iterable[tuple[Valor, Cifras]]) -> Tabla:
    filas = list(filas)
    return Tabla(
        columnas=(primera, *COLUMNAS),
        filas=[(rotulo, *_celdas(cifras)) for rotulo, cifras in filas],
        totales=("Total", *_celdas(Cifras.total(cifras for _, cifras in filas))),
    )


def por_dia(parametros: Parametros) -> Tabla:
    return _tabla(Columna("Día", Tipo.DIA), consulta.por_dia(parametros.periodo).items())


def por_hora(parametros: Parametros) -> Tabla:
    horas = consulta.por_hora(parametros.periodo)
    return _tabla(Columna("Hora"), ((f"{hora:02}:00", cifras) for hora, cifras in horas.items()))


def por_cajero(parametros: Parametros) -> Tabla:
    cajeros = consulta.por_cajero(parametros.periodo)
    tabla = _tabla(Columna("Cajero"), ((c.nombre, c) for c in cajeros))
    total = Cifras.total(cajeros)
    return Tabla(
        columnas=(*tabla.columnas, Columna("Ticket promedio", Tipo.CLP)),
        filas=[(*fila, c.ticket) for fila, c in zip(tabla.filas, cajeros, strict=True)],
        totales=(*(tabla.totales or ()), total.ticket),
    )


def por_forma_de_pago(parametros: Parametros) -> Tabla:
    formas = consulta.por_forma_de_pago(parametros.periodo)
    total = Cifras.total(formas)
    return Tabla(
        columnas=(
            Columna("Forma de pago"),
            Columna("Ventas", Tipo.ENTERO),
            Columna("Venta", Tipo.CLP, principal=True),
            Columna("Parte", Tipo.PORCENTAJE),
        ),
        filas=[
            (f.nombre, f.ventas, f.pagado, f.pagado * 100 / total.pagado if total.pagado else None)
            for f in formas
        ],
        totales=("Total", total.ventas, total.pagado, 100.0 if total.pagado else None),
        notas=(
            "Lo pagado con cada forma menos lo reembolsado, sin el redondeo del efectivo (Ley 20.956). "
            "Una venta con pago mixto se cuenta en la forma de mayor monto.",
        ),
    )
