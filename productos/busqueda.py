"""Mantener el índice con que se busca por parte de un nombre."""

from collections.abc import Sequence

from django.db import connection

from inventario.base.operacion import exigir_transaccion
from productos.models import GramaNombre, Producto
from productos.reglas import gramas


def indexar(productos: Sequence[Producto], *, nuevos: bool = False) -> None:
    """Deja el índice de ``productos``, ya guardados, según su nombre: dos sentencias a lo más.

    Args:
        nuevos: recién creados; no hay nada anterior que quitar.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    if not nuevos:
        GramaNombre.objects.filter(producto__in=[producto.pk for producto in productos]).delete()
    filas = [
        (grama, producto.pk) for producto in productos for grama in gramas(producto.nombre_normalizado)
    ]
    if filas:
        with connection.cursor() as cursor:
            # A mano: son unas treinta filas por producto, y armar cada modelo cuesta más que insertarla.
            cursor.executemany(
                f"INSERT INTO {GramaNombre._meta.db_table} (grama, producto_id) VALUES (%s, %s)",  # noqa: S608
                filas,
            )
