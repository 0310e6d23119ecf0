"""De líneas a un documento: subtotales, descuento, neto, IVA y total, en CLP enteros.

- El precio trae el IVA adentro. Una línea es ``redondear(cantidad × precio unitario)``.
- **Boleta**: lo afecto es la suma de las líneas afectas menos el descuento al documento; el neto se
  saca de esa suma, nunca por línea, y el IVA por resta.
- **Factura**: al revés. El neto es la suma de los netos de cada línea menos el descuento; el IVA,
  ``redondear(neto × tasa)``, y lo afecto su suma: puede diferir en pesos de la boleta.
- Lo exento va aparte, con el mismo descuento.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventario.base.dinero import (
    IVA_GENERAL,
    iva_sobre,
    menos_porcentaje,
    neto_de,
    redondear,
    repartir,
)
from productos.reglas import kilos_por
from ventas.reglas.tipos import TipoDocumento, TipoDTE, tipo_dte

CERO = Decimal(0)
MAXIMO_LINEAS = 500
"""Líneas de una venta: acota lo que una transacción bloquea."""
MAXIMO_CLP = 2_000_000_000
"""Tope de una venta: ninguna tienda lo alcanza, y los montos y puntos caben en sus columnas."""
MAXIMO_MISCELANEO_CLP = 1_000_000
MAXIMO_MISCELANEO = 1_000
"""Topes de una línea sin ficha, por unidad y de unidades: más que eso es un código leído como precio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linea:
    """Lo que se cobra en una línea.

    Args:
        cantidad: unidades o kilos, mayor que cero.
        precio_unitario: CLP por unidad o kilo, IVA incluido y con el descuento del producto.
        exenta: si el producto no paga IVA.
        precio_etiqueta: CLP de toda la línea, cuando la balanza ya los imprimió; manda sobre
            ``cantidad × precio_unitario``.
    """

    cantidad: Decimal
    precio_unitario: int
    exenta: bool = False
    precio_etiqueta: int | None = None

    @property
    def subtotal(self) -> int:
        """CLP, antes del descuento al documento."""
        if self.precio_etiqueta is not None:
            return self.precio_etiqueta
        return redondear(self.cantidad * self.precio_unitario)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cobro:
    """Un documento ya calculado. Montos en CLP; ``totales`` es lo que cada línea aporta al total.

    Se cumple: ``afecto = neto + iva``, ``total = afecto + exento = Σ totales``.
    """

    tipo_dte: TipoDTE
    subtotales: tuple[int, ...]
    totales: tuple[int, ...]
    afecto: int
    exento: int
    neto: int
    iva: int

    @property
    def subtotal(self) -> int:
        """Suma de líneas antes del descuento al documento."""
        return sum(self.subtotales)

    @property
    def total(self) -> int:
        return self.afecto + self.exento

    @property
    def total_sin_iva(self) -> int:
        return self.neto + self.exento


def medir(
    etiquetas: Decimal, *, kilos: Decimal | None, precio_clp: int | None, precio_unitario: int
) -> Decimal | None:
    """Kilos de ``etiquetas`` etiquetas de balanza iguales, de ``kilos`` o de ``precio_clp`` cada una.

    Con precio impreso, los que ese dinero compra a ``precio_unitario`` CLP el kilo; ``None`` si no
    se puede saber porque el kilo no cuesta nada.
    """
    if precio_clp is not None:
        return kilos_por(int(precio_clp * etiquetas), precio_unitario)
    return None if kilos is None else kilos * etiquetas


def cobrar(
    lineas: Sequence[Linea],
    *,
    documento: TipoDocumento,
    porcentaje: Decimal = CERO,
    tasa: Decimal = IVA_GENERAL,
) -> Cobro:
    """Calcula el documento de ``lineas``.

    Args:
        porcentaje: descuento al documento, de 0 a 100; se aplica a lo afecto y a lo exento.
        tasa: IVA en %.
    """
    subtotales = [linea.subtotal for linea in lineas]
    afectas = [i for i, linea in enumerate(lineas) if not linea.exenta]
    exentas = [i for i, linea in enumerate(lineas) if linea.exenta]
    exento = menos_porcentaje(sum(subtotales[i] for i in exentas), porcentaje)
    pesos = list(subtotales)
    if documento == TipoDocumento.FACTURA:
        for i in afectas:
            pesos[i] = neto_de(subtotales[i], tasa)
        neto = menos_porcentaje(sum(pesos[i] for i in afectas), porcentaje)
        iva = iva_sobre(neto, tasa)
        afecto = neto + iva
    else:
        afecto = menos_porcentaje(sum(subtotales[i] for i in afectas), porcentaje)
        neto = neto_de(afecto, tasa)
        iva = afecto - neto
    totales = [0] * len(subtotales)
    for monto, grupo in ((afecto, afectas), (exento, exentas)):
        for i, parte in zip(grupo, repartir(monto, [pesos[i] for i in grupo]), strict=True):
            totales[i] = parte
    return Cobro(
        tipo_dte=tipo_dte(documento, todo_exento=not afectas),
        subtotales=tuple(subtotales),
        totales=tuple(totales),
        afecto=afecto,
        exento=exento,
        neto=neto,
        iva=iva,
    )
