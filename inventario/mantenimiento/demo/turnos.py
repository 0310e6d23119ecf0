"""La última semana de la muestra, con sus turnos de caja: cerrados con Z los de antes, y uno abierto hoy."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from inventario.base.actor import Actor
from inventario.base.fechas import ZONA, dia_de
from usuarios.models import Usuario
from ventas.consultas.caja import totales_de_turno
from ventas.models import Caja, MovimientoCaja, TurnoCaja
from ventas.reglas.caja import DENOMINACIONES, EfectivoDelTurno
from ventas.servicios import abrir_turno, cerrar_turno, crear_caja, mover_efectivo

DIAS = 7
FONDO, RETIRO = 40_000, 20_000
"""CLP."""
ABRE, RETIRA, CIERRA, CIERRA_DOMINGO = time(8, 45), time(13, 30), time(21, 15), time(14, 30)
DOMINGO = 6
DIFERENCIAS = (0, 0, -500, 0, 100)
"""CLP que sobran o faltan al contar, por turno: casi siempre cuadra."""

Suceso = tuple[datetime, Callable[[], None]]
Como = Callable[[Usuario], Actor]


def sucesos_de_caja(*, cajeros: Sequence[Usuario], ahora: datetime, como: Como) -> Iterator[Suceso]:
    """Lo que pasa en las cajas, cada cosa con su hora. Repetirlo no hace nada.

    El último día sólo abre el primero, y queda abierto: las otras cajas están libres para probar.
    """
    ultimo = dia_de(ahora)
    if _a_las(ultimo, ABRE) >= ahora:
        ultimo -= timedelta(days=1)
    for atras in range(DIAS - 1, -1, -1):
        dia = ultimo - timedelta(days=atras)
        for posicion, cajero in enumerate(cajeros if atras else cajeros[:1]):
            abre, numero, actor = _a_las(dia, ABRE), atras + posicion, como(cajero)
            yield abre, partial(_abrir, actor, f"Caja {posicion + 1}", abre)
            if atras:
                retira = _a_las(dia, RETIRA)
                cierra = _a_las(dia, CIERRA_DOMINGO if dia.weekday() == DOMINGO else CIERRA)
                yield retira, partial(_retirar, actor, retira)
                yield cierra, partial(_cerrar, actor, DIFERENCIAS[numero % len(DIFERENCIAS)], cierra)


def _a_las(dia: date, hora: time) -> datetime:
    return datetime.combine(dia, hora, tzinfo=ZONA)


def _abrir(actor: Actor, nombre: str, ahora: datetime) -> None:
    if TurnoCaja.objects.filter(cajero=actor.usuario_id, desde__gte=ahora).exists():
        return
    caja = Caja.objects.filter(nombre=nombre).first() or crear_caja(actor=actor, nombre=nombre, ahora=ahora)
    abrir_turno(actor=actor, id_caja=caja.pk, fondo_inicial=FONDO, ahora=ahora)


def _retirar(actor: Actor, ahora: datetime) -> None:
    turno = _abierto(actor, ahora)
    if turno is not None and not turno.movimientos.exists():
        mover_efectivo(
            actor=actor, id_turno=turno.pk, tipo=MovimientoCaja.Tipo.RETIRO, monto=RETIRO,
            motivo="A la caja fuerte", ahora=ahora,
        )


def _cerrar(actor: Actor, diferencia: int, ahora: datetime) -> None:
    turno = _abierto(actor, ahora)
    if turno is None:
        return
    resto = max(0, EfectivoDelTurno(**totales_de_turno(turno)["efectivo"]).esperado + diferencia)
    conteo: dict[str, int] = {}
    for valor in DENOMINACIONES:
        conteo[str(valor)], resto = divmod(resto, valor)
    cerrar_turno(actor=actor, id_turno=turno.pk, conteo=conteo, ahora=ahora)


def _abierto(actor: Actor, ahora: datetime) -> TurnoCaja | None:
    """El turno de ese día; al retomar una carga cortada puede estar abierto uno de después."""
    return TurnoCaja.objects.filter(
        abierto_por=actor.usuario_id, desde__lte=ahora, desde__gt=ahora - timedelta(days=1)
    ).first()
