"""Lo poco usual de los últimos días: anulaciones y devoluciones, descuentos grandes, bloqueos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventario.base.formato import clp
from registros.models import Registro, TipoRegistro
from ventas.models import Devolucion

DIAS = 7
LEIDOS = 100
"""Registros que se miran: los repetidos (un mismo rechazo cien veces) se cuentan como uno."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evento:
    """``clase`` da el color; ``ruta`` e ``id`` dicen qué página del admin lo muestra."""

    clase: str
    texto: str
    detalle: str
    fecha: datetime
    ruta: str
    id: int
    veces: int = 1


def inusuales(ahora: datetime, cuantos: int = 8) -> list[Evento]:
    """Los últimos ``cuantos`` de los últimos siete días, del más nuevo al más viejo. Tres consultas."""
    desde = ahora - timedelta(days=DIAS)
    eventos = [
        *_devoluciones(desde, cuantos),
        *_registros(TipoRegistro.DESCUENTO, desde),
        *_juntar(_registros(TipoRegistro.SEGURIDAD, desde)),
    ]
    return sorted(eventos, key=lambda e: e.fecha, reverse=True)[:cuantos]


def _devoluciones(desde: datetime, cuantos: int) -> list[Evento]:
    notas = Devolucion.objects.filter(fecha__gte=desde).select_related("venta").order_by("-fecha")[:cuantos]
    eventos = []
    for nota in notas:
        entera = nota.total == nota.venta.total
        eventos.append(Evento(
            clase="anulacion" if entera else "devolucion",
            texto=f"{'Anulación' if entera else 'Devolución'} de {clp(nota.total)} de {nota.venta}",
            detalle=nota.motivo,
            fecha=nota.fecha,
            ruta="admin:ventas_devolucion_change",
            id=nota.pk,
        ))
    return eventos


def _registros(tipo: TipoRegistro, desde: datetime) -> list[Evento]:
    registros = Registro.objects.filter(tipo=tipo, externo=False).order_by("-id")[:LEIDOS]
    return [
        Evento(
            clase=tipo.value,
            texto=registro.mensaje,
            detalle=registro.descripcion,
            fecha=registro.fecha_y_hora,
            ruta="admin:registros_registro_change",
            id=registro.pk,
        )
        for registro in registros
        if registro.fecha_y_hora >= desde
    ]


def _juntar(eventos: Iterable[Evento]) -> list[Evento]:
    """Uno por texto, el último, con las veces que pasó."""
    por_texto: dict[str, list[Evento]] = {}
    for evento in eventos:
        por_texto.setdefault(evento.texto, []).append(evento)
    return [
        Evento(
            clase=ultimo.clase, texto=ultimo.texto, detalle=ultimo.detalle, fecha=ultimo.fecha,
            ruta=ultimo.ruta, id=ultimo.id, veces=1 + len(resto),
        )
        for ultimo, *resto in por_texto.values()
    ]
