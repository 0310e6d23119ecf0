"""Una mirada a todo lo que puede andar mal en una tienda, para quien la ayuda por teléfono.

Cada revisión se prueba aparte: que la base no conteste no impide ver el disco.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_q.models import OrmQ, Schedule, Task

from inventario.base.fechas import ZONA
from inventario.mantenimiento import respaldo, salud
from inventario.mantenimiento.invariantes import TODO, primeros
from inventario.mantenimiento.programacion import TAREAS
from registros.models import Registro

DISCO_MINIMO = 1 << 30
RESPALDO_VIEJO = timedelta(hours=48)
COLA_LARGA = 50


class Estado(StrEnum):
    """Cómo salió una revisión. Sólo ``MAL`` hace fallar el diagnóstico."""

    BIEN = "bien"
    OJO = "ojo"
    MAL = "MAL"


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """Una línea del diagnóstico."""

    que: str
    estado: Estado
    detalle: str


Revision = Callable[[datetime], Iterator[Hallazgo]]


def diagnosticar(*, ahora: datetime, rapido: bool = False) -> Iterator[Hallazgo]:
    """Lo que se encuentra, a medida que se encuentra.

    Args:
        rapido: salta los invariantes, que recorren la base entera.
    """
    for nombre, revision in REVISIONES.items():
        yield from _probar(nombre, revision, ahora)
    if not rapido:
        for nombre, comprobar in TODO.items():
            yield from _probar(nombre, partial(_invariante, nombre, comprobar), ahora)


def _probar(nombre: str, revision: Revision, ahora: datetime) -> Iterator[Hallazgo]:
    try:
        yield from revision(ahora)
    except Exception as error:
        yield Hallazgo(nombre, Estado.MAL, f"no se pudo revisar: {error}")


def _versiones(_: datetime) -> Iterator[Hallazgo]:
    python = sys.version.split()[0]
    yield Hallazgo(
        "versiones", Estado.BIEN,
        f"Inventario {settings.VERSION}, Python {python}, Django {django.get_version()}",
    )
    if settings.DEBUG:
        yield Hallazgo("ajustes", Estado.MAL, "DEBUG está encendido: muestra el código a cualquiera")


def _base(_: datetime) -> Iterator[Hallazgo]:
    partio = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            nombre = f"SQLite {cursor.fetchone()[0]} en {connection.settings_dict['NAME']}"
            cursor.execute("PRAGMA quick_check(1)")
            sana = cursor.fetchone()[0]
            if sana != "ok":
                yield Hallazgo("base de datos", Estado.MAL, f"el archivo está dañado: {sana}")
        else:
            cursor.execute("SELECT VERSION()")
            nombre = f"MariaDB {cursor.fetchone()[0]} en {connection.settings_dict['HOST']}"
    ms = (time.perf_counter() - partio) * 1000
    yield Hallazgo("base de datos", Estado.BIEN, f"{nombre}; contesta en {ms:.0f} ms")


def _migraciones(_: datetime) -> Iterator[Hallazgo]:
    ejecutor = MigrationExecutor(connection)
    pendientes = ejecutor.migration_plan(ejecutor.loader.graph.leaf_nodes())
    if pendientes:
        primera = f"{pendientes[0][0].app_label}.{pendientes[0][0].name}"
        yield Hallazgo(
            "migraciones", Estado.MAL, f"faltan {len(pendientes)}, desde {primera}: manage.py migrate"
        )
    else:
        yield Hallazgo("migraciones", Estado.BIEN, "al día")


def _redis(_: datetime) -> Iterator[Hallazgo]:
    if not settings.REDIS_URL:
        if not settings.EMBEBIDO:
            yield Hallazgo("Redis", Estado.OJO, "sin REDIS_URL, los sockets sólo ven su propio proceso")
            return
        yield Hallazgo("Redis", Estado.BIEN, "no se usa en el modo embebido")
        return
    cache.set("diagnostico", "va", 10)
    vuelve = cache.get("diagnostico") == "va"
    yield Hallazgo(
        "Redis", Estado.BIEN if vuelve else Estado.MAL, "contesta" if vuelve else "no guarda lo que se le da"
    )


def _partes(ahora: datetime) -> Iterator[Hallazgo]:
    """Lo que ``/salud`` mira: trabajador de tareas y tiempo real."""
    propias = {"base_de_datos", "migraciones"}
    for parte, falla in salud.revisar(ahora=ahora).partes.items():
        if parte not in propias:
            yield Hallazgo(parte, Estado.MAL if falla else Estado.BIEN, falla or "responde")


def _tareas(ahora: datetime) -> Iterator[Hallazgo]:
    agenda = {fila.name: fila for fila in Schedule.objects.exclude(name=None)}
    for tarea in TAREAS:
        fila = agenda.get(tarea.nombre)
        que = f"tarea {tarea.nombre}"
        if fila is None:
            yield Hallazgo(que, Estado.MAL, "no está en la agenda: manage.py migrate la repone")
        elif fila.repeats == 0 or fila.next_run is None:
            yield Hallazgo(que, Estado.OJO, "pausada por un Administrador")
        else:
            yield _ultima_vez(que, fila, guardada=tarea.guardar)
    if (en_cola := OrmQ.objects.filter(lock__lt=ahora - timedelta(minutes=10)).count()) > COLA_LARGA:
        yield Hallazgo("cola de tareas", Estado.MAL, f"{en_cola} esperan hace más de 10 minutos")


def _ultima_vez(que: str, fila: Schedule, *, guardada: bool) -> Hallazgo:
    proxima = f"próxima {_hora(fila.next_run)}"
    ultima = Task.objects.filter(group=fila.name).order_by("-stopped").first()
    if ultima is None:
        return Hallazgo(que, Estado.BIEN, f"{'aún no corre' if guardada else 'sin fallas'}; {proxima}")
    if not ultima.success:
        motivo = str(ultima.result).split(" : Traceback")[0][:120]
        return Hallazgo(que, Estado.MAL, f"falló el {_hora(ultima.stopped)}: {motivo}")
    return Hallazgo(que, Estado.BIEN, f"{_hora(ultima.stopped)}: {str(ultima.result)[:80]}; {proxima}")


def _respaldos(ahora: datetime) -> Iterator[Hallazgo]:
    hechos = respaldo.guardados()
    if not hechos:
        yield Hallazgo("respaldos", Estado.OJO, f"no hay ninguno en {settings.RESPALDOS_DIR}")
        return
    detalle = f"{len(hechos)}, el último del {_hora(hechos[0].creado)} ({hechos[0].tamano / 2**20:.1f} MB)"
    viejo = ahora - hechos[0].creado > RESPALDO_VIEJO
    yield Hallazgo("respaldos", Estado.MAL if viejo else Estado.BIEN, detalle)
    if settings.EMBEBIDO and os.stat(settings.RESPALDOS_DIR).st_dev == os.stat(settings.DATOS_DIR).st_dev:
        yield Hallazgo("respaldos", Estado.OJO, "están en el mismo disco que la base: use RESPALDOS_DIR")


def _disco(_: datetime) -> Iterator[Hallazgo]:
    for carpeta in dict.fromkeys((settings.DATOS_DIR, settings.RESPALDOS_DIR)):
        if carpeta.is_dir():
            libre = shutil.disk_usage(carpeta).free
            estado = Estado.MAL if libre < DISCO_MINIMO else Estado.BIEN
            yield Hallazgo("disco", estado, f"{libre / 2**30:.1f} GB libres en {carpeta}")
            if not os.access(carpeta, os.W_OK):
                yield Hallazgo("disco", Estado.MAL, f"no se puede escribir en {carpeta}")


def _reloj(ahora: datetime) -> Iterator[Hallazgo]:
    detalle = f"{ahora.astimezone(ZONA):%d-%m-%Y %H:%M:%S} en la tienda"
    ultimo = Registro.objects.order_by("-pk").values_list("fecha_y_hora", flat=True).first()
    if ultimo and ultimo - ahora > timedelta(minutes=2):
        yield Hallazgo(
            "reloj", Estado.MAL, f"{detalle}, y ya hay registros del {_hora(ultimo)}: está atrasado"
        )
        return
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT UTC_TIMESTAMP(6)")
            desfase = abs((cursor.fetchone()[0].replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds())
        if desfase > 60:
            yield Hallazgo("reloj", Estado.MAL, f"{detalle}, a {desfase:.0f} s del reloj de MariaDB")
            return
    if (programa := shutil.which("timedatectl")) and not _sincronizado(programa):
        yield Hallazgo("reloj", Estado.OJO, f"{detalle}, sin sincronizar por la red")
        return
    yield Hallazgo("reloj", Estado.BIEN, detalle)


def _sincronizado(programa: str) -> bool:
    hecho = subprocess.run(  # noqa: S603 - sin nada de afuera
        [programa, "show", "--property=NTPSynchronized"],
        capture_output=True, text=True, timeout=5, check=False,
    )
    # Donde no hay systemd no contesta, y no es motivo para alarmar.
    return hecho.returncode != 0 or "yes" in hecho.stdout


def _invariante(nombre: str, comprobar: Callable[[], Iterator[str]], _: datetime) -> Iterator[Hallazgo]:
    problemas = primeros(comprobar())
    if not problemas:
        yield Hallazgo(nombre, Estado.BIEN, "cuadra")
    for problema in problemas:
        yield Hallazgo(nombre, Estado.MAL, problema)


def _hora(momento: datetime) -> str:
    return f"{momento.astimezone(ZONA):%d-%m %H:%M}"


REVISIONES: dict[str, Revision] = {
    "versiones": _versiones,
    "base de datos": _base,
    "migraciones": _migraciones,
    "Redis": _redis,
    "salud": _partes,
    "tareas": _tareas,
    "respaldos": _respaldos,
    "disco": _disco,
    "reloj": _reloj,
}
