"""Lo que una venta deja en los registros."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.fechas import ZONA
from inventario.base.formato import clp, sin_ceros
from registros.models import TipoRegistro
from registros.servicios import registrar
from ventas.autorizacion import quien_autorizo
from ventas.models import Autorizacion, Venta
from ventas.servicios.lineas import LineaLista

DOCUMENTO = "venta"
"""Cómo nombran el kardex, los puntos y los registros a una venta: ``("venta", id)``."""
DESCUENTO_GRANDE = Decimal(20)
"""Desde qué descuento al documento (%) una venta deja además un registro de descuento."""
SIN_DEMORA = timedelta(minutes=1)
"""Hasta aquí, la venta se mandó al cobrarla: la caja dice su hora siempre."""


def dejar_constancia(
    *,
    venta: Venta,
    lineas: Sequence[LineaLista],
    autorizacion: Autorizacion | None,
    actor: Actor,
    ahora: datetime,
) -> None:
    """Paso: el registro de ``venta``, y otro si llevó un descuento grande o una autorización.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    frases = [f"A nombre de {venta.nombre_cajero}"] if venta.cajero_id != actor.usuario_id else []
    if venta.hora_de_caja is not None and ahora - venta.hora_de_caja > SIN_DEMORA:
        frases.append(f"Cobrada sin red a las {venta.hora_de_caja.astimezone(ZONA):%d-%m-%Y %H:%M}")
    frases += [
        f"Precio cambiado en la línea {linea.numero}: {clp(linea.producto.precio_vigente)} a "
        f"{clp(linea.cobro.precio_unitario)}"
        for linea in lineas
        if linea.precio_cambiado
    ]
    frases += [
        f"Sin ficha en la línea {linea.numero}: {linea.producto.nombre} a {clp(linea.cobro.precio_unitario)}"
        + (f", código {linea.codigo}" if linea.codigo else "")
        for linea in lineas
        if linea.producto.pk is None
    ]
    autorizo = quien_autorizo(autorizacion)
    registrar(
        actor=actor,
        tipo=TipoRegistro.VENTA,
        mensaje=f"Venta {venta.pk} por $ {venta.total:,}".replace(",", "."),
        descripcion=". ".join([*frases, autorizo] if autorizo else frases),
        ahora=ahora,
        objeto=(DOCUMENTO, venta.pk),
        cambios={"total": (None, venta.total), "lineas": (None, len(lineas))},
        con_id=False,
    )
    if venta.porcentaje >= DESCUENTO_GRANDE or autorizacion is not None:
        # Aparte y con su tipo: el dueño los busca, y hallarlos no debe costar recorrer las ventas.
        registrar(
            actor=actor,
            tipo=TipoRegistro.DESCUENTO,
            mensaje=(
                f"Descuento de {sin_ceros(venta.porcentaje)} % en la venta {venta.pk}"
                if venta.porcentaje
                else f"Precio cambiado en la venta {venta.pk}"
            ),
            descripcion=". ".join([
                f"{venta.nombre_cajero}: {clp(venta.subtotal)} quedaron en {clp(venta.total)}",
                *([*frases, autorizo] if autorizo else []),
            ]),
            ahora=ahora,
            objeto=(DOCUMENTO, venta.pk),
        )
