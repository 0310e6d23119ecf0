"""El aviso diario de lo que venció y de lo que está por vencer."""

from datetime import datetime, timedelta

from django.conf import settings

from inventario.base.fechas import dia_de, inicio_del_dia
from inventario.base.operacion import operacion
from productos.avisos import avisar_el_dia
from productos.consultas import PorVencer, por_vencer
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso

NOMBRADOS = 20


@operacion
def avisar_vencimientos(*, ahora: datetime) -> int:
    """Deja a cada Administrador un aviso, uno por día aunque se repita. Devuelve de cuántas cosas avisa."""
    hoy = dia_de(ahora)
    if Notificacion.objects.filter(
        tipo=Notificacion.Tipo.POR_VENCER, fecha_y_hora__gte=inicio_del_dia(hoy)
    ).exists():
        return 0
    cosas = por_vencer(hoy + timedelta(days=settings.AVISO_VENCIMIENTO_DIAS), hoy=hoy)
    if cosas:
        aviso = Aviso(
            tipo=Notificacion.Tipo.POR_VENCER,
            titulo=_titulo(cosas),
            mensaje=", ".join(_frase(cosa) for cosa in cosas[:NOMBRADOS]),
            datos={"productos": [_dato(cosa) for cosa in cosas[:NOMBRADOS]], "total": len(cosas)},
        )
        avisar_el_dia(aviso, ahora=ahora)
    return len(cosas)


def _titulo(cosas: list[PorVencer]) -> str:
    vencidas = sum(cosa.vencido for cosa in cosas)
    partes = []
    if vencidas:
        partes.append(f"{vencidas} vencido{'s' if vencidas > 1 else ''}")
    if len(cosas) > vencidas:
        partes.append(f"{len(cosas) - vencidas} por vencer")
    return " y ".join(partes)


def _frase(cosa: PorVencer) -> str:
    lote = f" (lote {cosa.lote})" if cosa.lote else ""
    return f"{cosa.nombre}{lote} {'venció' if cosa.vencido else 'vence'} el {cosa.vencimiento:%d-%m}"


def _dato(cosa: PorVencer) -> dict[str, object]:
    return {
        "id_producto": cosa.producto_id,
        "lote": cosa.lote,
        "vencimiento": str(cosa.vencimiento),
        "vencido": cosa.vencido,
    }
