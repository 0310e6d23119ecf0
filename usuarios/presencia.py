"""Quién está conectado: una fila por socket, que vale mientras viva el proceso que la escribió.

Un proceso que muere de golpe no alcanza a borrar nada: deja de renovar su ``visto`` y, pasado el
plazo, lo suyo deja de contar y otro proceso lo limpia. El que parte en la misma máquina, que suele ser el
que lo reemplaza, no espera el plazo: ve que ya no corre.
"""

import os
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from inventario.base.errores import Demasiados
from inventario.base.operacion import operacion
from usuarios.models import Estado, Presencia, ServidorTiempoReal, Sesion, Usuario

PLAZO = timedelta(seconds=30)
"""Un servidor que no se renueva en este tiempo se da por muerto."""

SOCKETS_POR_USUARIO = 20


class DemasiadosSockets(Demasiados):
    codigo = "demasiados_sockets"
    msg = f"Hay demasiados dispositivos conectados con esta cuenta (máximo {SOCKETS_POR_USUARIO})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuentas:
    """Lo que un servidor de sockets informa de sí en cada latido."""

    canal_activo: bool
    perdidos: int


@operacion
def latir(
    *, servidor_id: uuid.UUID, nombre: str, iniciado: datetime, cuentas: Cuentas, ahora: datetime
) -> bool:
    """Renueva el plazo del servidor. ``True`` si hubo que anotarlo (sus presencias, entonces, no están).

    Args:
        nombre: ``máquina:pid``.
    """
    campos = {
        "visto": ahora,
        "canal_activo": cuentas.canal_activo,
        "perdidos": cuentas.perdidos,
    }
    if ServidorTiempoReal.objects.filter(pk=servidor_id).update(**campos):
        return False
    _quitar_los_que_murieron_en(nombre.rpartition(":")[0])
    ServidorTiempoReal.objects.create(id=servidor_id, nombre=nombre[:80], iniciado=iniciado, **campos)
    return True


def _quitar_los_que_murieron_en(maquina: str) -> None:
    """Que los sockets de antes de reiniciar no llenen el máximo de quien vuelve a conectarse.

    Si dos máquinas se llamaran igual, a la otra se le borraría lo suyo: lo repone en su latido.
    """
    suyos = ServidorTiempoReal.objects.filter(nombre__startswith=f"{maquina}:").values_list("pk", "nombre")
    muertos = [pk for pk, nombre in suyos if not _corre(nombre.rpartition(":")[2])]
    ServidorTiempoReal.objects.filter(pk__in=muertos).delete()


def _corre(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    return True


@operacion
def anotar_presencia(*, presencia: Presencia, ahora: datetime) -> None:
    """Anota un socket recién abierto.

    Raises:
        DemasiadosSockets: el usuario ya tiene el máximo, contando todos los servidores vivos.
    """
    # Con la fila del usuario tomada, dos que llegan a la vez no se cuelan los dos por el último lugar.
    Usuario.objects.select_for_update().filter(pk=presencia.usuario_id).values_list("pk").get()
    abiertos = presentes(ahora=ahora).filter(usuario_id=presencia.usuario_id).count()
    if abiertos >= SOCKETS_POR_USUARIO:
        raise DemasiadosSockets
    presencia.save(force_insert=True)


@operacion
def reponer_presencias(*, presencias: list[Presencia]) -> None:
    """Vuelve a anotar los sockets de un servidor que otro dio por muerto (estuvo detenido un rato)."""
    Presencia.objects.bulk_create(presencias, ignore_conflicts=True)


def quitar_presencia(presencia_id: uuid.UUID) -> None:
    """El socket se cerró."""
    Presencia.objects.filter(pk=presencia_id).delete()


def quitar_servidor(servidor_id: uuid.UUID) -> None:
    """El servidor ya no atiende a nadie."""
    ServidorTiempoReal.objects.filter(pk=servidor_id).delete()


@operacion
def limpiar_muertos(*, ahora: datetime) -> int:
    """Borra los servidores que dejaron de latir, con sus presencias. Devuelve cuántos."""
    muertos = list(
        ServidorTiempoReal.objects.filter(visto__lt=ahora - PLAZO).values_list("pk", flat=True)
    )
    if muertos:
        ServidorTiempoReal.objects.filter(pk__in=muertos, visto__lt=ahora - PLAZO).delete()
    return len(muertos)


def presentes(*, ahora: datetime) -> QuerySet[Presencia]:
    """Sockets abiertos en servidores vivos, con su usuario, del más antiguo al más nuevo."""
    return (
        Presencia.objects.filter(servidor__visto__gte=ahora - PLAZO)
        .select_related("usuario", "servidor")
        .order_by("desde", "id")
    )


def estado_tiempo_real(*, ahora: datetime) -> dict[str, Any]:
    """Resumen para ``/salud``: procesos de sockets vivos, sus conexiones y lo que el canal perdió."""
    vivos = ServidorTiempoReal.objects.filter(visto__gte=ahora - PLAZO)
    sumas = vivos.aggregate(perdidos=Sum("perdidos"))
    return {
        "servidores": vivos.count(),
        "conexiones": Presencia.objects.filter(servidor__in=vivos).count(),
        "canal_activo": not vivos.filter(canal_activo=False).exists(),
        "mensajes_perdidos": sumas["perdidos"] or 0,
    }


def sesiones_abiertas(sesiones: Collection[uuid.UUID], *, ahora: datetime) -> set[uuid.UUID]:
    """De esas sesiones, las que siguen abiertas y con su usuario activo."""
    return set(
        Sesion.objects.filter(
            pk__in=sesiones, cerrada__isnull=True, vence__gt=ahora, usuario__estado=Estado.ACTIVO
        ).values_list("pk", flat=True)
    )
