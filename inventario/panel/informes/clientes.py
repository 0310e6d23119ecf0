"""Las compras de una persona, boleta por boleta."""

from inventario.base.fechas import dia_de, rango
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo
from ventas.models import FormaPago, Venta

COLUMNAS = (
    Columna("Día", Tipo.DIA),
    Columna("Documento"),
    Columna("Cajero"),
    Columna("Forma de pago"),
    Columna("Total", Tipo.CLP),
    Columna("Devuelto", Tipo.CLP),
    Columna("Venta", Tipo.CLP, principal=True),
    Columna("Puntos ganados", Tipo.ENTERO),
)


def compras(parametros: Parametros) -> Tabla:
    """Sin cliente elegido, una tabla vacía. Lo devuelto resta a su boleta, sea del día que sea."""
    if parametros.cliente_id is None:
        return Tabla(columnas=COLUMNAS, filas=[])
    desde, hasta = rango(parametros.periodo.desde, parametros.periodo.hasta)
    ventas = Venta.objects.filter(
        cliente_id=parametros.cliente_id, fecha_venta__gte=desde, fecha_venta__lt=hasta
    ).order_by("fecha_venta", "pk")
    filas = [
        (
            dia_de(v.fecha_venta), str(v), v.nombre_cajero, FormaPago(v.forma_pago).nombre,
            v.total, v.devuelto, v.total - v.devuelto, v.puntos_ganados,
        )
        for v in ventas
    ]
    totales = [sum(valores) for valores in zip(*(fila[4:] for fila in filas), strict=True)] if filas else None
    return Tabla(
        columnas=COLUMNAS,
        filas=filas,
        totales=("Total", None, None, None, *totales) if totales else None,
    )
