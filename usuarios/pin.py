"""El PIN de quien trabaja en la tienda y las cajas desde las que sirve."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from inventario.base.actor import Actor
from inventario.base.errores import Invalido, NoExiste, SinPermiso
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.ingreso import confirmar_con_pin, confirmar_identidad, resumen_de
from usuarios.models import DispositivoCaja, Usuario
from usuarios.reglas import problema_del_pin


class DispositivoNoExiste(NoExiste):
    """No hay un dispositivo vigente con ese id."""

    codigo = "dispositivo_no_existe"
    msg = "El dispositivo no existe o ya se revocó"


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositivoNuevo:
    """El dispositivo y su secreto, que sólo se muestra esta vez."""

    dispositivo: DispositivoCaja
    secreto: str


def cambiar_pin(*, actor: Actor, pin: str, contrasena: str, ahora: datetime) -> None:
    """Pone o cambia el PIN de quien llama, que dice otra vez su contraseña.

    Raises:
        Invalido: el PIN no sirve.
        SinPermiso: quien llama no trabaja en la tienda.
        CredencialesMalas, IngresoFrenado: la contraseña no es la suya.
    """
    if not actor.es_personal or actor.usuario_id is None:
        raise SinPermiso
    if problema := problema_del_pin(pin, rut=actor.rut):
        raise Invalido(codigo="pin_invalido", errores={"pin": [problema]})
    confirmar_identidad(rut=actor.rut, contrasena=contrasena, actor=actor, ahora=ahora)
    # Argon2 corre fuera de la transacción: SQLite no debe esperarlo con la base tomada.
    _poner_pin(actor=actor, usuario_id=actor.usuario_id, huella=make_password(pin), ahora=ahora)


def quitar_pin(*, actor: Actor, usuario_id: int, ahora: datetime) -> None:
    """Un Administrador le quita el PIN a alguien; con su contraseña puede poner otro."""
    _poner_pin(actor=actor, usuario_id=usuario_id, huella="", ahora=ahora)


@operacion
def _poner_pin(*, actor: Actor, usuario_id: int, huella: str, ahora: datetime) -> None:
    usuario = Usuario.objects.select_for_update().get(pk=usuario_id)
    usuario.pin = huella
    usuario.save(update_fields=["pin"])
    registrar(
        actor=actor, tipo=TipoRegistro.SEGURIDAD, ahora=ahora, objeto=("usuario", usuario.pk),
        mensaje="Puso su PIN" if huella else f"Quitó el PIN de {usuario.nombre_completo}",
    )


def verificar_identidad(*, actor: Actor, ahora: datetime, pin: str = "", contrasena: str = "") -> None:
    """Que quien tiene la sesión es quien está frente a la caja bloqueada: su PIN o su contraseña.

    Raises:
        CredencialesMalas, CuentaInactiva, IngresoFrenado: no lo es, o hay que esperar.
    """
    if contrasena:
        confirmar_identidad(rut=actor.rut, contrasena=contrasena, actor=actor, ahora=ahora)
        return

    def desbloqueo(usuario: Usuario, quien: Actor, cuando: datetime) -> Usuario:
        registrar(
            actor=quien, tipo=TipoRegistro.SESION, mensaje="Desbloqueó la caja con su PIN", ahora=cuando,
            objeto=("usuario", usuario.pk),
        )
        return usuario

    confirmar_con_pin(rut=actor.rut, pin=pin, actor=actor, ahora=ahora, al_entrar=desbloqueo)


def registrar_dispositivo(
    *, actor: Actor, nombre: str, contrasena: str, ahora: datetime
) -> DispositivoNuevo:
    """Da a la caja desde la que se llama el secreto con que después se entra con PIN.

    Raises:
        CredencialesMalas, IngresoFrenado: la contraseña no es la de quien llama.
    """
    confirmar_identidad(rut=actor.rut, contrasena=contrasena, actor=actor, ahora=ahora)
    return _crear_dispositivo(actor=actor, nombre=nombre, secreto=secrets.token_urlsafe(32), ahora=ahora)


@operacion
def _crear_dispositivo(
    *, actor: Actor, nombre: str, secreto: str, ahora: datetime
) -> DispositivoNuevo:
    if actor.usuario_id is None:
        raise SinPermiso
    dispositivo = DispositivoCaja.objects.create(
        nombre=nombre, resumen=resumen_de(secreto), creado=ahora, creado_por_id=actor.usuario_id
    )
    registrar(
        actor=actor, tipo=TipoRegistro.SEGURIDAD, ahora=ahora, objeto=("dispositivo", dispositivo.pk),
        mensaje=f"Permitió entrar con PIN desde {nombre}",
    )
    return DispositivoNuevo(dispositivo=dispositivo, secreto=secreto)


@operacion
def revocar_dispositivo(*, actor: Actor, id_dispositivo: int, ahora: datetime) -> DispositivoCaja:
    """Desde esa caja ya no se entra con PIN.

    Raises:
        DispositivoNoExiste: no está, o ya se había revocado.
    """
    dispositivo = (
        DispositivoCaja.objects.select_for_update().filter(pk=id_dispositivo, revocado=None).first()
    )
    if dispositivo is None:
        raise DispositivoNoExiste
    dispositivo.revocado = ahora
    dispositivo.save(update_fields=["revocado"])
    registrar(
        actor=actor, tipo=TipoRegistro.SEGURIDAD, ahora=ahora, objeto=("dispositivo", dispositivo.pk),
        mensaje=f"Ya no se entra con PIN desde {dispositivo.nombre}",
    )
    return dispositivo
