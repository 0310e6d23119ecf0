"""Dinero en pesos chilenos enteros: redondeo, IVA y ley del redondeo. Puro, sin base de datos ni reloj.

Reglas: el peso no tiene decimales y siempre se redondea la mitad hacia arriba; el IVA va dentro
del precio y se calcula por documento, por resta; la Ley 20.956 (art. 13) redondea sólo lo que se
paga en efectivo.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CIEN = Decimal(100)
PESO = Decimal(1)
IVA_GENERAL = Decimal("19")
"""Tasa general de IVA en %, vigente desde 2003-10-01 (Ley 19.888)."""


def redondear(monto: Decimal | int) -> int:
    """Pesos enteros, mitad hacia arriba (256,5 → 257). ``round()`` de Python no sirve: redondea a par."""
    return int(Decimal(monto).quantize(PESO, rounding=ROUND_HALF_UP))


def menos_porcentaje(monto: Decimal | int, porcentaje: Decimal | int | None) -> int:
    """``monto`` (CLP) menos ``porcentaje`` (0 a 100 %, o ``None``), en pesos enteros."""
    if not porcentaje:
        return redondear(monto)
    return redondear(Decimal(monto) * (CIEN - Decimal(porcentaje)) / CIEN)


def neto_de(afecto: int, tasa: Decimal = IVA_GENERAL) -> int:
    """Neto (CLP) contenido en ``afecto`` (CLP, con IVA incluido) a la ``tasa`` en %.

    Con 19 % es ``(200·a + 119) // 238``: todo en enteros, sin errores de coma flotante.
    El IVA es siempre ``afecto - neto``.
    """
    return redondear(Decimal(afecto) * CIEN / (CIEN + tasa))


def iva_sobre(neto: int, tasa: Decimal = IVA_GENERAL) -> int:
    """IVA (CLP) que una factura agrega a ``neto`` (CLP), a la ``tasa`` en %."""
    return redondear(Decimal(neto) * tasa / CIEN)


def redondeo_efectivo(monto: int) -> int:
    """Ajuste (CLP, de -5 a +4) que la Ley 20.956 hace al pagar ``monto`` (CLP, ≥ 0) en efectivo.

    Último dígito 1 a 5 hacia abajo, 6 a 9 hacia arriba: 12.485 → -5; 12.486 → +4; 1 → -1.
    """
    ultimo = monto % 10
    return -ultimo if ultimo <= 5 else 10 - ultimo


def repartir(total: int, pesos: Sequence[int]) -> list[int]:
    """Reparte ``total`` (CLP) en proporción a ``pesos`` (≥ 0), sin perder ni inventar un peso.

    Método del resto mayor: la suma del resultado es exactamente ``total``. Con todos los pesos en
    cero, cada parte es cero y ``total`` debe serlo también.

    Raises:
        ValueError: hay algo que repartir y nadie que lo reciba.
    """
    suma = sum(pesos)
    if suma == 0:
        if total:
            raise ValueError("no hay a quién repartir")
        return [0] * len(pesos)
    partes = [total * p // suma for p in pesos]
    por_resto = sorted(range(len(pesos)), key=lambda i: (-(total * pesos[i] % suma), i))
    for i in por_resto[: total - sum(partes)]:
        partes[i] += 1
    return partes
