"""Lo que debe cumplirse siempre en la tienda, mirado entero: cadena, kardex, ventas y resúmenes."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from django.db import connection
from django.utils import timezone

from inventario.base.fechas import dia_de
from inventario.base.operacion import foto
from productos import disparadores
from productos.models import Producto, TotalProductos
from productos.verificacion import (
    productos_con_codigos_distintos,
    productos_con_otro_ultimo_precio,
    verificar_inventario,
)
from registros.cadena import verificar
from ventas.recientes import recientes_cuadran
from ventas.resumenes import dias_con_movimiento, dias_distintos
from ventas.verificacion import problemas_de_ventas

MAXIMOS = 20
"""De cada clase, cuántos problemas se nombran: donde hay uno suele haber mil iguales."""


def problemas_de_cadena() -> Iterator[str]:
    """Los eslabones rotos de los registros, y lo que les falta a sus defensas."""
    resultado = verificar()
    if resultado.rotura:
        yield f"registros: la cadena está rota en el {resultado.rotura}"
    for nombre in sorted(resultado.disparadores_faltantes):
        yield f"registros: falta el disparador {nombre} (manage.py migrate lo repone)"


def problemas_de_kardex() -> Iterator[str]:
    """Los productos cuyo stock no es lo que su kardex suma."""
    for diferencia in verificar_inventario():
        yield f"kardex de {diferencia.nombre}: {'; '.join(diferencia.problemas)}"


def problemas_del_catalogo() -> Iterator[str]:
    """Lo que la base lleva sola (el total; de cada producto, sus códigos y su último precio), si no lo es."""
    for nombre in sorted(disparadores.faltantes(connection)):
        yield f"catálogo: falta el disparador {nombre} (manage.py migrate lo repone)"
    with foto():
        dicho = TotalProductos.objects.values_list("cuantos", flat=True).first() or 0
        cuantos = Producto.objects.count()
        descuadrados = {
            "los códigos de {} no son los suyos": productos_con_codigos_distintos(),
            "el último precio de {} no es el suyo": productos_con_otro_ultimo_precio(),
        }
    if dicho != cuantos:
        yield f"catálogo: el total dice {dicho} productos y hay {cuantos} (manage.py reconstruir_resumenes)"
    for problema, nombres in descuadrados.items():
        for nombre in nombres:
            yield f"catálogo: {problema.format(nombre)} (manage.py reconstruir_resumenes)"


def problemas_de_resumenes(*, desde: date, hasta: date) -> Iterator[str]:
    """Los días (inclusive) cuyo resumen no es la suma de sus ventas."""
    for dia in dias_distintos(desde=desde, hasta=hasta):
        yield f"resumen del {dia:%d-%m-%Y}: no cuadra (manage.py reconstruir_resumenes)"


def problemas_de_todos_los_resumenes() -> Iterator[str]:
    """Como ``problemas_de_resumenes``, desde el primer día de la tienda."""
    if extremos := dias_con_movimiento():
        yield from problemas_de_resumenes(desde=extremos[0], hasta=extremos[1])
    if not recientes_cuadran(hoy=dia_de(timezone.now())):
        yield "suma de los últimos días: no cuadra (manage.py reconstruir_resumenes)"


CUENTAS: dict[str, Callable[[], Iterator[str]]] = {
    "kardex": problemas_de_kardex,
    "catálogo": problemas_del_catalogo,
    "ventas, pagos y folios": problemas_de_ventas,
}


TODO: dict[str, Callable[[], Iterator[str]]] = {
    **CUENTAS,
    "resúmenes": problemas_de_todos_los_resumenes,
    "cadena de registros": problemas_de_cadena,
}


def todo_lo_que_no_cuadra() -> list[str]:
    """Lo que la base entera incumple, los primeros de cada clase."""
    return [problema for comprobar in TODO.values() for problema in primeros(comprobar())]


def primeros(problemas: Iterator[str]) -> list[str]:
    """Hasta ``MAXIMOS``."""
    return list(islice(problemas, MAXIMOS))
