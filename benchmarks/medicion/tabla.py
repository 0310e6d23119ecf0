"""Las filas que se imprimen y se guardan: una razón, su dispersión y la meta."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fila:
    """``razones``, una por corrida. ``meta`` es el mínimo, o el máximo si ``hasta``; nula, sólo informa."""

    que: str
    valor: str
    razones: Sequence[float]
    meta: float | None = None
    hasta: bool = False

    @property
    def razon(self) -> float:
        return statistics.median(self.razones)

    @property
    def llega(self) -> bool:
        if self.meta is None:
            return True
        return self.razon <= self.meta if self.hasta else self.razon >= self.meta

    def como_dict(self) -> dict[str, Any]:
        return {**asdict(self), "razon": self.razon, "llega": self.llega}

    def __str__(self) -> str:
        meta = "" if self.meta is None else f"{'≤' if self.hasta else '≥'} {self.meta:g}"
        marca = "" if self.meta is None else ("sí" if self.llega else "NO")
        razon = f"{self.razon:.3f}" if len(self.razones) > 1 or self.meta is not None else ""
        banda = f"{min(self.razones):.3f}–{max(self.razones):.3f}" if len(self.razones) > 1 else ""
        return f"{self.que:58} {self.valor:>34} {razon:>8} {banda:>13} {meta:>8} {marca}"


CABEZA = f"{'':58} {'medido':>34} {'razón':>8} {'de–a':>13} {'meta':>8}"


def mediana(valores: Sequence[float]) -> float:
    return statistics.median(valores)
