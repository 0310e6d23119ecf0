"""Lo que un informe entrega: columnas con su tipo, filas y totales. Cada salida lo escribe a su modo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

Valor = str | int | Decimal | float | date | None


class Tipo(Enum):
    TEXTO = "texto"
    DIA = "dia"
    CLP = "clp"
    COSTO = "costo"
    """CLP con decimales."""
    ENTERO = "entero"
    CANTIDAD = "cantidad"
    """Unidades o kilos, hasta tres decimales."""
    PORCENTAJE = "porcentaje"

    @property
    def es_numero(self) -> bool:
        return self not in (Tipo.TEXTO, Tipo.DIA)


@dataclass(frozen=True, slots=True)
class Columna:
    """``principal`` es la que se grafica y la que se ve primero en un teléfono."""

    titulo: str
    tipo: Tipo = Tipo.TEXTO
    principal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabla:
    """``totales`` tiene un valor por columna; ``None`` donde no hay qué sumar."""

    columnas: Sequence[Columna]
    filas: Sequence[Sequence[Valor]]
    totales: Sequence[Valor] | None = None
    notas: Sequence[str] = ()

    def columna(self, titulo: str) -> int:
        """Posición de la columna de ese título."""
        return next(i for i, columna in enumerate(self.columnas) if columna.titulo == titulo)
