"""Tareas de fondo del catálogo. Cada vuelta es una transacción corta: la tienda sigue vendiendo."""

from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.operacion import hasta_agotar
from productos.servicios import stock_bajo, vencimientos
from productos.servicios.descuentos import quitar_descuentos_vencidos
from productos.servicios.precios import poner_precios_al_dia

SISTEMA = Actor.sistema(puerta=Puerta.TAREA)


def precios_del_dia() -> int:
    """Copia a las fichas los precios programados que ya rigen."""
    return hasta_agotar(lambda: poner_precios_al_dia(actor=SISTEMA, ahora=timezone.now()))


def eliminar_descuentos_vencidos() -> int:
    """Borra los descuentos cuyo último día pasó; de cada uno queda un registro."""
    return hasta_agotar(lambda: quitar_descuentos_vencidos(actor=SISTEMA, ahora=timezone.now()))


def avisar_vencimientos() -> int:
    """Avisa a los Administradores de lo que venció y de lo que vence pronto."""
    return vencimientos.avisar_vencimientos(ahora=timezone.now())


def avisar_stock_bajo() -> int:
    """Avisa a los Administradores de lo que está en su mínimo, si no se les había avisado."""
    return stock_bajo.avisar_stock_bajo(ahora=timezone.now())
