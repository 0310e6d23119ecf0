"""El kardex vuelto a contar: qué habría sin cierta compra, y qué hay si se cuenta desde la nada."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from productos.costo import CERO, Existencia, Hecho, Recuento, recontar
from productos.models import MovimientoStock

Tipo = MovimientoStock.Tipo
COMPRA = "compra"
"""Cómo se llama una compra en ``MovimientoStock.documento_tipo``."""


@dataclass(frozen=True, slots=True)
class _Comienzo:
    """Desde qué movimiento contar un producto, y lo que había justo antes."""

    movimiento_id: int
    existencia: Existencia


def sin_compra(*, compra_id: int, productos: Collection[int]) -> dict[int, Recuento]:
    """Cómo estaría cada producto si esa compra no hubiera existido: cuatro consultas, sean cuantos sean.

    Cuenta desde la compra y no desde el principio; desde antes sólo si por medio hay otras anuladas
    que venían de más atrás. Los productos deben estar bloqueados.
    """
    anulaciones = {
        (producto, documento): pk
        for pk, producto, documento in MovimientoStock.objects.filter(
            producto__in=productos, tipo=Tipo.ANULACION_COMPRA
        ).values_list("pk", "producto_id", "documento_id")
    }
    fuera = {compra_id, *(documento for _, documento in anulaciones)}
    compras: dict[int, dict[int | None, _Comienzo]] = defaultdict(dict)
    for fila in _compras_con_su_comienzo(productos, fuera):
        compras[fila.producto_id].setdefault(
            fila.documento_id,
            _Comienzo(
                fila.pk,
                Existencia(
                    stock=fila.stock_resultante - fila.cantidad,
                    valor=fila.valor_resultante - fila.valor,
                    costo=fila.costo_previo or CERO,  # type: ignore[attr-defined]
                ),
            ),
        )
    comienzos = {
        producto: _comienzo(compra_id, propias, producto, anulaciones)
        for producto, propias in compras.items()
        if compra_id in propias
    }
    hechos = _hechos(comienzos, fuera)
    return {
        producto: recontar(comienzo.existencia, hechos[producto])
        for producto, comienzo in comienzos.items()
    }


def desde_la_nada(producto_id: int) -> Existencia:
    """Lo que hay según el kardex entero, contado por sus reglas y sin mirar el stock guardado."""
    anuladas = set(
        MovimientoStock.objects.filter(
            producto=producto_id, tipo=Tipo.ANULACION_COMPRA
        ).values_list("documento_id", flat=True)
    )
    hechos = _hechos({producto_id: _Comienzo(0, Existencia())}, anuladas)
    return recontar(Existencia(), hechos[producto_id]).existencia


def _compras_con_su_comienzo(
    productos: Collection[int], documentos: Collection[int | None]
) -> Iterable[MovimientoStock]:
    previo = MovimientoStock.objects.filter(
        producto=OuterRef("producto"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    return (
        MovimientoStock.objects.filter(
            producto__in=productos,
            tipo=Tipo.COMPRA,
            documento_tipo=COMPRA,
            documento_id__in=documentos,
        )
        .annotate(costo_previo=Subquery(previo.values("costo_promedio")[:1]))
        .order_by("pk")
    )


def _comienzo(
    compra_id: int,
    compras: dict[int | None, _Comienzo],
    producto: int,
    anulaciones: dict[tuple[int, int | None], int],
) -> _Comienzo:
    comienzo = compras[compra_id]
    # De la más nueva a la más vieja: cada una que se anuló después de este comienzo lo lleva atrás.
    for documento in sorted(compras, key=lambda d: -compras[d].movimiento_id):
        otra = compras[documento]
        anulada = anulaciones.get((producto, documento), 0)
        if otra.movimiento_id < comienzo.movimiento_id < anulada:
            comienzo = otra
    return comienzo


def _hechos(
    comienzos: dict[int, _Comienzo], fuera: Collection[int | None]
) -> dict[int, list[Hecho]]:
    hechos: dict[int, list[Hecho]] = {producto: [] for producto in comienzos}
    if not comienzos:
        return hechos
    # Tuplas y no modelos: por un producto que se vende mucho pasan miles de movimientos.
    movimientos = (
        MovimientoStock.objects.filter(
            producto__in=comienzos, pk__gte=min(c.movimiento_id for c in comienzos.values())
        )
        .order_by("pk")
        .values_list(
            "pk", "producto_id", "tipo", "documento_id", "cantidad", "costo_unitario",
            "costo_promedio", "valor",
        )
    )
    for pk, producto, tipo, documento, cantidad, unitario, promedio, valor in movimientos.iterator():
        if pk >= comienzos[producto].movimiento_id:
            hechos[producto].append(
                Hecho(
                    cantidad=cantidad,
                    costo_unitario=unitario,
                    costo_promedio=promedio,
                    valor=valor,
                    es_compra=tipo in (Tipo.COMPRA, Tipo.INICIAL),
                    fuera=tipo in (Tipo.COMPRA, Tipo.ANULACION_COMPRA) and documento in fuera,
                )
            )
    return hechos
