"""Lo que un Administrador puede hacerle a una tarea programada: cambiarle la hora, pausarla, correrla ya."""

from datetime import datetime, time, timedelta
from typing import Any

from django_q.models import Schedule

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, NoExiste
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar


class TareaNoExiste(NoExiste):
    codigo = "tarea_no_existe"
    msg = "Esa tarea ya no está programada"


class TareaPausada(Conflicto):
    """Correr ya una tarea pausada la dejaría activa sin que nadie lo pidiera."""

    codigo = "tarea_pausada"
    msg = "La tarea está pausada: reanúdela primero"


def esta_pausada(tarea: Schedule) -> bool:
    return tarea.next_run is None or tarea.repeats == 0


@operacion
def cambiar_hora(*, tarea_id: int, hora: time, actor: Actor, ahora: datetime) -> Schedule:
    """Deja una tarea diaria a ``hora`` (de la tienda). Pausada, sigue pausada.

    Raises:
        TareaNoExiste: nadie la tiene en la agenda.
    """
    tarea = _bloquear(tarea_id)
    cambios: dict[str, Any] = {"cron": f"{hora.minute} {hora.hour} * * *"}
    return _cambiar(tarea, cambios, reprogramar=True, mensaje="Cambió la hora de", actor=actor, ahora=ahora)


@operacion
def cambiar_minutos(*, tarea_id: int, minutos: int, actor: Actor, ahora: datetime) -> Schedule:
    """Deja una tarea que se repite cada ``minutos``. Pausada, sigue pausada.

    Raises:
        TareaNoExiste: nadie la tiene en la agenda.
    """
    tarea = _bloquear(tarea_id)
    return _cambiar(
        tarea, {"minutes": minutos}, reprogramar=True, mensaje="Cambió la frecuencia de",
        actor=actor, ahora=ahora,
    )


@operacion
def pausar(*, tarea_id: int, actor: Actor, ahora: datetime) -> Schedule:
    """La tarea no vuelve a correr hasta que alguien la reanude; ningún arranque lo deshace.

    Raises:
        TareaNoExiste: nadie la tiene en la agenda.
    """
    tarea = _bloquear(tarea_id)
    return _cambiar(tarea, {"next_run": None}, reprogramar=False, mensaje="Pausó", actor=actor, ahora=ahora)


@operacion
def reanudar(*, tarea_id: int, actor: Actor, ahora: datetime) -> Schedule:
    """
    Raises:
        TareaNoExiste: nadie la tiene en la agenda.
    """
    tarea = _bloquear(tarea_id)
    cambios = {"next_run": _proxima(tarea, ahora), "repeats": -1}
    return _cambiar(tarea, cambios, reprogramar=False, mensaje="Reanudó", actor=actor, ahora=ahora)


@operacion
def correr_ya(*, tarea_id: int, actor: Actor, ahora: datetime) -> Schedule:
    """La encola para ahora; después sigue su horario.

    Raises:
        TareaNoExiste: nadie la tiene en la agenda.
        TareaPausada: hay que reanudarla primero.
    """
    tarea = _bloquear(tarea_id)
    if esta_pausada(tarea):
        raise TareaPausada
    return _cambiar(
        tarea, {"next_run": ahora}, reprogramar=False, mensaje="Mandó correr", actor=actor, ahora=ahora
    )


def _bloquear(tarea_id: int) -> Schedule:
    tarea = Schedule.objects.select_for_update().filter(pk=tarea_id).first()
    if tarea is None:
        raise TareaNoExiste
    return tarea


def _proxima(tarea: Schedule, ahora: datetime) -> datetime:
    """La primera vez según su horario: la que tenía anotada con el anterior ya no vale."""
    if tarea.schedule_type == Schedule.CRON:
        proxima: datetime = tarea.calculate_next_run()
        return proxima
    return ahora + timedelta(minutes=tarea.minutes or 1)


def _cambiar(
    tarea: Schedule,
    cambios: dict[str, Any],
    *,
    reprogramar: bool,
    mensaje: str,
    actor: Actor,
    ahora: datetime,
) -> Schedule:
    antes = {campo: getattr(tarea, campo) for campo in cambios}
    for campo, valor in cambios.items():
        setattr(tarea, campo, valor)
    if reprogramar and not esta_pausada(tarea):
        tarea.next_run = cambios["next_run"] = _proxima(tarea, ahora)
    # Sólo esos campos: el programador puede estar fijando la próxima hora en este instante.
    Schedule.objects.filter(pk=tarea.pk).update(**cambios)
    registrar(
        actor=actor,
        tipo=TipoRegistro.TAREA,
        mensaje=f"{mensaje} la tarea «{tarea.name}»",
        ahora=ahora,
        objeto=("schedule", tarea.pk),
        cambios={campo: (_legible(valor), _legible(cambios[campo])) for campo, valor in antes.items()},
    )
    return tarea


def _legible(valor: Any) -> Any:
    return valor.isoformat() if isinstance(valor, datetime) else valor
