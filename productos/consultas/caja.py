"""La copia del catálogo que una caja guarda para vender sin red: compacta y por partes."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from inventario.base.fechas import dia_de
from productos.consultas.catalogo import productos_listados
from productos.models import EstadoProducto, MovimientoStock, Producto
from registros.models import Registro

MARGEN = timedelta(minutes=2)
MARGEN_MOVIMIENTOS = 500
"""Lo que se vuelve a mirar hacia atrás: una transacción larga confirma después que otra más nueva."""

_MARCA = re.compile(r"(\d{1,15})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogoDeCaja:
    """Los productos que cambiaron (o todos) y los que ya no se venden. ``marca`` pide lo siguiente."""

    marca: str
    completo: bool
    productos: list[dict[str, Any]]
    retirados: list[int]


def catalogo_de_caja(*, desde: str, ahora: datetime) -> CatalogoDeCaja:
    """El catálogo entero, o lo cambiado desde la marca ``desde``, en un número fijo de consultas.

    Una marca que no se entiende, o de otro día (los precios programados y los descuentos rigen por
    día), trae todo otra vez. Repetir un producto que no cambió no hace daño; saltárselo, sí: por eso se
    mira un poco hacia atrás.
    """
    ultimo = MovimientoStock.objects.aggregate(ultimo=Max("pk"))["ultimo"] or 0
    marca = f"{int(ahora.timestamp())}-{ultimo}"
    hoy = dia_de(ahora)
    productos = productos_listados(hoy).order_by("pk")
    cambiados = _cambiados(desde, ahora)
    if cambiados is None:
        activos = productos.filter(estado=EstadoProducto.ACTIVO)
        return CatalogoDeCaja(
            marca=marca, completo=True, productos=[_fila(p, ahora) for p in activos], retirados=[]
        )
    todos = list(productos.filter(pk__in=cambiados))
    activos_de_ahora = [p for p in todos if p.estado == EstadoProducto.ACTIVO]
    return CatalogoDeCaja(
        marca=marca,
        completo=False,
        productos=[_fila(p, ahora) for p in activos_de_ahora],
        retirados=[p.pk for p in todos if p.estado != EstadoProducto.ACTIVO],
    )


def _cambiados(desde: str, ahora: datetime) -> set[int] | None:
    """Ids de lo que cambió; ``None`` si hay que mandar todo."""
    partes = _MARCA.fullmatch(desde)
    if partes is None:
        return None
    try:
        cuando = datetime.fromtimestamp(int(partes[1]), tz=ahora.tzinfo)
    except (OverflowError, OSError, ValueError):
        return None
    if dia_de(cuando) != dia_de(ahora):
        return None
    movidos = MovimientoStock.objects.filter(pk__gt=int(partes[2]) - MARGEN_MOVIMIENTOS)
    registrados = Registro.objects.filter(
        fecha_y_hora__gte=cuando - MARGEN, objeto_tipo="producto", objeto_id__isnull=False
    )
    return {
        *movidos.order_by().values_list("producto_id", flat=True).distinct(),
        *registrados.order_by().values_list("objeto_id", flat=True).distinct(),
    }


def _fila(producto: Producto, ahora: datetime) -> dict[str, Any]:
    hoy = dia_de(ahora)
    codigos = [producto.codigo_principal, *(producto.otros_codigos or "").split(",")]
    return {
        "id_producto": producto.pk,
        "codigos": [codigo for codigo in codigos if codigo],
        "nombre": producto.nombre,
        "categoria": producto.categoria.nombre,
        "precio_venta": producto.precio_vigente,
        "precio_final": producto.precio_final(hoy),
        "descuento": producto.descuento_vigente(hoy),
        "stock": producto.stock,
        "unidad": producto.unidad,
        "exento": producto.clase_tributaria == "exento",
    }
