"""Lo que el mantenimiento encuentra mal llega a quienes administran, una vez al día, y se registra."""

import logging
from collections.abc import Sequence
from datetime import datetime

from inventario.base.actor import Actor, Puerta
from inventario.base.fechas import dia_de, inicio_del_dia
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso, notificar_a_administradores

bitacora = logging.getLogger(__name__)

NOMBRADOS = 3
"""Problemas que el aviso nombra; los demás se cuentan, y los muestra ``manage.py diagnostico``."""


def alarmar(*, titulo: str, problemas: Sequence[str], ahora: datetime) -> bool:
    """Avisa ``problemas`` a cada Administrador. ``False`` si no hay, o si hoy ya se avisó lo mismo.

    Args:
        titulo: además identifica la alarma: la misma no se repite en el día.
    """
    if not problemas:
        return False
    for problema in problemas:
        bitacora.error("%s: %s", titulo, problema)
    return _avisar(titulo=titulo, problemas=problemas, ahora=ahora)


@operacion
def _avisar(*, titulo: str, problemas: Sequence[str], ahora: datetime) -> bool:
    avisado = Notificacion.objects.filter(
        tipo=Notificacion.Tipo.SISTEMA, titulo=titulo, fecha_y_hora__gte=inicio_del_dia(dia_de(ahora))
    )
    if avisado.exists():
        return False
    resto = len(problemas) - NOMBRADOS
    mensaje = "; ".join(problemas[:NOMBRADOS]) + (f"; y {resto} más" if resto > 0 else "")
    aviso = Aviso(tipo=Notificacion.Tipo.SISTEMA, titulo=titulo, mensaje=mensaje)
    notificar_a_administradores(avisos=[aviso], ahora=ahora)
    registrar(
        actor=Actor.sistema(puerta=Puerta.TAREA),
        tipo=TipoRegistro.TAREA,
        mensaje=titulo,
        descripcion=mensaje,
        ahora=ahora,
    )
    return True
