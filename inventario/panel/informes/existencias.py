"""Informes de bodega: stock valorizado, lento y muerto."""

from inventario.panel.consultas import stock
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo


def valorizado(parametros: Parametros) -> Tabla:
    existencias = stock.valorizado()
    return Tabla(
        columnas=(
            Columna("Producto"),
            Columna("Categoría"),
            Columna("Stock", Tipo.CANTIDAD),
            Columna("Unidad"),
            Columna("Costo promedio", Tipo.COSTO),
            Columna("Valor al costo", Tipo.CLP, principal=True),
            Columna("Precio de venta", Tipo.CLP),
        ),
        filas=[
            (e.nombre, e.categoria, e.stock, e.unidad, e.costo, e.valor, e.precio_venta)
            for e in existencias
        ],
        totales=("Total", None, None, None, None, sum(e.valor for e in existencias), None),
        notas=("Costos sin IVA; precio de venta con IVA y sin descuentos. Cada valor, redondeado al peso.",),
    )


def quieto(parametros: Parametros) -> Tabla:
    quietos = stock.quietos(parametros.periodo, parametros.dias_de_stock)
    return Tabla(
        columnas=(
            Columna("Producto"),
            Columna("Categoría"),
            Columna("Estado"),
            Columna("Stock", Tipo.CANTIDAD),
            Columna("Vendido en el período", Tipo.CANTIDAD),
            Columna("Días de stock", Tipo.ENTERO),
            Columna("Última venta", Tipo.DIA),
            Columna("Valor al costo", Tipo.CLP, principal=True),
        ),
        filas=[
            (
                q.existencias.nombre, q.existencias.categoria,
                "Muerto" if q.dias_de_stock is None else "Lento",
                q.existencias.stock, q.vendidas, q.dias_de_stock, q.ultima_venta, q.existencias.valor,
            )
            for q in quietos
        ],
        totales=("Total", None, None, None, None, None, None, sum(q.existencias.valor for q in quietos)),
        notas=(
            f"Muerto: tiene stock y no vendió en el período. Lento: al ritmo del período su stock dura "
            f"más de {parametros.dias_de_stock} días.",
        ),
    )
