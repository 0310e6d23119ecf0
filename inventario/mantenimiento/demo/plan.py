"""Noventa días de ventas de un almacén, decididos de antemano. Puro y repetible: la misma semilla y el
mismo instante dan el mismo plan, así que una carga interrumpida se puede seguir."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from inventario.base.fechas import ZONA, dia_de
from inventario.mantenimiento.demo.catalogo import Ficha

DIAS = 90
QUINCENA = timedelta(days=15)
SEMILLA = 20_956
MARGEN = timedelta(hours=1)
"""Lo último vendido ya tuvo tiempo de devolverse."""
# Ventas por día de la semana, de lunes a domingo: el sábado se llena y el domingo se abre medio día.
VENTAS_POR_DIA = (9, 8, 9, 10, 12, 14, 7)
# Cuánta gente llega a cada hora: a la once y a la salida del trabajo, más.
_HORAS = {9: 3, 10: 4, 11: 5, 12: 7, 13: 8, 14: 5, 15: 4, 16: 4, 17: 6, 18: 9, 19: 10, 20: 6}
_CIERRE_DOMINGO = 14
_MEDIOS = {"efectivo": 46, "debito": 36, "credito": 14, "Puntos": 4}
# Lo que se lleva a diario sale más que lo de vez en cuando.
_PESO_CATEGORIA = {
    "Panadería": 9, "Frutas y verduras": 6, "Fiambrería y quesos": 5, "Lácteos y huevos": 7,
    "Abarrotes": 5, "Bebidas": 7, "Dulces y snacks": 6, "Limpieza": 2, "Aseo personal": 2,
    "Servicios y varios": 2,
}
_CLIENTES_REGISTRADOS = 0.3
_FACTURAS = 0.03
_DESCUENTOS_AL_DOCUMENTO = 0.03
_DEVOLUCIONES = 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class VentaPlaneada:
    """Una venta por hacer.

    Args:
        cajero, cliente: posición entre los suyos; ``cliente`` nulo, venta anónima.
        lineas: (posición en el catálogo, unidades o kilos).
        medio: forma de pago, con la palabra del contrato.
        devuelta_en: minutos después en que se devuelve su primera línea, si se devuelve.
    """

    cuando: datetime
    cajero: int
    cliente: int | None
    lineas: tuple[tuple[int, Decimal], ...]
    medio: str
    factura: bool
    porcentaje: Decimal
    devuelta_en: int | None


def planear(
    fichas: Sequence[Ficha], *, cajeros: int, clientes: int, ahora: datetime
) -> list[VentaPlaneada]:
    """Las ventas de los 90 días hasta ``ahora``, de la más antigua a la última."""
    azar = random.Random(SEMILLA)  # noqa: S311 - no es criptografía: debe repetirse
    hoy = dia_de(ahora)
    ventas: list[VentaPlaneada] = []
    for atras in range(DIAS, -1, -1):
        dia = hoy - timedelta(days=atras)
        horas = sorted(_hora(azar, dia) for _ in range(VENTAS_POR_DIA[dia.weekday()]))
        ventas += [_venta(azar, fichas, cuando, cajeros, clientes) for cuando in horas]
    return [venta for venta in ventas if venta.cuando < ahora - MARGEN]


def por_quincena(plan: Sequence[VentaPlaneada], *, apertura: datetime) -> list[dict[int, Decimal]]:
    """Lo que el plan se lleva en cada quincena desde ``apertura``: posición en el catálogo → cantidad."""
    quincenas: list[dict[int, Decimal]] = [{} for _ in range((DIAS + 1) // QUINCENA.days + 1)]
    for venta in plan:
        quincena = quincenas[(venta.cuando - apertura) // QUINCENA]
        for producto, cantidad in venta.lineas:
            quincena[producto] = quincena.get(producto, Decimal(0)) + cantidad
    return quincenas


def _hora(azar: random.Random, dia: date) -> datetime:
    horas = {h: p for h, p in _HORAS.items() if dia.weekday() != 6 or h < _CIERRE_DOMINGO}
    hora = azar.choices(list(horas), weights=list(horas.values()))[0]
    return datetime.combine(dia, time(hora, azar.randrange(60), azar.randrange(60)), tzinfo=ZONA)


def _venta(
    azar: random.Random, fichas: Sequence[Ficha], cuando: datetime, cajeros: int, clientes: int
) -> VentaPlaneada:
    cliente = azar.randrange(clientes) if azar.random() < _CLIENTES_REGISTRADOS else None
    medio = azar.choices(list(_MEDIOS), weights=list(_MEDIOS.values()))[0]
    cuantas = azar.choices(range(1, 9), weights=(22, 24, 19, 13, 9, 6, 4, 3))[0]
    pesos = [_PESO_CATEGORIA[ficha.categoria] for ficha in fichas]
    elegidos = list(dict.fromkeys(azar.choices(range(len(fichas)), weights=pesos, k=cuantas)))
    # Lo devuelto vuelve al estante: no se devuelve lo que la muestra quiere ver agotado.
    se_devuelve = azar.random() < _DEVOLUCIONES and fichas[elegidos[0]].queda > fichas[elegidos[0]].minimo
    return VentaPlaneada(
        cuando=cuando,
        # Turnos: cada cajero tiene sus horas y cubre a otro de vez en cuando.
        cajero=(cuando.hour // 5 + (azar.random() < 0.2)) % cajeros,
        cliente=cliente,
        lineas=tuple((i, _cantidad(azar, fichas[i])) for i in elegidos),
        medio="debito" if medio == "Puntos" and cliente is None else medio,
        factura=azar.random() < _FACTURAS,
        porcentaje=Decimal(5) if azar.random() < _DESCUENTOS_AL_DOCUMENTO else Decimal(0),
        devuelta_en=azar.randrange(5, 60) if se_devuelve else None,
    )


def _cantidad(azar: random.Random, ficha: Ficha) -> Decimal:
    if ficha.por_kilo:
        return Decimal(azar.randrange(150, 1600)) / 1000
    return Decimal(azar.choices((1, 2, 3, 4, 6), weights=(60, 24, 9, 4, 3))[0])
