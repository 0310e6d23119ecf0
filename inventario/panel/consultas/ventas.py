"""Lo vendido, desde los resúmenes: cada función es una consulta, y no depende de cuántas ventas hay.

«Venta» es siempre lo vendido menos lo devuelto en el período, en CLP con IVA.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from inventario.panel.periodo import Periodo
from productos.models import Producto, Unidad
from usuarios.models import Usuario
from ventas.models import (
    ConteoVentas,
    FormaPago,
    ResumenMiscelaneo,
    ResumenProducto,
    ResumenReciente,
    ResumenVentas,
)
from ventas.recientes import dias_cerrados, ventas_por_producto

HORAS = ("ventas", "devoluciones", "vendido", "devuelto", "sin_iva", "exento", "iva", "costo", "pagado")
TOTALES = ("ventas", "devoluciones", "vendido", "devuelto", "sin_iva", "costo")
PRODUCTOS = ("milesimas", "vendido", "devuelto", "sin_iva", "costo")
MEDIDAS = (*HORAS, "milesimas")
MISCELANEOS = "Misceláneos"
"""Cómo se llama, en los informes por producto y categoría, todo lo que se vendió sin ficha."""
CANDIDATOS = 100
"""De los más vendidos, cuántos se miran primero."""


@dataclass(slots=True, kw_only=True)
class Cifras:
    """Sumas en CLP (``milesimas``, en milésimas de unidad o kilo)."""

    ventas: int = 0
    devoluciones: int = 0
    vendido: int = 0
    devuelto: int = 0
    sin_iva: int = 0
    exento: int = 0
    iva: int = 0
    costo: int = 0
    pagado: int = 0
    milesimas: int = 0
    nombre: str = field(default="", compare=False)

    @property
    def venta(self) -> int:
        """Vendido menos devuelto, con IVA."""
        return self.vendido - self.devuelto

    @property
    def margen(self) -> int:
        """Lo que quedó sobre el costo, sin IVA."""
        return self.sin_iva - self.costo

    @property
    def margen_porcentaje(self) -> float | None:
        """Margen sobre la venta sin IVA, en %; ``None`` si no hubo venta."""
        return self.margen * 100 / self.sin_iva if self.sin_iva else None

    @property
    def ticket(self) -> int | None:
        """Venta promedio por documento, con IVA."""
        return self.venta // self.ventas if self.ventas else None

    @classmethod
    def de(cls, fila: Mapping[str, Any], nombre: str = "") -> Self:
        cifras = cls(**{m: fila[m] for m in (*HORAS, *PRODUCTOS) if m in fila})
        cifras.nombre = nombre
        return cifras

    @classmethod
    def total(cls, partes: Iterable["Cifras"], nombre: str = "") -> Self:
        partes = list(partes)
        return cls(**{m: sum(getattr(p, m) for p in partes) for m in MEDIDAS}, nombre=nombre)


def _horas(periodo: Periodo) -> Any:
    return ResumenVentas.objects.filter(dia__range=(periodo.desde, periodo.hasta))


def _sumas(medidas: Iterable[str]) -> dict[str, Sum]:
    return {medida: Sum(medida) for medida in medidas}


def por_dia(periodo: Periodo) -> dict[date, Cifras]:
    """Día → cifras; los días sin movimiento van en cero."""
    filas = _horas(periodo).values("dia").annotate(**_sumas(HORAS))
    con_ventas = {fila["dia"]: Cifras.de(fila) for fila in filas}
    return {dia: con_ventas.get(dia, Cifras()) for dia in periodo.cada_dia()}


def por_dia_y_hora(dias: Iterable[date]) -> dict[tuple[date, int], Cifras]:
    """(día, hora de la tienda) → cifras, de los días pedidos."""
    filas = ResumenVentas.objects.filter(dia__in=list(dias)).values("dia", "hora").annotate(**_sumas(HORAS))
    return {(fila["dia"], fila["hora"]): Cifras.de(fila) for fila in filas}


def por_hora(periodo: Periodo) -> dict[int, Cifras]:
    """Hora de la tienda (0 a 23) → cifras de todo el período, sólo las que tienen."""
    filas = _horas(periodo).values("hora").annotate(**_sumas(HORAS)).order_by("hora")
    return {fila["hora"]: Cifras.de(fila) for fila in filas}


def por_dia_y_cajero(periodo: Periodo) -> dict[tuple[date, int], Cifras]:
    """(día, id del cajero) → cifras con el nombre completo del cajero. Dos consultas."""
    return _con_nombres(list(_horas(periodo).values("dia", "cajero_id").annotate(**_sumas(HORAS))))


def _con_nombres(filas: Sequence[Mapping[str, Any]]) -> dict[tuple[date, int], Cifras]:
    # Los nombres van aparte: unidos a la suma, la base recorre cajeros en vez de días.
    nombres = {
        pk: f"{nombre} {apellido}".strip()
        for pk, nombre, apellido in Usuario.objects.filter(
            pk__in={fila["cajero_id"] for fila in filas}
        ).values_list("pk", "nombre", "apellido")
    }
    return {
        (fila["dia"], fila["cajero_id"]): Cifras.de(fila, nombres[fila["cajero_id"]]) for fila in filas
    }


def totales(periodo: Periodo) -> dict[tuple[date, int], Cifras]:
    """Como ``por_dia_y_cajero``, sin exento, IVA ni lo pagado: lee una fila ya sumada por día y cajero."""
    filas = list(
        ConteoVentas.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("dia", "cajero_id", *TOTALES)
    )
    return _con_nombres(filas)


def sumar_dias(filas: Mapping[tuple[date, int], Cifras], periodo: Periodo) -> dict[date, Cifras]:
    """Lo de ``totales``, sumado por día; los días sin movimiento van en cero."""
    grupos: dict[date, list[Cifras]] = {dia: [] for dia in periodo.cada_dia()}
    for (dia, _), cifras in filas.items():
        grupos[dia].append(cifras)
    return {dia: Cifras.total(partes) for dia, partes in grupos.items()}


def sumar_cajeros(filas: Mapping[tuple[date, int], Cifras]) -> list[Cifras]:
    """Lo de ``por_dia_y_cajero`` o ``totales``, sumado por cajero y de mayor a menor venta."""
    grupos: dict[int, list[Cifras]] = defaultdict(list)
    for (_, cajero_id), cifras in filas.items():
        grupos[cajero_id].append(cifras)
    return _de_mayor_a_menor(Cifras.total(partes, partes[0].nombre) for partes in grupos.values())


def por_cajero(periodo: Periodo) -> list[Cifras]:
    """Por cajero, de mayor a menor venta; ``nombre`` es su nombre completo."""
    return sumar_cajeros(por_dia_y_cajero(periodo))


def _de_mayor_a_menor(cifras: Iterable[Cifras]) -> list[Cifras]:
    return sorted(cifras, key=lambda c: (-c.venta, c.nombre))


def por_forma_de_pago(periodo: Periodo) -> list[Cifras]:
    """Lo pagado menos lo reembolsado de cada forma; ``ventas`` cuenta las que la tienen por principal."""
    filas = _horas(periodo).values("forma_pago").annotate(**_sumas(HORAS))
    formas = [Cifras.de(fila, FormaPago(fila["forma_pago"]).nombre) for fila in filas]
    return sorted(formas, key=lambda f: (-f.pagado, f.nombre))


@dataclass(frozen=True, slots=True, kw_only=True)
class CifrasDeProducto:
    """Lo que un producto vendió, con su nombre, categoría y unidad de hoy.

    ``producto_id`` es nulo en la fila de los misceláneos, que no tienen costo conocido.
    """

    producto_id: int | None
    nombre: str
    categoria: str
    unidad: str
    cifras: Cifras


def por_producto(periodo: Periodo) -> list[CifrasDeProducto]:
    """Por producto, de mayor a menor venta, y los misceláneos en una sola fila. Tres consultas."""
    sumas = {
        fila["producto_id"]: Cifras.de(fila)
        for fila in ResumenProducto.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("producto_id")
        .annotate(**_sumas(PRODUCTOS))
    }
    # Aparte y sin filtrar: unirlos a la suma, o nombrarlos uno a uno, cuesta más que leerlos todos.
    fichas = Producto.objects.values_list("pk", "nombre", "categoria__nombre", "unidad")
    productos = [
        CifrasDeProducto(producto_id=pk, nombre=nombre, categoria=categoria, unidad=unidad, cifras=sumas[pk])
        for pk, nombre, categoria, unidad in fichas.order_by()
        if pk in sumas
    ]
    productos += _miscelaneos(periodo)
    return sorted(productos, key=lambda p: (-p.cifras.venta, p.nombre))


def _miscelaneos(periodo: Periodo) -> list[CifrasDeProducto]:
    """Una fila con todos, o ninguna si no hubo: así los productos suman lo mismo que los días."""
    suma = ResumenMiscelaneo.objects.filter(dia__range=(periodo.desde, periodo.hasta)).aggregate(
        **_sumas(PRODUCTOS)
    )
    if suma["vendido"] is None:
        return []
    return [CifrasDeProducto(
        producto_id=None, nombre=MISCELANEOS, categoria=MISCELANEOS, unidad=Unidad.UNIDAD,
        cifras=Cifras.de(suma),
    )]


def por_categoria(periodo: Periodo) -> list[Cifras]:
    """Por la categoría que cada producto tiene hoy, de mayor a menor venta."""
    grupos: dict[str, list[Cifras]] = defaultdict(list)
    for producto in por_producto(periodo):
        grupos[producto.categoria].append(producto.cifras)
    return _de_mayor_a_menor(Cifras.total(partes, nombre) for nombre, partes in grupos.items())


def mas_vendidos(hoy: date, cuantos: int, *, documentos: int) -> list[tuple[int, int]]:
    """(id del producto, venta en CLP) de los que más venden en los últimos 30 días, sin leer sus nombres.

    Los días cerrados ya vienen sumados (``ResumenReciente``) y se agrega el de hoy. De sus primeros
    ``CANDIDATOS`` se sabe todo; otro sólo puede adelantarse si hoy vendió lo que le falta para alcanzarlos,
    y ésos se buscan. Sin la suma, o si con lo de hoy no basta para decidir, se suma todo. Dos consultas.

    Args:
        documentos: ventas y notas de crédito que los días cerrados tienen ahora.
    """
    desde, ayer = dias_cerrados(hoy)
    cerrados = ResumenReciente.objects.filter(hasta=ayer, documentos=documentos)
    de_hoy = ResumenProducto.objects.filter(dia=hoy).annotate(neta=F("vendido") - F("devuelto"))
    suya = Subquery(de_hoy.filter(producto=OuterRef("producto_id")).values("neta"))
    primeros = list(
        cerrados.annotate(total=F("venta") + Coalesce(suya, 0)).order_by("-venta")
        .values_list("producto_id", "total", "venta")[:CANDIDATOS]
    )
    conocidos = _mayores((pk, total) for pk, total, _ in primeros)[:cuantos]
    # Lo más que traía de antes uno que no está entre ellos.
    techo = max(0, primeros[-1][2]) if len(primeros) == CANDIDATOS else 0
    if len(conocidos) < cuantos or conocidos[-1][1] <= techo:
        return list(ventas_por_producto(desde, hoy).order_by("-venta", "producto_id")[:cuantos])
    antes = Subquery(cerrados.filter(producto=OuterRef("producto_id")).values("venta"))
    alcanzan = (
        de_hoy.filter(neta__gte=conocidos[-1][1] - techo)
        .exclude(producto__in=[pk for pk, _, _ in primeros])
        .annotate(total=F("neta") + Coalesce(antes, 0)).values_list("producto_id", "total")
    )
    return _mayores([*conocidos, *alcanzan])[:cuantos]


def _mayores(ventas: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(ventas, key=lambda par: (-par[1], par[0]))
