"""La limpieza de los descuentos vencidos: orden, no necesidad; ya no rigen desde su último día."""

from datetime import date, datetime

from django.db.models import QuerySet

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import operacion
from productos.kardex import bloquear_productos
from productos.models import Descuento
from registros.models import TipoRegistro
from registros.servicios import registrar

TROZO = 500


def descuentos_vencidos(hoy: date) -> QuerySet[Descuento]:
    """Los que ya no rigen y siguen guardados, por producto."""
    return Descuento.objects.filter(ultimo_dia__lt=hoy).order_by("producto_id")


@operacion
def quitar_descuentos_vencidos(*, actor: Actor, ahora: datetime) -> int:
    """Borra hasta ``TROZO`` descuentos cuyo último día ya pasó, con su registro. Devuelve cuántos."""
    vencidos = descuentos_vencidos(dia_de(ahora))
    ids = list(vencidos.values_list("producto_id", flat=True)[:TROZO])
    # Se bloquea el producto y no su descuento: es lo que bloquea quien lo edita.
    productos = bloquear_productos(ids)
    for descuento in vencidos.filter(producto__in=productos):
        producto = productos[descuento.producto_id]
        registrar(
            actor=actor,
            tipo=TipoRegistro.PRECIO,
            mensaje=f"Descuento vencido: {producto.nombre}",
            ahora=ahora,
            objeto=("producto", producto.pk),
            cambios={
                "descuento": (sin_ceros(descuento.porcentaje), None),
                "vencimiento_descuento": (str(descuento.ultimo_dia), None),
            },
        )
        descuento.delete()
    return len(ids)
