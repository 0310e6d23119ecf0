"""Qué respaldos se guardan: muchos de los últimos días, pocos de los meses pasados. Puro."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

DIAS, SEMANAS, MESES = 14, 8, 12


def sobrantes(momentos: Iterable[datetime]) -> set[datetime]:
    """Los que se pueden borrar.

    Queda el último de cada uno de los últimos ``DIAS`` días con respaldo, ``SEMANAS`` semanas y
    ``MESES`` meses; y siempre el más nuevo.

    Args:
        momentos: cuándo se hizo cada uno, en la hora de la tienda.
    """
    orden = sorted(momentos, reverse=True)
    quedan: set[datetime] = set(orden[:1])
    periodos: tuple[tuple[Callable[[datetime], Any], int], ...] = (
        (lambda m: m.date(), DIAS),
        (lambda m: m.isocalendar()[:2], SEMANAS),
        (lambda m: (m.year, m.month), MESES),
    )
    for periodo, cuantos in periodos:
        ultimos: dict[Any, datetime] = {}
        for momento in orden:
            ultimos.setdefault(periodo(momento), momento)
        quedan |= set(list(ultimos.values())[:cuantos])
    return set(orden) - quedan
