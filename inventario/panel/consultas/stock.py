"""Lo que hay en la bodega: faltantes, por vencer, valor y lo que no se mueve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from inventario.base.dinero import redondear
from inventario.panel.periodo import Periodo
from productos.models import Atencion, Producto
from ventas.models import ResumenProducto

DIAS_POR_VENCER = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertas:
    """Cuántos productos activos piden atención, y los primeros de cada clase."""

    agotados: int
    en_minimo: int
    por_vencer: int
    vencidos: int
    primeros_agotados: Sequence[Producto]
    primeros_en_minimo: Sequence[Producto]
    primeros_por_vencer: Sequence[Producto]


def alertas(hoy: date, cuantos: int = 6) -> Alertas:
    """Cinco consultas, cada una por su índice: lo que está bien no se lee, por grande que sea el catálogo."""
    limite = hoy + timedelta(days=DIAS_POR_VENCER)
    activos = Producto.objects.activos()
    por_atencion = dict(
        activos.filter(atencion__isnull=False).order_by().values("atencion").annotate(n=Count("pk"))
        .values_list("atencion", "n")
    )
    por_vencer = activos.filter(vence_con_stock__lte=limite)
    vencen = por_vencer.aggregate(
        todos=Count("pk"), vencidos=Count("pk", filter=Q(vence_con_stock__lt=hoy))
    )
    columnas = ("nombre", "unidad", "stock", "stock_minimo", "fecha_vencimiento")

    def primeros(atencion: Atencion) -> list[Producto]:
        piden = activos.filter(atencion=atencion).only(*columnas)
        return list(piden.order_by("nombre_normalizado", "pk")[:cuantos])

    return Alertas(
        agotados=por_atencion.get(Atencion.AGOTADO, 0),
        en_minimo=por_atencion.get(Atencion.EN_MINIMO, 0),
        por_vencer=vencen["todos"] - vencen["vencidos"],
        vencidos=vencen["vencidos"],
        primeros_agotados=primeros(Atencion.AGOTADO),
        primeros_en_minimo=primeros(Atencion.EN_MINIMO),
        primeros_por_vencer=list(
            por_vencer.only(*columnas).order_by("vence_con_stock", "nombre_normalizado", "pk")[:cuantos]
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Existencias:
    """Un producto en bodega: ``valor`` en CLP sin IVA."""

    producto_id: int
    nombre: str
    categoria: str
    unidad: str
    stock: Decimal
    costo: Decimal
    valor: int
    precio_venta: int


def valorizado() -> list[Existencias]:
    """Todo producto con stock, al costo, de mayor a menor valor. Una consulta."""
    filas = Producto.objects.filter(stock__gt=0).values_list(
        "pk", "nombre", "categoria__nombre", "unidad",
        "stock", "costo_promedio", "valor_stock", "precio_venta",
    )
    existencias = [
        Existencias(
            producto_id=pk, nombre=nombre, categoria=categoria, unidad=unidad, stock=stock,
            costo=costo, valor=redondear(valor), precio_venta=precio,
        )
        for pk, nombre, categoria, unidad, stock, costo, valor, precio in filas
    ]
    return sorted(existencias, key=lambda e: (-e.valor, e.nombre))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieto:
    """Un producto con stock y lo que vendió en el período."""

    existencias: Existencias
    vendidas: Decimal
    dias_de_stock: int | None
    ultima_venta: date | None


def quietos(periodo: Periodo, dias_de_stock: int) -> list[Quieto]:
    """Los que no vendieron en ``periodo`` o cuyo stock dura más de ``dias_de_stock`` a ese ritmo.

    Los muertos (sin ventas) primero y, entre iguales, los de mayor valor.
    """
    vendidas = {
        pk: (milesimas, ultimo)
        for pk, milesimas, ultimo in ResumenProducto.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("producto_id")
        .annotate(n=Sum("milesimas"), ultimo=Max("dia", filter=Q(vendido__gt=0)))
        .values_list("producto_id", "n", "ultimo")
    }
    existencias = valorizado()
    # Sólo de los que no vendieron se busca más atrás: son pocos, y la tabla entera es grande.
    anteriores = dict(
        ResumenProducto.objects.filter(
            producto_id__in=[e.producto_id for e in existencias if e.producto_id not in vendidas],
            vendido__gt=0, dia__lt=periodo.desde,
        ).values("producto_id").annotate(ultimo=Max("dia")).values_list("producto_id", "ultimo")
    )
    salida = []
    for e in existencias:
        milesimas, ultimo = vendidas.get(e.producto_id, (0, anteriores.get(e.producto_id)))
        cantidad = Decimal(milesimas) / 1000
        dura = int(e.stock * periodo.dias / cantidad) if cantidad > 0 else None
        if dura is None or dura > dias_de_stock:
            salida.append(Quieto(
                existencias=e, vendidas=cantidad, dias_de_stock=dura, ultima_venta=ultimo
            ))
    return sorted(salida, key=lambda q: (q.dias_de_stock is not None, -q.existencias.valor))
