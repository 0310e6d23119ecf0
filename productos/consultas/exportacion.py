"""El catálogo como filas de planilla: por trozos, con memoria que no crece con él."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from productos.consultas.catalogo import productos_listados
from productos.models import Producto

TROZO = 1000


def filas_de_productos(hoy: date) -> Iterator[dict[str, Any]]:
    """Cada producto, por id, con las columnas de ``planilla.campos``; una consulta por trozo."""
    ultimo = 0
    while trozo := list(productos_listados(hoy).filter(pk__gt=ultimo).order_by("pk")[:TROZO]):
        for producto in trozo:
            yield fila_de(producto, hoy)
        ultimo = trozo[-1].pk


def fila_de(producto: Producto, hoy: date) -> dict[str, Any]:
    """Un producto cargado, como fila."""
    descuento = producto.descuento_vigente(hoy)
    return {
        "codigo_barras": producto.codigo_principal or "",
        "codigos_barras": producto.otros_codigos.split(",") if producto.otros_codigos else [],
        "nombre": producto.nombre,
        "descripcion": producto.descripcion,
        "categoria": producto.categoria.nombre,
        "unidad": producto.unidad,
        "clase_tributaria": producto.clase_tributaria,
        "precio_venta": producto.precio_vigente,
        "costo": producto.costo_promedio,
        "stock": producto.stock,
        "stock_minimo": producto.stock_minimo,
        "descuento": descuento,
        "vencimiento_descuento": None if descuento is None else producto.descuento.ultimo_dia,
        "fecha_vencimiento": producto.fecha_vencimiento,
        "estado": producto.estado,
    }
