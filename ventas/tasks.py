"""Tareas de fondo de las ventas."""

from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.fechas import dia_de
from ventas.privacidad import olvidar_facturas_viejas
from ventas.recientes import resumir_recientes


def olvidar_facturas() -> str:
    """Cada mes: el nombre de los anonimizados, en lo que ya no hay que guardar."""
    cuantas = olvidar_facturas_viejas(actor=Actor.sistema(puerta=Puerta.TAREA), ahora=timezone.now())
    return f"{cuantas} documentos"


def resumir_dias_cerrados() -> str:
    """Cada noche: lo vendido por producto en los últimos días, para que el inicio no lo sume cada vez."""
    return f"{resumir_recientes(hoy=dia_de(timezone.now()))} productos"
