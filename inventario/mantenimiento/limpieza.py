"""Lo que se guarda por un tiempo y después sobra. Se borra de a trozos: nadie espera por la limpieza."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django_q.models import OrmQ, Task

from inventario.base.models import ClaveIdempotencia
from inventario.base.operacion import hasta_agotar, operacion

TROZO = 1000
RECUERDO_TAREAS = timedelta(days=30)


def limpiar(*, ahora: datetime) -> dict[str, int]:
    """Borra claves de idempotencia, sesiones del admin y resultados de tareas ya viejos.

    Returns:
        Qué → cuántas filas.
    """
    viejas: dict[str, QuerySet[Any]] = {
        "claves de idempotencia": ClaveIdempotencia.objects.filter(
            creada__lt=ahora - timedelta(hours=settings.IDEMPOTENCIA_HORAS)
        ),
        "sesiones del admin": Session.objects.filter(expire_date__lt=ahora),
        "resultados de tareas": Task.objects.filter(stopped__lt=ahora - RECUERDO_TAREAS),
        # Una falla se reintenta tres veces en la hora; lo que quede días después no corre nunca.
        "tareas abandonadas": OrmQ.objects.filter(lock__lt=ahora - RECUERDO_TAREAS),
    }
    return {que: hasta_agotar(partial(_borrar, filas)) for que, filas in viejas.items()}


@operacion
def _borrar(filas: QuerySet[Any]) -> int:
    # Las claves primero: MariaDB no admite LIMIT en la subconsulta de un DELETE.
    claves = list(filas.order_by("pk").values_list("pk", flat=True)[:TROZO])
    if claves:
        filas.model._default_manager.filter(pk__in=claves).delete()
    return len(claves)
