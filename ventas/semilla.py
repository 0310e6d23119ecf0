"""Lo que las ventas necesitan para partir."""

from ventas.models import Caja, CorrelativoZ


def sembrar() -> None:
    """Una caja, si no hay ninguna: sin ella nadie podría abrir un turno."""
    if not Caja.objects.exists():
        caja = Caja.objects.create(nombre="Caja 1", nombre_normalizado="caja 1")
        CorrelativoZ.objects.create(caja=caja)
