"""Tareas programadas: cada aplicación declara las suyas al sembrar, por nombre."""

from django_q.models import Schedule


def programar(
    *, nombre: str, funcion: str, cada_minutos: int | None = None, cron: str = "", guardar: bool = True
) -> None:
    """Deja programada ``funcion`` (ruta con puntos). Repetirlo no pisa lo que un Administrador cambió.

    Args:
        nombre: único; es la identidad de la tarea.
        cada_minutos: intervalo; si no, ``cron`` (hora de la tienda), p. ej. ``"10 3 * * *"``.
        guardar: si cada ejecución correcta queda en el historial; las fallas quedan siempre.
    """
    Schedule.objects.get_or_create(
        name=nombre,
        defaults={
            "func": funcion,
            "schedule_type": Schedule.CRON if cron else Schedule.MINUTES,
            "minutes": cada_minutos,
            "cron": cron or None,
            "kwargs": None if guardar else "q_options={'save': False}",
        },
    )
