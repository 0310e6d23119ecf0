"""Casos de uso de las cajas: abrirlas, mover efectivo y cerrarlas a ciegas con su Z.

Candados: turno → correlativo de Z (lo último). El cierre sólo lee ventas y devoluciones: mientras tiene
el turno, ninguna de él está a medio hacer.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.db.models import F

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido, NoExiste, SinPermiso
from inventario.base.formato import clp
from inventario.base.operacion import operacion
from inventario.base.texto import normalizar
from registros.models import CabezaCadena, TipoRegistro
from registros.servicios import registrar
from ventas.consultas.caja import totales_de_turno
from ventas.models import Caja, CorrelativoZ, MovimientoCaja, TurnoCaja
from ventas.reglas.caja import ConteoInvalido, EfectivoDelTurno, contar
from ventas.turnos import TurnoCerrado

TURNO = "turno"
"""Cómo nombran los registros a un turno: ``("turno", id)``."""
CAJA = "caja"


class CajaNoExiste(NoExiste):
    """No hay caja con ese id."""

    codigo = "caja_no_existe"
    msg = "La caja no existe"


class CajaRepetida(Conflicto):
    """Ya hay una caja con ese nombre."""

    codigo = "caja_repetida"
    msg = "Ya hay una caja con ese nombre"


class CajaEnUso(Conflicto):
    """No se deja inactiva una caja con un turno abierto."""

    codigo = "caja_en_uso"
    msg = "La caja tiene un turno abierto"


class TurnoNoExiste(NoExiste):
    """No hay tal turno, o no es de quien pregunta."""

    codigo = "turno_no_existe"
    msg = "El turno de caja no existe"


class TurnoYaAbierto(Conflicto):
    """Quien quiere abrir ya tiene un turno."""

    codigo = "turno_ya_abierto"
    msg = "Ya tiene un turno de caja abierto"


class CajaOcupada(Conflicto):
    """Otra persona tiene abierta esa caja."""

    codigo = "caja_ocupada"
    msg = "La caja ya tiene un turno abierto"


@operacion
def crear_caja(*, actor: Actor, nombre: str, ahora: datetime) -> Caja:
    """Una caja nueva, con su numeración de Z desde 1.

    Raises:
        CajaRepetida: el nombre ya está, sin importar tildes ni mayúsculas.
    """
    caja = Caja(nombre=nombre, nombre_normalizado=normalizar(nombre))
    _guardar_caja(caja)
    CorrelativoZ.objects.create(caja=caja)
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, mensaje=f"Creó {caja.nombre}", ahora=ahora,
        objeto=(CAJA, caja.pk), cambios={"nombre": (None, nombre)},
    )
    return caja


@operacion
def editar_caja(
    *, actor: Actor, id_caja: int, ahora: datetime, nombre: str | None = None, activa: bool | None = None
) -> Caja:
    """Cambia lo que se diga de la caja.

    Raises:
        CajaNoExiste, CajaRepetida: según digan.
        CajaEnUso: se quiso dejar inactiva con un turno abierto.
    """
    caja = Caja.objects.select_for_update().filter(pk=id_caja).first()
    if caja is None:
        raise CajaNoExiste
    cambios: dict[str, tuple[object, object]] = {}
    if nombre is not None and nombre != caja.nombre:
        cambios["nombre"] = (caja.nombre, nombre)
        caja.nombre, caja.nombre_normalizado = nombre, normalizar(nombre)
    if activa is not None and activa != caja.activa:
        if not activa and TurnoCaja.objects.filter(abierta_en=caja).exists():
            raise CajaEnUso
        cambios["activa"] = (caja.activa, activa)
        caja.activa = activa
    if cambios:
        _guardar_caja(caja)
        registrar(
            actor=actor, tipo=TipoRegistro.CAJA, mensaje=f"Cambió {caja.nombre}", ahora=ahora,
            objeto=(CAJA, caja.pk), cambios=cambios,
        )
    return caja


def _guardar_caja(caja: Caja) -> None:
    try:
        caja.save()
    except IntegrityError:
        raise CajaRepetida(errores={"nombre": [CajaRepetida.msg]}) from None


@operacion
def abrir_turno(*, actor: Actor, id_caja: int, fondo_inicial: int, ahora: datetime) -> TurnoCaja:
    """Abre la caja a nombre de quien llama, con ``fondo_inicial`` CLP en el cajón.

    Que haya a lo más uno por caja y por persona lo asegura la base.

    Raises:
        CajaNoExiste: no está o está inactiva.
        TurnoYaAbierto, CajaOcupada: ya hay uno.
    """
    if actor.usuario_id is None or not actor.es_personal:
        raise SinPermiso
    # Con candado: que nadie la deje inactiva mientras se abre.
    caja = Caja.objects.select_for_update().filter(pk=id_caja, activa=True).first()
    if caja is None:
        raise CajaNoExiste(errores={"id_caja": ["No es una caja activa"]})
    if TurnoCaja.objects.filter(abierto_por=actor.usuario_id).exists():
        raise TurnoYaAbierto
    try:
        turno = TurnoCaja.objects.create(
            caja=caja, abierta_en=caja, cajero_id=actor.usuario_id, abierto_por_id=actor.usuario_id,
            nombre_cajero=actor.nombre, desde=ahora, fondo_inicial=fondo_inicial,
        )
    except IntegrityError as error:
        raise (TurnoYaAbierto if "abierto_por_id" in str(error) else CajaOcupada) from None
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, ahora=ahora, objeto=(TURNO, turno.pk),
        mensaje=f"Abrió {caja.nombre} con {clp(fondo_inicial)}",
        cambios={"fondo_inicial": (None, fondo_inicial)},
    )
    return turno


@operacion
def mover_efectivo(
    *, actor: Actor, id_turno: int, tipo: MovimientoCaja.Tipo, monto: int, motivo: str, ahora: datetime
) -> MovimientoCaja:
    """Anota que entró o salió efectivo del cajón.

    Un retiro no se compara con lo que hay: rechazarlo diría cuánto es.

    Raises:
        TurnoNoExiste, TurnoCerrado: según digan.
    """
    turno = _bloquear(actor, id_turno)
    if actor.usuario_id is None:
        raise SinPermiso
    movimiento = MovimientoCaja.objects.create(
        turno=turno, tipo=tipo, monto=monto, motivo=motivo, fecha=ahora, autor_id=actor.usuario_id
    )
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, ahora=ahora, objeto=(TURNO, turno.pk),
        mensaje=f"{movimiento.get_tipo_display()} de {clp(monto)} en la caja", descripcion=motivo,
        cambios={tipo.value: (None, monto)},
    )
    return movimiento


@operacion
def cerrar_turno(
    *, actor: Actor, id_turno: int, conteo: Mapping[str, int], ahora: datetime, comentario: str = ""
) -> TurnoCaja:
    """Guarda el conteo y, recién entonces y en la misma transacción, calcula lo que debía haber.

    Lo cierra su cajero, o un Administrador. El número de Z se toma al final: un cierre que falla no lo
    gasta.

    Args:
        conteo: denominación → cuántos; sin nada, cajón vacío.

    Raises:
        TurnoNoExiste, TurnoCerrado: según digan.
        Invalido: el conteo nombra algo que no es un billete o moneda.
    """
    turno = _bloquear(actor, id_turno)
    try:
        turno.contado = contar(conteo)
    except ConteoInvalido as error:
        raise Invalido(codigo="conteo_invalido", errores={error.cual[:20]: [error.motivo]}) from None
    totales = totales_de_turno(turno)
    turno.conteo = {cual: cuantos for cual, cuantos in conteo.items() if cuantos}
    turno.comentario = comentario
    turno.totales = totales
    turno.esperado = EfectivoDelTurno(**totales["efectivo"]).esperado
    turno.diferencia = turno.contado - turno.esperado
    turno.cerrado, turno.cerrado_por_id = ahora, actor.usuario_id
    turno.abierta_en = turno.abierto_por = None
    cabeza = CabezaCadena.objects.filter(pk=1).first() or CabezaCadena()
    turno.cabeza_secuencia, turno.cabeza_hash = cabeza.secuencia, cabeza.hash
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, ahora=ahora, objeto=(TURNO, turno.pk),
        mensaje=f"Cerró el turno de {turno.nombre_cajero} en {turno.caja.nombre}: {_veredicto(turno)}",
        descripcion=comentario,
        cambios={
            "contado": (None, turno.contado), "esperado": (None, turno.esperado),
            "diferencia": (None, turno.diferencia), "cabeza": (None, cabeza.hash),
        },
    )
    turno.numero_z = _numerar(turno.caja_id)
    turno.save()
    return turno


def _veredicto(turno: TurnoCaja) -> str:
    if not turno.diferencia:
        return "cuadra"
    return f"{'sobran' if turno.diferencia > 0 else 'faltan'} {clp(abs(turno.diferencia))}"


def _numerar(caja_id: int) -> int:
    correlativo = CorrelativoZ.objects.filter(caja=caja_id)
    correlativo.update(ultimo=F("ultimo") + 1)
    return correlativo.values_list("ultimo", flat=True).get()


def _bloquear(actor: Actor, id_turno: int) -> TurnoCaja:
    """El turno abierto, bloqueado: suyo, o cualquiera para un Administrador."""
    turno = TurnoCaja.objects.visibles(actor).select_for_update().filter(pk=id_turno).first()
    if turno is None:
        raise TurnoNoExiste
    if not turno.abierto:
        raise TurnoCerrado
    return turno
