"""El efectivo de un turno: lo que se contó y lo que debía haber. CLP enteros."""

from collections.abc import Mapping
from dataclasses import dataclass

DENOMINACIONES = (20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Billetes y monedas en uso (las de 1 y 5 salieron con la Ley 20.956), CLP."""
MAXIMO_POR_DENOMINACION = 100_000


class ConteoInvalido(ValueError):
    """Una denominación que no existe, o una cantidad que no es de contar. ``cual``, la denominación."""

    def __init__(self, cual: str, motivo: str) -> None:
        self.cual = cual
        self.motivo = motivo
        super().__init__(f"{cual}: {motivo}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EfectivoDelTurno:
    """Lo que movió el cajón. ``ventas`` y ``reembolsos`` ya traen su redondeo legal."""

    fondo: int
    ventas: int = 0
    reembolsos: int = 0
    ingresos: int = 0
    retiros: int = 0

    @property
    def esperado(self) -> int:
        """CLP que debe haber: negativo si se sacó más de lo que entró."""
        return self.fondo + self.ventas - self.reembolsos + self.ingresos - self.retiros


def contar(conteo: Mapping[str, int]) -> int:
    """CLP de un conteo ``{"20000": 3, "10": 7}``; lo que no se nombra son cero.

    Raises:
        ConteoInvalido: con la denominación que está mal.
    """
    conocidas = {str(d): d for d in DENOMINACIONES}
    total = 0
    for cual, cuantos in conteo.items():
        if cual not in conocidas:
            raise ConteoInvalido(cual, "No es un billete o moneda en uso")
        if not 0 <= cuantos <= MAXIMO_POR_DENOMINACION:
            raise ConteoInvalido(cual, "No es una cantidad que se pueda contar")
        total += conocidas[cual] * cuantos
    return total
