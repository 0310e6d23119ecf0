"""Avisos a quienes administran: el stock que bajó a su mínimo, y los de cada día."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from inventario.base.actor import Actor, Puerta
from inventario.base.formato import cantidad
from productos.models import EstadoProducto, Producto
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso, notificar_a_administradores


def bajo_al_minimo(producto: Producto, antes: Decimal) -> bool:
    """Si al cambiar desde ``antes`` cruzó su mínimo: una vez, no en cada venta que sigue."""
    return (
        producto.estado == EstadoProducto.ACTIVO
        and producto.stock <= producto.stock_minimo < antes
    )


def avisar_stock_minimo(productos: Sequence[Producto], *, ahora: datetime) -> None:
    """Paso: un aviso por producto a cada Administrador; dos sentencias, o ninguna si no hay qué avisar."""
    notificar_a_administradores(
        avisos=[
            Aviso(
                tipo=Notificacion.Tipo.STOCK_MINIMO,
                titulo="Sin stock" if producto.stock == 0 else "Stock en su mínimo",
                mensaje=(
                    f"Quedan {cantidad(producto.stock)} de {producto.nombre} "
                    f"(mínimo {cantidad(producto.stock_minimo)})"
                ),
                datos={
                    "id_producto": producto.pk,
                    "stock": str(producto.stock),
                    "stock_minimo": str(producto.stock_minimo),
                },
            )
            for producto in productos
        ],
        ahora=ahora,
    )


def avisar_el_dia(aviso: Aviso, *, ahora: datetime) -> None:
    """Paso: el aviso de una tarea diaria a cada Administrador, y el registro de que se avisó."""
    notificar_a_administradores(avisos=[aviso], ahora=ahora)
    registrar(
        actor=Actor.sistema(puerta=Puerta.TAREA),
        tipo=TipoRegistro.TAREA,
        mensaje=f"Se avisó a los administradores: {aviso.titulo}",
        ahora=ahora,
    )
