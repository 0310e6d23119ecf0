"""Días de la tienda: America/Santiago, con horario de verano. Puro: el instante lo pasa quien llama."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONA = ZoneInfo("America/Santiago")


def dia_de(instante: datetime) -> date:
    """Día de la tienda al que pertenece ``instante`` (con zona)."""
    return instante.astimezone(ZONA).date()


def inicio_del_dia(dia: date) -> datetime:
    """Primer instante de ``dia`` en la tienda, en UTC.

    La noche en que se adelanta el reloj la medianoche no existe: el día parte a la 01:00 local,
    que es el mismo instante UTC que da la medianoche con el desfase anterior.
    """
    return datetime.combine(dia, time(), tzinfo=ZONA).astimezone(UTC)


def rango(desde: date | None, hasta: date | None) -> tuple[datetime | None, datetime | None]:
    """``[desde, hasta]``, días inclusive, como instantes UTC ``[inicio, fin)``.

    Se calcula en Python para no depender de las tablas de zonas de la base de datos: MariaDB
    recién instalada no las tiene y ``__date`` no devuelve nada, en silencio.
    """
    return (
        inicio_del_dia(desde) if desde else None,
        inicio_del_dia(hasta + timedelta(days=1)) if hasta else None,
    )
