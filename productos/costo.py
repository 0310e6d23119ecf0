"""El costo promedio ponderado: cuánto vale un stock y cómo cambia. Puro, sin ORM ni reloj.

Se lleva lo que el stock *vale* (CLP sin IVA) y el promedio se deriva: una compra sólo suma, así que
miles de ellas no acumulan error alguno. Sólo una salida parcial divide (se lleva su proporción del
valor) y redondea, a 10⁻¹² pesos. Las cuentas usan 60 cifras: las 28 de ``decimal`` no alcanzan para
un valor de 31 cifras por un stock de 12.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

CERO = Decimal(0)
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
