"""Notificaciones: una fila por persona, escrita con lo que la causa y entregada hasta que la lea.

La entrega es *al menos una vez* y en orden de id; el id deja al cliente botar repetidas. Un socket
sólo la lee después de confirmada, porque lo que se le manda es la fila.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from inventario.base.actor import Actor, Puerta
from inventario.base.avisos import empujar_notificaciones
from inventario.base.errores import NoExiste
from inventario.base.operacion import exigir_transaccion, operacion
from inventario.base.rut import enmascarado
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Notificacion, Usuario

EVENTO = "notificacion"

RECUERDO_LEIDAS = timedelta(days=90)
"""Cuánto se guarda una notificación ya leída; la que no, se guarda hasta que se lea."""


class NotificacionInexistente(NoExiste):
    msg = "Notificación no encontrada"


class DestinatarioInexistente(NoExiste):
    codigo = "usuario_inexistente"
    msg = "No hay un usuario activo con ese RUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aviso:
    """Lo que una notificación dice. ``datos``, para programas, en tipos JSON (``{"id_producto": 12}``)."""

    tipo: Notificacion.Tipo
    titulo: str
    mensaje: str
    datos: Mapping[str, Any] = field(default_factory=dict)


def notificar(
    *, usuarios: Collection[int], avisos: Sequence[Aviso], ahora: datetime
) -> list[Notificacion]:
    """Agrega cada aviso a cada usuario (ids): una sentencia, sean cuantos sean.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    destinatarios = sorted(set(usuarios))
    filas = Notificacion.objects.bulk_create(
        Notificacion(
            usuario_id=usuario_id,
            tipo=aviso.tipo,
            titulo=aviso.titulo[:120],
            mensaje=aviso.mensaje[:500],
            datos=dict(aviso.datos),
            fecha_y_hora=ahora,
        )
        for aviso in avisos
        for usuario_id in destinatarios
    )
    if filas:
        for usuario_id in destinatarios:
            empujar_notificaciones(usuario_id)
    return filas


def administradores_activos() -> list[int]:
    """Ids de quienes reciben los avisos de la tienda."""
    return list(Usuario.objects.activos().administradores().values_list("pk", flat=True))


def notificar_a_administradores(
    *, avisos: Sequence[Aviso], ahora: datetime, ademas: Iterable[int | None] = ()
) -> list[Notificacion]:
    """Notifica a cada Administrador activo, y a los usuarios (ids) de ``ademas``: dos sentencias."""
    if not avisos:
        return []
    otros = {usuario_id for usuario_id in ademas if usuario_id is not None}
    return notificar(usuarios={*administradores_activos(), *otros}, avisos=avisos, ahora=ahora)


@operacion
def enviar_mensaje(
    *, actor: Actor, rut: str, titulo: str, mensaje: str, ahora: datetime
) -> Notificacion:
    """Mensaje de un Administrador a una persona.

    Raises:
        DestinatarioInexistente: nadie activo tiene ese RUT.
    """
    destinatario = Usuario.objects.activos().filter(rut=rut).first()
    if destinatario is None:
        raise DestinatarioInexistente(errores={"rut": [DestinatarioInexistente.msg]})
    (notificacion,) = notificar(
        usuarios=[destinatario.pk],
        avisos=[
            Aviso(
                tipo=Notificacion.Tipo.MENSAJE,
                titulo=titulo,
                mensaje=mensaje,
                datos={"de": actor.nombre},
            )
        ],
        ahora=ahora,
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.USUARIO,
        mensaje=f"Mensaje a {destinatario.nombre_completo} ({enmascarado(rut)}): {titulo}",
        ahora=ahora,
        objeto=("notificacion", notificacion.pk),
    )
    return notificacion


@operacion
def marcar_leida(*, usuario_id: int, notificacion_id: int, ahora: datetime) -> Notificacion:
    """La marca como leída; de nuevo, conserva la primera hora. No deja registro: nada cambia para otros.

    Raises:
        NotificacionInexistente: no existe o es de otra persona.
    """
    propias = Notificacion.objects.filter(usuario_id=usuario_id)
    propias.filter(pk=notificacion_id, leida__isnull=True).update(leida=ahora)
    notificacion = propias.filter(pk=notificacion_id).first()
    if notificacion is None:
        raise NotificacionInexistente
    return notificacion


def a_evento(notificacion: Notificacion) -> dict[str, Any]:
    """Lo que viaja por el socket y por la API (contrato, ``notificacion``)."""
    return {
        "id": notificacion.pk,
        "titulo": notificacion.titulo,
        "mensaje": notificacion.mensaje,
        "tipo": notificacion.tipo,
        "datos": notificacion.datos,
        "fecha_y_hora": notificacion.fecha_y_hora.isoformat(),
    }


def pendientes_de(usuario_id: int, *, desde: int, limite: int) -> list[Notificacion]:
    """Las no leídas con id mayor que ``desde``, en orden, hasta ``limite``."""
    return list(
        Notificacion.objects.filter(usuario_id=usuario_id, leida__isnull=True, pk__gt=desde)
        .order_by("pk")[:limite]
    )


def sin_leer_desde(instante: datetime) -> list[tuple[int, int]]:
    """(usuario, id) de las no leídas escritas desde ``instante``: las que quizá nadie avisó."""
    return list(
        Notificacion.objects.filter(leida__isnull=True, fecha_y_hora__gte=instante)
        .order_by("pk")
        .values_list("usuario_id", "pk")
    )


def notificaciones_de(usuario_id: int, *, leida: bool | None = None) -> QuerySet[Notificacion]:
    """Las de esa persona, de la más nueva a la más vieja; con ``leida``, sólo las de ese estado."""
    propias = Notificacion.objects.filter(usuario_id=usuario_id).order_by("-id")
    return propias if leida is None else propias.filter(leida__isnull=not leida)


@operacion
def borrar_leidas_viejas(*, ahora: datetime) -> int:
    """Borra las leídas hace más de ``RECUERDO_LEIDAS``. Devuelve cuántas."""
    borradas, _ = Notificacion.objects.filter(leida__lt=ahora - RECUERDO_LEIDAS).delete()
    if borradas:
        registrar(
            actor=Actor.sistema(puerta=Puerta.TAREA),
            tipo=TipoRegistro.TAREA,
            mensaje=f"Limpieza: {borradas} notificaciones leídas hace más de {RECUERDO_LEIDAS.days} días",
            ahora=ahora,
        )
    return borradas
