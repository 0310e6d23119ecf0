"""De documentos a resúmenes por hora y por producto. Puro: lo usan la venta y la reconstrucción.

Lo que cada línea aporta sin IVA sale de repartir el neto del documento: así lo de los productos suma
exactamente lo de los documentos, peso por peso.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Self, TypeVar, cast

from inventario.base.dinero import redondear, repartir
from inventario.base.fechas import ZONA

ClaveHora = tuple[date, int, int, int]
"""(día, hora de la tienda, id del cajero, forma de pago)."""
ClaveDia = tuple[date, int]
"""(día, id del cajero)."""
ClaveProducto = tuple[date, int]
"""(día, id del producto)."""
ClaveMiscelaneo = tuple[date, int]
"""(día, id del cajero)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaResumida:
    """Una línea vendida o devuelta: ``total`` en CLP, ``costo_unitario`` en CLP sin IVA.

    ``producto_id`` es nulo en un misceláneo.
    """

    producto_id: int | None
    cantidad: Decimal
    total: int
    exenta: bool
    costo_unitario: Decimal

    @property
    def costo(self) -> int:
        """CLP sin IVA de toda la línea."""
        return redondear(self.cantidad * self.costo_unitario)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documento:
    """Una venta, o su nota de crédito si ``es_devolucion``. Montos en CLP, positivos en ambas.

    Args:
        instante: con zona; da el día y la hora de la tienda.
        cajero_id: quien vendió, también en la devolución.
        forma_pago: la principal de la venta (``FormaPago``).
        pagos: (forma de pago, CLP) de los pagos o de los reembolsos.
    """

    instante: datetime
    cajero_id: int
    forma_pago: int
    neto: int
    exento: int
    iva: int
    lineas: Sequence[LineaResumida]
    pagos: Sequence[tuple[int, int]]
    es_devolucion: bool = False

    @property
    def total(self) -> int:
        return self.neto + self.iva + self.exento

    def sin_iva_por_linea(self) -> list[int]:
        """CLP sin IVA de cada línea; suman ``neto + exento``."""
        afectas = [0 if linea.exenta else linea.total for linea in self.lineas]
        netos = repartir(self.neto, afectas) if any(afectas) else [0] * len(afectas)
        return [
            linea.total if linea.exenta else neto
            for linea, neto in zip(self.lineas, netos, strict=True)
        ]


@dataclass(slots=True)
class _Medidas:
    def mas(self, otra: Self) -> None:
        for medida in cast(tuple[str, ...], self.__slots__):
            setattr(self, medida, getattr(self, medida) + getattr(otra, medida))

    def valores(self) -> tuple[int, ...]:
        """Las medidas, en el orden de sus columnas."""
        return tuple([getattr(self, medida) for medida in cast(tuple[str, ...], self.__slots__)])


@dataclass(slots=True, kw_only=True)
class MedidasHora(_Medidas):
    """Lo que suma una fila de ``ResumenVentas``; los nombres son los de sus columnas."""

    ventas: int = 0
    devoluciones: int = 0
    vendido: int = 0
    devuelto: int = 0
    sin_iva: int = 0
    exento: int = 0
    iva: int = 0
    costo: int = 0
    pagado: int = 0


@dataclass(slots=True, kw_only=True)
class MedidasProducto(_Medidas):
    """Lo que suma una fila de ``ResumenProducto``; los nombres son los de sus columnas."""

    milesimas: int = 0
    vendido: int = 0
    devuelto: int = 0
    sin_iva: int = 0
    costo: int = 0


@dataclass(slots=True, kw_only=True)
class MedidasDia(_Medidas):
    """Lo que suma una fila de ``ConteoVentas``; los nombres son los de sus columnas."""

    ventas: int = 0
    lineas: int = 0
    devoluciones: int = 0
    vendido: int = 0
    devuelto: int = 0
    sin_iva: int = 0
    costo: int = 0


C = TypeVar("C")
M = TypeVar("M", bound=_Medidas)


@dataclass(slots=True)
class Resumen:
    """Acumulador de documentos."""

    horas: dict[ClaveHora, MedidasHora] = field(default_factory=dict)
    productos: dict[ClaveProducto, MedidasProducto] = field(default_factory=dict)
    miscelaneos: dict[ClaveMiscelaneo, MedidasProducto] = field(default_factory=dict)
    dias: dict[ClaveDia, MedidasDia] = field(default_factory=dict)

    @classmethod
    def de(cls, *documentos: Documento) -> "Resumen":
        resumen = cls()
        for documento in documentos:
            resumen.sumar(documento)
        return resumen

    def sumar(self, documento: Documento) -> None:
        """Suma una venta o resta una devolución."""
        local = documento.instante.astimezone(ZONA)
        dia, hora, cajero = local.date(), local.hour, documento.cajero_id
        signo = -1 if documento.es_devolucion else 1
        devuelve = int(documento.es_devolucion)
        vende = 1 - devuelve
        costos = [linea.costo for linea in documento.lineas]
        comunes = {
            "ventas": vende,
            "devoluciones": devuelve,
            "vendido": vende * documento.total,
            "devuelto": devuelve * documento.total,
            "sin_iva": signo * (documento.neto + documento.exento),
            "costo": signo * sum(costos),
        }
        _sumar(
            self.horas, (dia, hora, cajero, documento.forma_pago),
            MedidasHora(**comunes, exento=signo * documento.exento, iva=signo * documento.iva),
        )
        for forma, monto in documento.pagos:
            _sumar(self.horas, (dia, hora, cajero, forma), MedidasHora(pagado=signo * monto))
        # Las líneas devueltas no restan: siguen en su venta.
        _sumar(self.dias, (dia, cajero), MedidasDia(**comunes, lineas=vende * len(documento.lineas)))
        for linea, sin_iva, costo in zip(
            documento.lineas, documento.sin_iva_por_linea(), costos, strict=True
        ):
            medidas = MedidasProducto(
                milesimas=signo * int(linea.cantidad * 1000),
                vendido=vende * linea.total,
                devuelto=devuelve * linea.total,
                sin_iva=signo * sin_iva,
                costo=signo * costo,
            )
            if linea.producto_id is None:
                _sumar(self.miscelaneos, (dia, cajero), medidas)
            else:
                _sumar(self.productos, (dia, linea.producto_id), medidas)


def _sumar(tabla: dict[C, M], clave: C, medidas: M) -> None:
    """``medidas`` pasa a ser de la tabla: lo primero de una clave no se suma a nada."""
    previas = tabla.setdefault(clave, medidas)
    if previas is not medidas:
        previas.mas(medidas)
