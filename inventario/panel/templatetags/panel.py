"""Filtros de las plantillas del panel: los mismos formatos que los informes."""

from django import template

from inventario.base import formato
from ventas.models import FormaPago

register = template.Library()
register.filter("clp", formato.clp)
register.filter("miles", formato.miles)
register.filter("cantidad", formato.cantidad)
register.filter("porcentaje", formato.porcentaje)
register.filter("dia", formato.dia)


@register.filter
def forma(numero: int) -> str:
    """El nombre de una forma de pago."""
    return FormaPago(numero).nombre
