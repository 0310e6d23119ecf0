"""Números y fechas como se escriben en Chile, para pantallas, PDF y gráficos. Puro."""

from datetime import date
from decimal import Decimal

DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def miles(numero: int) -> str:
    """``1234567`` → ``1.234.567``."""
    return f"{numero:,}".replace(",", ".")


def clp(monto: int) -> str:
    """``-1234`` → ``-$1.234``."""
    return f"{'-' if monto < 0 else ''}${miles(abs(monto))}"


def decimal(numero: Decimal | float, decimales: int) -> str:
    """Con coma decimal y puntos de miles: ``1234.5`` → ``1.234,50``."""
    entero, _, resto = f"{numero:,.{decimales}f}".partition(".")
    return entero.replace(",", ".") + (f",{resto}" if resto else "")


def cantidad(valor: Decimal | int) -> str:
    """Unidades o kilos sin ceros de más: ``2.000`` → ``2``, ``0.345`` → ``0,345``."""
    texto = decimal(Decimal(valor), 3)
    return texto.rstrip("0").rstrip(",") if "," in texto else texto


def sin_ceros(valor: Decimal) -> str:
    """Como lo lee una máquina, sin ceros de más ni exponente: ``10.500`` → ``10.5``, ``4.000`` → ``4``."""
    return f"{valor.normalize():f}"


def costo(valor: Decimal) -> str:
    """CLP por unidad o kilo, hasta el centésimo: ``233.051412`` → ``$233,05``, ``1476.0000`` → ``$1.476``."""
    return f"{'-' if valor < 0 else ''}${decimal(abs(valor), 2).removesuffix(',00')}"


def porcentaje(valor: Decimal | float | None) -> str:
    """``12.34`` → ``12,3 %``; sin valor, una raya."""
    return "–" if valor is None else f"{decimal(valor, 1)} %"


def dia(valor: date) -> str:
    """``24-11-2026``."""
    return f"{valor:%d-%m-%Y}"
