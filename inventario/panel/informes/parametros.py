"""Lo que se le pide a un informe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inventario.base.errores import Invalido
from inventario.panel import periodo as periodos
from inventario.panel.periodo import Periodo

DIAS_DE_STOCK = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Parametros:
    """``cliente_id`` y ``dias_de_stock`` sólo valen en los informes que los piden."""

    periodo: Periodo
    hoy: date
    cliente_id: int | None = None
    dias_de_stock: int = DIAS_DE_STOCK


def leer(datos: Mapping[str, str], hoy: date, cliente_id: int | None = None) -> Parametros:
    """De la consulta de la página.

    Raises:
        Invalido: período imposible o días que no son un número entre 1 y 3650.
    """
    texto = datos.get("dias_de_stock") or str(DIAS_DE_STOCK)
    if not (texto.isascii() and texto.isdigit() and 1 <= int(texto) <= 3650):
        raise Invalido("Los días de stock deben ser un número entre 1 y 3650")
    return Parametros(
        periodo=periodos.leer(datos, hoy), hoy=hoy, cliente_id=cliente_id, dias_de_stock=int(texto)
    )
