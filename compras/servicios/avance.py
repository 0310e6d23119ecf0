"""Cuánto de una orden va recibido: pasos de recibirla y de anular una compra suya."""

from collections.abc import Mapping
from decimal import Decimal

from compras.consultas import OrdenNoEncontrada
from compras.models import EstadoOrden, LineaOrden, OrdenCompra
from compras.reglas import CERO, avance
from inventario.base.operacion import exigir_transaccion


def bloquear_orden(orden_id: int) -> OrdenCompra:
    """La orden, bloqueada.

    Raises:
        OrdenNoEncontrada: no existe.
    """
    exigir_transaccion()
    orden = OrdenCompra.objects.select_for_update().filter(pk=orden_id).first()
    if orden is None:
        raise OrdenNoEncontrada
    return orden


def sumar_recibido(orden: OrdenCompra, cantidades: Mapping[int, Decimal]) -> None:
    """Suma (id de producto → cantidad, negativa si se anuló) a lo recibido, y no más de tres sentencias.

    Lo que llegó sin pedirse queda en una línea que no pedía nada.
    """
    exigir_transaccion()
    lineas = {linea.producto_id: linea for linea in orden.lineas.all()}
    nuevas = [
        LineaOrden(orden=orden, producto_id=pk, cantidad=CERO, recibida=cantidad)
        for pk, cantidad in cantidades.items()
        if pk not in lineas
    ]
    viejas = [lineas[pk] for pk in cantidades if pk in lineas]
    for linea in viejas:
        linea.recibida += cantidades[linea.producto_id]
    LineaOrden.objects.bulk_create(nuevas)
    LineaOrden.objects.bulk_update(viejas, ["recibida"])


def avanzar(orden: OrdenCompra) -> None:
    """Pone el estado que corresponde a lo recibido. Una orden cerrada sigue cerrada."""
    exigir_transaccion()
    if orden.estado == EstadoOrden.CERRADA:
        return
    llego_algo, llego_todo = avance(orden.lineas.values_list("cantidad", "recibida"))
    if llego_algo and llego_todo:
        orden.estado = EstadoOrden.RECIBIDA
    else:
        orden.estado = EstadoOrden.PARCIAL if llego_algo else EstadoOrden.ENVIADA
    orden.save(update_fields=["estado"])
