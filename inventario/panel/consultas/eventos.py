"""Lo poco usual de los últimos días: anulaciones y devoluciones, descuentos grandes, bloqueos."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inventario.base.formato import clp, porcentaje
from registros.models import Registro, TipoRegistro
from ventas.models import Devolucion, Venta

DIAS = 7
DESCUENTO_GRANDE = 20
"""Desde qué descuento al documento (%) se muestra una venta."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evento:
    """``clase`` da el color; ``ruta`` e ``id`` dicen qué página del admin lo muestra."""

    clase: str
    texto: str
    detalle: str
    fecha: datetime
    ruta: str
    id: int


def inusuales(ahora: datetime, cuantos: int = 8) -> list[Evento]:
    """Los últimos ``cuantos`` de los últimos siete días, del más nuevo al más viejo. Tres consultas."""
    desde = ahora - timedelta(days=DIAS)
    eventos = [*_devoluciones(desde, cuantos), *_descuentos(desde, cuantos), *_seguridad(desde, cuantos)]
    return sorted(eventos, key=lambda e: e.fecha, reverse=True)[:cuantos]


def _devoluciones(desde: datetime, cuantos: int) -> list[Evento]:
    notas = (
        Devolucion.objects.filter(fecha__gte=desde)
        .select_related("venta", "autor").order_by("-fecha")[:cuantos]
    )
    return [
        Evento(
            clase="anulacion" if nota.total == nota.venta.total else "devolucion",
            texto=(
                f"{'Anulación' if nota.total == nota.venta.total else 'Devolución'} de {clp(nota.total)} "
                f"de {nota.venta}"
            ),
            detalle=nota.motivo,
            fecha=nota.fecha,
            ruta="admin:ventas_devolucion_change",
            id=nota.pk,
        )
        for nota in notas
    ]


def _descuentos(desde: datetime, cuantos: int) -> list[Evento]:
    # Por fecha y no por id: por id, MariaDB recorre toda la tabla hacia atrás buscando descuentos.
    ventas = Venta.objects.filter(
        fecha_venta__gte=desde, porcentaje__gte=DESCUENTO_GRANDE
    ).order_by("-fecha_venta")[:cuantos]
    return [
        Evento(
            clase="descuento",
            texto=f"Descuento de {porcentaje(venta.porcentaje)} en {venta}",
            detalle=f"{venta.nombre_cajero}, {clp(venta.total)}",
            fecha=venta.fecha_venta,
            ruta="admin:ventas_venta_change",
            id=venta.pk,
        )
        for venta in ventas
    ]


def _seguridad(desde: datetime, cuantos: int) -> list[Evento]:
    registros = Registro.objects.filter(
        tipo=TipoRegistro.SEGURIDAD, externo=False, fecha_y_hora__gte=desde
    ).order_by("-id")[:cuantos]
    return [
        Evento(
            clase="seguridad",
            texto=registro.mensaje,
            detalle=registro.ip or "",
            fecha=registro.fecha_y_hora,
            ruta="admin:registros_registro_change",
            id=registro.pk,
        )
        for registro in registros
    ]
