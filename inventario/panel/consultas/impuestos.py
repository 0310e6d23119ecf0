"""IVA del período: débito por documento emitido, crédito por compra. De los documentos, no de resúmenes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from compras.models import DetalleCompra
from inventario.base.dinero import iva_sobre
from inventario.base.fechas import rango
from inventario.base.models import TasaIVA
from inventario.panel.periodo import Periodo
from productos.models import ClaseTributaria
from ventas.models import Devolucion, TipoDTE, Venta


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaIVA:
    """Un tipo de documento; CLP, negativos los que restan."""

    nombre: str
    documentos: int
    neto: int
    exento: int
    iva: int

    @property
    def total(self) -> int:
        return self.neto + self.exento + self.iva


def debito(periodo: Periodo) -> list[LineaIVA]:
    """Lo emitido en el período por tipo de documento; las notas de crédito restan. Dos consultas."""
    desde, hasta = rango(periodo.desde, periodo.hasta)
    ventas = _por_tipo(Venta.objects.filter(fecha_venta__gte=desde, fecha_venta__lt=hasta), 1)
    notas = _por_tipo(Devolucion.objects.filter(fecha__gte=desde, fecha__lt=hasta), -1)
    return [*ventas, *notas]


def _por_tipo(documentos: "QuerySet[Any, Any]", signo: int) -> list[LineaIVA]:
    filas = (
        documentos.order_by().values("tipo_dte")
        .annotate(n=Count("pk"), neto=Sum("neto"), exento=Sum("exento"), iva=Sum("iva"))
        .order_by("tipo_dte")
    )
    return [
        LineaIVA(
            nombre=TipoDTE(fila["tipo_dte"]).label, documentos=fila["n"], neto=signo * fila["neto"],
            exento=signo * fila["exento"], iva=signo * fila["iva"],
        )
        for fila in filas
    ]


def credito(periodo: Periodo) -> LineaIVA:
    """Lo comprado y no anulado: IVA de lo afecto de cada documento, a la tasa de su día. Dos consultas."""
    lineas = DetalleCompra.objects.filter(
        compra__fecha_compra__range=(periodo.desde, periodo.hasta), compra__anulada__isnull=True
    ).values_list("compra_id", "compra__fecha_compra", "producto__clase_tributaria", "total")
    afecto: dict[tuple[int, date], int] = defaultdict(int)
    exento = 0
    documentos = set()
    for compra_id, dia, clase, total in lineas:
        documentos.add(compra_id)
        if clase == ClaseTributaria.AFECTO:
            afecto[compra_id, dia] += total
        else:
            exento += total
    tasas = list(TasaIVA.objects.order_by("-desde").values_list("desde", "tasa"))
    return LineaIVA(
        nombre="Compras",
        documentos=len(documentos),
        neto=sum(afecto.values()),
        exento=exento,
        iva=sum(iva_sobre(neto, _tasa(tasas, dia)) for (_, dia), neto in afecto.items()),
    )


def _tasa(tasas: list[tuple[date, Decimal]], dia: date) -> Decimal:
    return next(tasa for desde, tasa in tasas if desde <= dia)
