"""Lo que una tienda necesita para partir. Se repite sin daño: lo que ya existe no se toca."""

from datetime import date

from inventario.base.dinero import IVA_GENERAL
from inventario.base.models import TasaIVA, Tienda


def sembrar() -> None:
    """La fila de la tienda y la tasa general de IVA (19 % desde 2003-10-01, Ley 19.888)."""
    Tienda.objects.get_or_create(pk=1)
    TasaIVA.objects.get_or_create(desde=date(2003, 10, 1), defaults={"tasa": IVA_GENERAL})
