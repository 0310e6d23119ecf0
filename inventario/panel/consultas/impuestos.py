"""IVA del período: débito por documento emitido, crédito por compra. De los documentos, no de resúmenes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from compras.models import Compra
from inventario.base.fechas import rango
from inventario.panel.periodo import Periodo
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
    """Lo comprado y no anulado, con el IVA que cada compra guardó. Una consulta."""
    compras = Compra.objects.filter(
        fecha_compra__range=(periodo.desde, periodo.hasta), anulada__isnull=True
    ).aggregate(
        n=Count("pk"), todo=Sum("neto", default=0), exento=Sum("exento", default=0), iva=Sum("iva", default=0)
    )
    return LineaIVA(
        nombre="Compras", documentos=compras["n"], neto=compras["todo"] - compras["exento"],
        exento=compras["exento"], iva=compras["iva"],
    )
