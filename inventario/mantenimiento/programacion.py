"""La agenda de la tienda: qué corre solo y cuándo. Todo lo programado está aquí, en ``TAREAS``.

``poner`` la deja en la base tras cada ``migrate`` y en cada arranque, sin duplicar. Lo que un
Administrador pausó (próxima ejecución vacía, o cero repeticiones) o cambió de hora, sigue como lo dejó:
``TareaPuesta`` recuerda lo que puso el código, y sólo se corrige lo que nadie tocó.

Apagada la tienda a la hora de una tarea, corre al encender, una vez (``catch_up`` es falso); con varios
trabajadores también una: el programador bloquea la fila, encola y fija la siguiente hora en una misma
transacción. Un trabajador que muere en plena tarea deja la suya encolada, y otro la repite pasado
``retry``: por eso cada función de la agenda se puede repetir sin daño.
"""

from dataclasses import dataclass
from typing import Any

from django_q.models import Schedule

from inventario.base.operacion import operacion
from inventario.mantenimiento.models import TareaPuesta

MINUTOS_LARGA = 10
"""Plazo de una tarea que recorre la base entera. ``Q_CLUSTER["retry"]`` es mayor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarea:
    """Una línea de la agenda.

    Args:
        nombre: único; es la identidad de la tarea.
        funcion: ruta con puntos.
        cron: hora de la tienda (America/Santiago); vacío, corre cada minuto.
        larga: dispone de ``MINUTOS_LARGA`` en vez del plazo común.
        guardar: si cada ejecución correcta queda en el historial; las fallas quedan siempre.
    """

    nombre: str
    funcion: str
    cron: str = ""
    larga: bool = False
    guardar: bool = True

    @property
    def horario(self) -> dict[str, Any]:
        """Lo que un Administrador puede cambiar."""
        if self.cron:
            return {"schedule_type": Schedule.CRON, "minutes": None, "cron": self.cron}
        return {"schedule_type": Schedule.MINUTES, "minutes": 1, "cron": None}

    @property
    def fijo(self) -> dict[str, Any]:
        """Lo que siempre manda el código."""
        opciones: dict[str, Any] = {}
        if not self.guardar:
            opciones["save"] = False
        if self.larga:
            opciones["timeout"] = MINUTOS_LARGA * 60
        return {"func": self.funcion, "kwargs": repr({"q_options": opciones}) if opciones else None}


_AQUI = "inventario.mantenimiento.tasks"

# Nada entre las 0:00 y la 1:00: la noche en que se adelanta la hora, no existen.
TAREAS: tuple[Tarea, ...] = (
    Tarea(nombre="latido", funcion=f"{_AQUI}.latir", guardar=False),
    Tarea(nombre="sellar registros", funcion="registros.tasks.sellar", guardar=False),
    Tarea(nombre="precios del día", funcion="productos.tasks.precios_del_dia", cron="10 1 * * *"),
    Tarea(
        nombre="descuentos vencidos",
        funcion="productos.tasks.eliminar_descuentos_vencidos",
        cron="20 1 * * *",
    ),
    Tarea(nombre="cierre del día", funcion=f"{_AQUI}.cerrar_dia", cron="30 1 * * *"),
    Tarea(nombre="días cerrados", funcion="ventas.tasks.resumir_dias_cerrados", cron="35 1 * * *"),
    Tarea(nombre="respaldo", funcion=f"{_AQUI}.respaldar", cron="0 3 * * *", larga=True),
    Tarea(nombre="limpieza de usuarios", funcion="usuarios.tasks.limpiar", cron="40 3 * * *"),
    Tarea(nombre="limpieza general", funcion=f"{_AQUI}.limpiar", cron="50 3 * * *"),
    Tarea(nombre="facturas de anonimizados", funcion="ventas.tasks.olvidar_facturas", cron="45 3 1 * *"),
    Tarea(nombre="cadena de registros", funcion=f"{_AQUI}.verificar_cadena", cron="0 4 * * *", larga=True),
    Tarea(nombre="cuadratura", funcion=f"{_AQUI}.verificar_cuentas", cron="30 4 * * *", larga=True),
    Tarea(nombre="vencimientos", funcion="productos.tasks.avisar_vencimientos", cron="0 8 * * *"),
    Tarea(nombre="stock bajo", funcion="productos.tasks.avisar_stock_bajo", cron="5 8 * * *"),
)


@operacion
def poner() -> None:
    """Deja ``TAREAS`` en la agenda. Repetirlo, o hacerlo dos procesos a la vez, no cambia nada."""
    tareas = {tarea.nombre: tarea for tarea in TAREAS}
    # Schedule.name no es único: quien inserta aquí primero hace esperar al otro, que ya lo ve todo puesto.
    TareaPuesta.objects.bulk_create(
        [TareaPuesta(nombre=nombre, **tarea.horario) for nombre, tarea in tareas.items()],
        ignore_conflicts=True,
    )
    puestas = {p.nombre: p for p in TareaPuesta.objects.select_for_update().order_by("nombre")}
    agenda = {s.name: s for s in Schedule.objects.filter(name__in=list(puestas)).order_by("-pk")}
    nuevas = [_nueva(tarea) for nombre, tarea in tareas.items() if nombre not in agenda]
    Schedule.objects.bulk_create(nuevas)
    for nombre, puesta in puestas.items():
        if nombre not in tareas:
            Schedule.objects.filter(name=nombre).delete()
            puesta.delete()
        elif nombre in agenda:
            _corregir(tareas[nombre], puesta, agenda[nombre])


def _nueva(tarea: Tarea) -> Schedule:
    fila = Schedule(name=tarea.nombre, **tarea.horario, **tarea.fijo)
    if tarea.cron:
        fila.next_run = fila.calculate_next_run()
    return fila


def _corregir(tarea: Tarea, puesta: TareaPuesta, fila: Schedule) -> None:
    cambios = _distintos(fila, tarea.fijo)
    if not _distintos(fila, {campo: getattr(puesta, campo) for campo in tarea.horario}):
        horario = _distintos(fila, tarea.horario)
        cambios |= horario
        if horario and fila.next_run is not None:
            nueva = _nueva(tarea)
            cambios["next_run"] = nueva.next_run
    if cambios:
        # Sólo esos campos: el programador puede estar fijando la próxima hora en este instante.
        Schedule.objects.filter(pk=fila.pk).update(**cambios)
    if recordar := _distintos(puesta, tarea.horario):
        TareaPuesta.objects.filter(pk=puesta.pk).update(**recordar)


def _distintos(fila: Any, valores: dict[str, Any]) -> dict[str, Any]:
    return {campo: valor for campo, valor in valores.items() if getattr(fila, campo) != valor}
