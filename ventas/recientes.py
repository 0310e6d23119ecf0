"""Lo que cada producto vendió en los últimos días ya cerrados, sumado una vez al día y no en cada página.

La venta no lo escribe. Vale mientras esos días tengan los documentos que se sumaron: quien lo lee trae la
cuenta de ahora, y si alguno llegó después (una venta que confirmó pasada la medianoche) no calza ninguna
fila y hay que sumar los días otra vez.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from inventario.base.models import Tienda
from inventario.base.operacion import foto, operacion
from ventas.models import ConteoVentas, ResumenProducto, ResumenReciente

DIAS_RECIENTES = 30
"""Los de «últimos 30 días», contando el de hoy, que aún no cierra."""


def dias_cerrados(hoy: date) -> tuple[date, date]:
    """El primero y el último de los que ya cerraron."""
    return hoy - timedelta(days=DIAS_RECIENTES - 1), hoy - timedelta(days=1)


@operacion
def resumir_recientes(*, hoy: date) -> int:
    """Deja sumados los días cerrados antes de ``hoy``; devuelve cuántos productos. Repetirlo no hace daño."""
    desde, hasta = dias_cerrados(hoy)
    # Dos a la vez borrarían lo mismo y chocarían al escribirlo. Las ventas sólo leen esa fila: no esperan.
    Tienda.objects.select_for_update().values_list("pk").get(pk=1)
    # Antes que las sumas: si entre medio llega un documento, las filas quedan con una cuenta que ya no calza.
    documentos = _documentos(desde, hasta)
    ResumenReciente.objects.all().delete()
    # En la base: son decenas de miles de filas, que no tienen para qué venir.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ResumenReciente._meta.db_table} (hasta, documentos, producto_id, venta) "  # noqa: S608
            "SELECT %s, %s, producto_id, SUM(vendido - devuelto) "
            f"FROM {ResumenProducto._meta.db_table} WHERE dia BETWEEN %s AND %s GROUP BY producto_id",
            [hasta, documentos, desde, hasta],
        )
        return int(cursor.rowcount)


def recientes_cuadran(*, hoy: date) -> bool:
    """Si lo sumado de los días cerrados antes de ``hoy`` es lo que dicen. Sin sumar aún, también cuadra."""
    desde, hasta = dias_cerrados(hoy)
    with foto():
        guardado = ResumenReciente.objects.filter(hasta=hasta, documentos=_documentos(desde, hasta))
        tiene = dict(guardado.values_list("producto_id", "venta"))
        return not tiene or tiene == dict(ventas_por_producto(desde, hasta))


def ventas_por_producto(desde: date, hasta: date) -> Any:
    """(id del producto, CLP vendidos menos devueltos) de los días ``desde`` a ``hasta``, sumados aquí."""
    return (
        ResumenProducto.objects.filter(dia__range=(desde, hasta)).order_by().values("producto_id")
        .annotate(venta=Sum(F("vendido") - F("devuelto"))).values_list("producto_id", "venta")
    )


def _documentos(desde: date, hasta: date) -> int:
    """Ventas y notas de crédito: uno más cambia la cuenta, y ninguno se borra."""
    suma = ConteoVentas.objects.filter(dia__range=(desde, hasta)).aggregate(
        n=Sum(F("ventas") + F("devoluciones"))
    )
    return int(suma["n"] or 0)
