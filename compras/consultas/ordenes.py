"""Lecturas de las órdenes de compra, y qué conviene pedir."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet, Sum

from compras.consultas.compras import del_proveedor
from compras.models import EstadoOrden, LineaOrden, OrdenCompra, Proveedor, ProveedorProducto
from compras.reglas import CERO, Situacion
from inventario.base.errores import NoExiste
from inventario.base.fechas import rango
from productos.models import EstadoProducto, MovimientoStock, Producto

DIAS_MINIMOS = 7
"""Menos días de historia que éstos no dicen a qué ritmo se vende."""


class OrdenNoEncontrada(NoExiste):
    codigo = "orden_no_encontrada"
    msg = "Orden de compra no encontrada"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaSugerida:
    """Lo que conviene pedir de un producto; ``ultimo_costo`` en CLP sin IVA."""

    producto_id: int
    nombre: str
    codigo_proveedor: str
    cantidad: Decimal
    ultimo_costo: Decimal | None
    razon: str


def ordenes_cargadas() -> QuerySet[OrdenCompra]:
    """Órdenes con su proveedor y sus líneas: dos consultas, sean cuantas sean.

    Cada línea trae su producto y ``codigo``, el principal.
    """
    lineas = (
        LineaOrden.objects.select_related("producto")
        .alias(
            _principal=FilteredRelation(
                "producto__codigos", condition=Q(producto__codigos__principal=True)
            )
        )
        .annotate(codigo=F("_principal__codigo"))
        .order_by("pk")
    )
    return OrdenCompra.objects.select_related("proveedor").prefetch_related(
        Prefetch("lineas", queryset=lineas)
    )


def buscar_ordenes(
    *,
    estado: str = "",
    proveedor: str = "",
    fecha_inicio: date | None = None,
    fecha_fin: date | None = None,
) -> QuerySet[OrdenCompra]:
    """Órdenes de la más nueva a la más vieja, por el día en que se crearon (inclusive)."""
    ordenes = ordenes_cargadas().order_by("-pk")
    desde, antes_de = rango(fecha_inicio, fecha_fin)
    if desde:
        ordenes = ordenes.filter(creada__gte=desde)
    if antes_de:
        ordenes = ordenes.filter(creada__lt=antes_de)
    if estado:
        ordenes = ordenes.filter(estado=estado)
    return ordenes.filter(del_proveedor(proveedor)) if proveedor else ordenes


def orden_cargada(orden_id: int) -> OrdenCompra:
    """Una orden con su proveedor y sus líneas.

    Raises:
        OrdenNoEncontrada: no existe.
    """
    orden = ordenes_cargadas().filter(pk=orden_id).first()
    if orden is None:
        raise OrdenNoEncontrada
    return orden


def codigos_del_proveedor(orden: OrdenCompra) -> dict[int, str]:
    """Producto → cómo lo llama el proveedor, de lo que la orden pide."""
    return dict(
        ProveedorProducto.objects.filter(
            proveedor=orden.proveedor_id, producto__in=[li.producto_id for li in orden.lineas.all()]
        ).values_list("producto_id", "codigo_proveedor")
    )


def sugerencia(proveedor: Proveedor, *, semanas: int, ahora: datetime) -> list[LineaSugerida]:
    """Lo que conviene pedirle hoy, según su stock mínimo y lo vendido en las últimas ``semanas``.

    Lo vendido se lee del kardex, menos lo devuelto. Tres consultas.
    """
    ofrecidos = (
        ProveedorProducto.objects.filter(
            proveedor=proveedor, producto__estado=EstadoProducto.ACTIVO
        )
        .select_related("producto")
        .order_by("producto__nombre_normalizado", "pk")
    )
    por_producto = {ofrecido.producto_id: ofrecido for ofrecido in ofrecidos}
    desde = ahora - timedelta(weeks=semanas)
    vendidos = _vendido(list(por_producto), desde)
    en_camino = _en_camino(list(por_producto))
    lineas = []
    for producto_id, ofrecido in por_producto.items():
        producto = ofrecido.producto
        situacion = Situacion(
            stock=producto.stock,
            stock_minimo=producto.stock_minimo,
            en_camino=en_camino.get(producto_id, CERO),
            vendido=vendidos.get(producto_id, CERO),
            dias=_dias_de_historia(producto, semanas, ahora),
            multiplo=ofrecido.multiplo,
            por_kilo=producto.por_kilo,
        )
        cantidad = situacion.conviene_pedir(
            dias_entrega=proveedor.dias_entrega, dias_entre_pedidos=proveedor.dias_entre_pedidos
        )
        if cantidad:
            lineas.append(
                LineaSugerida(
                    producto_id=producto_id,
                    nombre=producto.nombre,
                    codigo_proveedor=ofrecido.codigo_proveedor,
                    cantidad=cantidad,
                    ultimo_costo=ofrecido.ultimo_costo,
                    razon=situacion.razon,
                )
            )
    return lineas


def _vendido(productos: list[int], desde: datetime) -> dict[int, Decimal]:
    tipos = (MovimientoStock.Tipo.VENTA, MovimientoStock.Tipo.DEVOLUCION)
    sumas = (
        MovimientoStock.objects.filter(producto__in=productos, tipo__in=tipos, fecha__gte=desde)
        .order_by()
        .values_list("producto")
        .annotate(total=Sum("cantidad"))
    )
    return {producto: -total for producto, total in sumas}


def _en_camino(productos: list[int]) -> dict[int, Decimal]:
    pendientes = (
        LineaOrden.objects.filter(
            producto__in=productos,
            orden__estado__in=(EstadoOrden.ENVIADA, EstadoOrden.PARCIAL),
            cantidad__gt=F("recibida"),
        )
        .order_by()
        .values_list("producto")
        .annotate(total=Sum(F("cantidad") - F("recibida")))
    )
    return dict(pendientes)


def _dias_de_historia(producto: Producto, semanas: int, ahora: datetime) -> int:
    """Días en que pudo venderse dentro de la ventana: uno recién creado no vendió las cuatro semanas."""
    vividos = (ahora - producto.fecha_registro).days
    return max(DIAS_MINIMOS, min(vividos, semanas * 7))
