"""El costo promedio ponderado: cuánto vale un stock y cómo cambia. Puro, sin ORM ni reloj.

Se lleva lo que el stock *vale* (CLP sin IVA) y el promedio se deriva: una compra sólo suma, así que
miles de ellas no acumulan error alguno. Sólo una salida parcial divide (se lleva su proporción del
valor) y redondea, a 10⁻¹² pesos. Las cuentas usan 60 cifras: las 28 de ``decimal`` no alcanzan para
un valor de 31 cifras por un stock de 12.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from inventario.base.dinero import neto_de, redondear

CERO = Decimal(0)
DECIMO = Decimal("0.1")
MICRO = Decimal("0.000001")
PICO = Decimal("0.000000000001")
_CIFRAS = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Existencia:
    """Lo que hay de un producto.

    Args:
        stock: unidades o kilos.
        valor: CLP sin IVA de todo el stock, hasta doce decimales; cero si no hay stock.
        costo: CLP sin IVA por unidad o kilo: ``valor / stock`` a seis decimales. Sin stock, el
            último que hubo: es lo mejor que se sabe de lo que aparezca sin costo propio.
    """

    stock: Decimal = CERO
    valor: Decimal = CERO
    costo: Decimal = CERO

    def tras(self, cantidad: Decimal, valor: Decimal | None = None) -> "Existencia":
        """La existencia después de que entra (+) o sale (-) ``cantidad``.

        ``valor`` (CLP sin IVA, con el signo de ``cantidad``) es lo que vale lo movido; sin él se
        mueve al costo promedio, que así no cambia. Un stock que llega a cero no vale nada. Que el
        stock quede bajo cero lo juzga quien llama.

        El promedio nunca sale de entre el menor y el mayor costo de lo que hay: los costos caben
        en la rejilla de 10⁻¹² y redondear hacia ella conserva el orden.
        """
        with localcontext(_CIFRAS):
            stock = self.stock + cantidad
            if stock == CERO:
                return Existencia(costo=self.costo)
            if valor is not None:
                total = self.valor + valor
            elif self.stock == CERO:
                total = cantidad * self.costo
            else:
                total = self.valor * stock / self.stock
            total = total.quantize(PICO)
            return Existencia(stock=stock, valor=total, costo=(total / stock).quantize(MICRO))

    def a_costo(self, costo: Decimal) -> "Existencia":
        """Lo mismo que hay, revaluado a ``costo`` (CLP sin IVA por unidad o kilo)."""
        return Existencia(stock=self.stock, valor=valor_de(self.stock, costo), costo=costo)


def valor_de(cantidad: Decimal, costo_unitario: Decimal) -> Decimal:
    """CLP sin IVA, exacto, de ``cantidad`` (tres decimales) a ``costo_unitario`` (seis decimales)."""
    with localcontext(_CIFRAS):
        return cantidad * costo_unitario


def costo_de(valor: Decimal, cantidad: Decimal) -> Decimal:
    """CLP sin IVA por unidad, a seis decimales, de ``cantidad`` (no cero) que vale ``valor``."""
    with localcontext(_CIFRAS):
        return (valor / cantidad).quantize(MICRO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hecho:
    """Un movimiento del kardex, para volver a contarlo.

    Args:
        cantidad: con signo; cero si sólo corrigió el costo.
        costo_unitario: CLP sin IVA, el de lo que se movió.
        costo_promedio: CLP sin IVA, el que quedó entonces.
        valor: CLP sin IVA de lo que se movió, con signo.
        es_compra: trajo mercadería nueva; una entrada que no lo es devuelve algo que había salido.
        fuera: en la historia que se cuenta, no ocurrió (una compra anulada, o su anulación).
    """

    cantidad: Decimal
    costo_unitario: Decimal
    costo_promedio: Decimal
    valor: Decimal
    es_compra: bool = False
    fuera: bool = False


@dataclass(frozen=True, slots=True)
class Recuento:
    """Lo que habría si lo de ``fuera`` no hubiera ocurrido, y cuánto de ello ya salió y no volvió."""

    existencia: Existencia
    faltan: Decimal


def recontar(desde: Existencia, hechos: Iterable[Hecho]) -> Recuento:
    """La historia de un producto contada otra vez, sin los hechos que quedaron ``fuera``.

    Toda salida se carga primero a lo demás, que es lo más favorable a poder anular: sólo cuando no
    alcanza salió algo de lo que se anula. Lo que después vuelve (una devolución, un sobrante) lo
    repone antes que nada; una compra posterior, no: es otra mercadería.

    Lo que vuelve al promedio de un momento (una devolución, al costo con que se vendió) entra al
    promedio que en *esta* historia había en ese momento: devolver una venta no deja en el stock
    el costo de una compra que ya no existe. Si ésta aún no conocía costo alguno, conserva el suyo.
    """
    hay, real, faltan = desde, desde.costo, CERO
    equivale: dict[Decimal, Decimal] = {}
    for hecho in hechos:
        if hay.stock or hay.costo:
            equivale[real] = hay.costo
        real = hecho.costo_promedio
        if hecho.fuera:
            if hecho.cantidad < 0:
                # Anulada: desde aquí el kardex y esta historia vuelven a decir lo mismo.
                equivale.clear()
        elif hecho.cantidad == 0:
            hay = hay.a_costo(hecho.costo_unitario)
        elif hecho.cantidad < 0:
            sale = min(-hecho.cantidad, hay.stock)
            faltan += -hecho.cantidad - sale
            hay = hay.tras(-sale)
        elif hecho.es_compra:
            hay = hay.tras(hecho.cantidad, hecho.valor)
        else:
            repone = min(hecho.cantidad, faltan)
            faltan -= repone
            hay = _con_lo_que_vuelve(hay, hecho, hecho.cantidad - repone, equivale)
    return Recuento(hay, faltan)


def _con_lo_que_vuelve(
    hay: Existencia, hecho: Hecho, entra: Decimal, equivale: dict[Decimal, Decimal]
) -> Existencia:
    costo = equivale.get(hecho.costo_unitario, hecho.costo_unitario)
    if costo == hecho.costo_unitario and entra == hecho.cantidad:
        return hay.tras(entra, hecho.valor)
    return hay.tras(entra, valor_de(entra, costo)) if entra else hay


@dataclass(frozen=True, slots=True, kw_only=True)
class Margen:
    """Lo que deja una venta, en CLP sin IVA. ``porcentaje`` es sobre el neto; ``None`` si se regaló."""

    neto: int
    costo: int

    @property
    def utilidad(self) -> int:
        return self.neto - self.costo

    @property
    def porcentaje(self) -> Decimal | None:
        if self.neto == 0:
            return None
        return (Decimal(self.utilidad) * 100 / self.neto).quantize(DECIMO, ROUND_HALF_UP)


def margen(
    *, total: int, tasa_iva: Decimal, cantidad: Decimal, costo_unitario: Decimal
) -> Margen:
    """Margen de una línea vendida.

    Args:
        total: CLP cobrados por la línea, IVA incluido y con todo descuento ya restado.
        tasa_iva: %, cero si es exenta.
        costo_unitario: CLP sin IVA por unidad o kilo, el del día de la venta.
    """
    return Margen(
        neto=neto_de(total, tasa_iva), costo=redondear(valor_de(cantidad, costo_unitario))
    )
