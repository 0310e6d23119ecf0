"""Un período de días de la tienda, inclusive, y los que se eligen de un toque."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inventario.base.errores import Invalido

MAXIMO_DE_DIAS = 366 * 5


@dataclass(frozen=True, slots=True)
class Periodo:
    """De ``desde`` a ``hasta``, ambos inclusive."""

    desde: date
    hasta: date

    @property
    def dias(self) -> int:
        return (self.hasta - self.desde).days + 1

    def cada_dia(self) -> list[date]:
        return [self.desde + timedelta(days=n) for n in range(self.dias)]

    def __str__(self) -> str:
        if self.desde == self.hasta:
            return f"{self.desde:%d-%m-%Y}"
        return f"{self.desde:%d-%m-%Y} al {self.hasta:%d-%m-%Y}"


def mes_de(dia: date) -> Periodo:
    """El mes calendario de ``dia``, entero."""
    desde = dia.replace(day=1)
    siguiente = (desde + timedelta(days=32)).replace(day=1)
    return Periodo(desde, siguiente - timedelta(days=1))


def usuales(hoy: date) -> list[tuple[str, Periodo]]:
    """Los períodos que se piden cada día, con su nombre."""
    lunes = hoy - timedelta(days=hoy.weekday())
    este_mes = hoy.replace(day=1)
    return [
        ("Hoy", Periodo(hoy, hoy)),
        ("Ayer", Periodo(hoy - timedelta(days=1), hoy - timedelta(days=1))),
        ("Esta semana", Periodo(lunes, hoy)),
        ("Este mes", Periodo(este_mes, hoy)),
        ("Mes pasado", mes_de(este_mes - timedelta(days=1))),
        ("30 días", Periodo(hoy - timedelta(days=29), hoy)),
        ("Este año", Periodo(hoy.replace(month=1, day=1), hoy)),
    ]


def leer(datos: Mapping[str, str], hoy: date) -> Periodo:
    """El período que piden ``desde`` y ``hasta`` (AAAA-MM-DD); si faltan, lo que va del mes.

    Raises:
        Invalido: no son días, están al revés o abarcan más de cinco años.
    """
    try:
        hasta = date.fromisoformat(datos["hasta"]) if datos.get("hasta") else hoy
        desde = date.fromisoformat(datos["desde"]) if datos.get("desde") else hasta.replace(day=1)
    except ValueError:
        raise Invalido("Las fechas deben tener la forma AAAA-MM-DD") from None
    if desde > hasta:
        raise Invalido("La primera fecha debe ser anterior a la última")
    periodo = Periodo(desde, hasta)
    if periodo.dias > MAXIMO_DE_DIAS:
        raise Invalido("El período no puede pasar de cinco años")
    return periodo
