"""Sesiones: se abren al ingresar, su token de refresco rota, y se cierran de una vez.

Al cerrar una se empuja a los sockets de su usuario, que miran cuáles siguen abiertas y terminan.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from inventario.base.actor import Actor, Puerta
from inventario.base.avisos import empujar_sesiones
from inventario.base.errores import ErrorDeDominio, NoAutenticado
from inventario.base.operacion import exigir_transaccion, operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Sesion, Usuario
from usuarios.tokens import SesionCerrada, Tokens, emitir, leer_refresco

GRACIA = timedelta(seconds=30)
"""Repetir el token recién rotado dentro de este plazo es un reintento; después, un robo."""

RECUERDO = timedelta(days=30)
"""Cuánto se guarda una sesión terminada, para poder mirarla."""


class TokenUsado(NoAutenticado):
    """El token de refresco ya se cambió por otro."""

    codigo = "token_usado"
    msg = "Ese token de refresco ya se usó; inicie sesión otra vez"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingreso:
    """Un usuario y los tokens de su sesión."""

    usuario: Usuario
    tokens: Tokens


def abrir_sesion(*, usuario: Usuario, actor: Actor, ahora: datetime) -> Ingreso:
    """Paso: abre una sesión de ``usuario``, ya comprobado y bloqueado."""
    exigir_transaccion()
    sesion_id = uuid.uuid4()
    tokens = emitir(sesion_id=sesion_id, ahora=ahora)
    Sesion.objects.create(
        id=sesion_id,
        usuario=usuario,
        jti_refresco=tokens.jti,
        creada=ahora,
        refrescada=ahora,
        vence=ahora + settings.SESION_REFRESCO,
        ip=actor.ip or None,
        dispositivo=actor.dispositivo[:200],
    )
    Usuario.objects.filter(pk=usuario.pk).update(last_login=ahora)
    return Ingreso(usuario=usuario, tokens=tokens)


def cerrar_sesiones(*, usuario_id: int, ahora: datetime) -> None:
    """Paso: cierra todas las sesiones de un usuario, con sus tokens y sus sockets."""
    exigir_transaccion()
    Sesion.objects.filter(usuario_id=usuario_id, cerrada=None).update(cerrada=ahora)
    empujar_sesiones(usuario_id)


def refrescar(*, refresco: str, actor: Actor, ahora: datetime) -> Tokens:
    """Cambia un token de refresco por un par nuevo. De varios a la vez con el mismo, gana uno.

    Raises:
        TokenInvalido: mal firmado, de otra clase o vencido.
        SesionCerrada: la sesión terminó o su usuario está Inactivo.
        TokenUsado: ya se había cambiado; pasada la ``GRACIA`` además cierra la sesión.
    """
    sesion_id, jti = leer_refresco(refresco)
    resultado = _rotar(sesion_id=sesion_id, jti=jti, actor=actor, ahora=ahora)
    # El error se lanza ya confirmada la transacción: un robo debe dejar la sesión cerrada.
    if isinstance(resultado, ErrorDeDominio):
        raise resultado
    return resultado


def salir(*, refresco: str, actor: Actor, ahora: datetime) -> None:
    """Cierra la sesión propia a la que pertenece ``refresco``.

    Raises:
        TokenInvalido: mal firmado, de otra clase o vencido.
        SesionCerrada: ya estaba cerrada, o no es de ``actor``.
        TokenUsado: ya se había cambiado por otro.
    """
    sesion_id, jti = leer_refresco(refresco)
    resultado = _cerrar(sesion_id=sesion_id, jti=jti, actor=actor, ahora=ahora)
    if resultado is not None:
        raise resultado


@operacion
def borrar_sesiones_viejas(*, ahora: datetime) -> int:
    """Borra las sesiones vencidas o cerradas hace más de ``RECUERDO``. Devuelve cuántas."""
    limite = ahora - RECUERDO
    borradas, _ = Sesion.objects.filter(Q(vence__lt=limite) | Q(cerrada__lt=limite)).delete()
    if borradas:
        registrar(
            actor=Actor.sistema(puerta=Puerta.TAREA),
            tipo=TipoRegistro.TAREA,
            mensaje=f"Limpieza: {borradas} sesiones terminadas hace más de {RECUERDO.days} días",
            ahora=ahora,
        )
    return borradas


@operacion
def _rotar(
    *, sesion_id: uuid.UUID, jti: str, actor: Actor, ahora: datetime
) -> Tokens | TokenUsado:
    sesion = _bloquear(sesion_id, ahora)
    if not Usuario.objects.activos().filter(pk=sesion.usuario_id).exists():
        raise SesionCerrada
    if jti != sesion.jti_refresco:
        return _repetido(sesion, jti=jti, actor=actor, ahora=ahora)
    tokens = emitir(sesion_id=sesion.pk, ahora=ahora)
    sesion.jti_anterior, sesion.jti_refresco = jti, tokens.jti
    sesion.refrescada = ahora
    sesion.vence = ahora + settings.SESION_REFRESCO
    sesion.save(update_fields=["jti_anterior", "jti_refresco", "refrescada", "vence"])
    return tokens


@operacion
def _cerrar(
    *, sesion_id: uuid.UUID, jti: str, actor: Actor, ahora: datetime
) -> TokenUsado | None:
    sesion = _bloquear(sesion_id, ahora)
    if sesion.usuario_id != actor.usuario_id:
        raise SesionCerrada
    if jti != sesion.jti_refresco:
        return _repetido(sesion, jti=jti, actor=actor, ahora=ahora)
    _terminar(sesion, ahora=ahora)
    registrar(
        actor=actor,
        tipo=TipoRegistro.SESION,
        mensaje="Salió",
        ahora=ahora,
        objeto=("usuario", sesion.usuario_id),
    )
    return None


def _bloquear(sesion_id: uuid.UUID, ahora: datetime) -> Sesion:
    # Sólo la sesión: con su usuario en la misma consulta, un refresco esperaría a cada venta de ese
    # usuario (MariaDB no tiene ``of=``), y el orden usuario → sesión se daría vuelta.
    sesion = Sesion.objects.select_for_update().filter(pk=sesion_id).first()
    if sesion is None or not sesion.abierta(ahora):
        raise SesionCerrada
    return sesion


def _repetido(sesion: Sesion, *, jti: str, actor: Actor, ahora: datetime) -> TokenUsado:
    if jti != sesion.jti_anterior or ahora - sesion.refrescada > GRACIA:
        _terminar(sesion, ahora=ahora)
        registrar(
            actor=actor,
            tipo=TipoRegistro.SEGURIDAD,
            mensaje="Se cerró una sesión: alguien repitió un token de refresco ya usado",
            ahora=ahora,
            objeto=("usuario", sesion.usuario_id),
        )
    return TokenUsado()


def _terminar(sesion: Sesion, *, ahora: datetime) -> None:
    sesion.cerrada = ahora
    sesion.save(update_fields=["cerrada"])
    empujar_sesiones(sesion.usuario_id)
