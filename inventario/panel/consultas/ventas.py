"""Lo vendido, desde los resúmenes: cada función es una consulta, y no depende de cuántas ventas hay.

«Venta» es siempre lo vendido menos lo devuelto en el período, en CLP con IVA.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.models import F, Sum

from inventario.panel.periodo import Periodo
from ventas.models import FormaPago, ResumenProducto, ResumenVentas

HORAS = ("ventas", "devoluciones", "vendido", "devuelto", "sin_iva", "exento", "iva", "costo", "pagado")
PRODUCTOS = ("milesimas", "vendido", "devuelto", "sin_iva", "costo")


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
    def total(cls, partes: Iterable["Cifras"]) -> Self:
        suma = cls()
        for parte in partes:
            for medida in {*HORAS, *PRODUCTOS}:
                setattr(suma, medida, getattr(suma, medida) + getattr(parte, medida))
        return suma


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


def por_cajero(periodo: Periodo) -> list[Cifras]:
    """Por cajero, de mayor a menor venta; ``nombre`` es su nombre completo."""
    nombre = ("cajero_id", "cajero__nombre", "cajero__apellido")
    filas = _horas(periodo).values(*nombre).annotate(**_sumas(HORAS))
    cajeros = [
        Cifras.de(fila, f"{fila['cajero__nombre']} {fila['cajero__apellido']}".strip()) for fila in filas
    ]
    return sorted(cajeros, key=lambda c: (-c.venta, c.nombre))


def por_forma_de_pago(periodo: Periodo) -> list[Cifras]:
    """Lo pagado menos lo reembolsado de cada forma; ``ventas`` cuenta las que la tienen por principal."""
    filas = _horas(periodo).values("forma_pago").annotate(**_sumas(HORAS))
    formas = [Cifras.de(fila, FormaPago(fila["forma_pago"]).label.capitalize()) for fila in filas]
    return sorted(formas, key=lambda f: (-f.pagado, f.nombre))


def por_categoria(periodo: Periodo) -> list[Cifras]:
    """Por la categoría que cada producto tiene hoy, de mayor a menor venta."""
    filas = (
        ResumenProducto.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("producto__categoria_id", "producto__categoria__nombre")
        .annotate(**_sumas(PRODUCTOS))
    )
    categorias = [Cifras.de(fila, fila["producto__categoria__nombre"]) for fila in filas]
    return sorted(categorias, key=lambda c: (-c.venta, c.nombre))


@dataclass(frozen=True, slots=True, kw_only=True)
class CifrasDeProducto:
    """Lo que un producto vendió, con su nombre, categoría y unidad de hoy."""

    producto_id: int
    nombre: str
    categoria: str
    unidad: str
    cifras: Cifras


def por_producto(periodo: Periodo) -> list[CifrasDeProducto]:
    """Por producto, de mayor a menor venta."""
    filas = (
        ResumenProducto.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("producto_id", "producto__nombre", "producto__categoria__nombre", "producto__unidad")
        .annotate(**_sumas(PRODUCTOS))
    )
    productos = [
        CifrasDeProducto(
            producto_id=fila["producto_id"],
            nombre=fila["producto__nombre"],
            categoria=fila["producto__categoria__nombre"],
            unidad=fila["producto__unidad"],
            cifras=Cifras.de(fila),
        )
        for fila in filas
    ]
    return sorted(productos, key=lambda p: (-p.cifras.venta, p.nombre))


def mas_vendidos(periodo: Periodo, cuantos: int) -> list[tuple[int, int, int]]:
    """(id del producto, venta en CLP, milésimas) de los que más venden, sin leer sus nombres."""
    return list(
        ResumenProducto.objects.filter(dia__range=(periodo.desde, periodo.hasta))
        .values("producto_id")
        .annotate(venta=Sum(F("vendido") - F("devuelto")), cantidad=Sum("milesimas"))
        .order_by("-venta")
        .values_list("producto_id", "venta", "cantidad")[:cuantos]
    )
