"""Ingresar con RUT y contraseña (o PIN), a la API o al admin: un solo camino, con el mismo freno."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.contrib.auth.hashers import check_password, make_password

from inventario.base.actor import Actor, Rol
from inventario.base.errores import ErrorDeDominio, NoAutenticado
from inventario.base.operacion import operacion
from inventario.base.rut import canonico, enmascarado
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.freno import Origen, anotar_fallo, anotar_ingreso, bloquear_filas, exigir_libre
from usuarios.models import DispositivoCaja, FrenoIngreso, Notificacion, Usuario
from usuarios.notificaciones import Aviso, notificar_a_administradores
from usuarios.sesiones import Ingreso, abrir_sesion

R = TypeVar("R")

SILENCIO_BLOQUEO = timedelta(hours=1)
"""Tras avisar un bloqueo, los que sigan de la misma cuenta o red no se avisan en este rato."""


class CredencialesMalas(NoAutenticado):
    """El RUT no existe o la contraseña no es la suya; no se dice cuál."""

    codigo = "credenciales_invalidas"
    msg = "RUT o contraseña incorrectos"


class CuentaInactiva(NoAutenticado):
    """Las credenciales son buenas, pero el usuario está Inactivo."""

    codigo = "cuenta_inactiva"
    msg = "Su cuenta está inactiva; hable con un Administrador"


class NoEsAdministrador(NoAutenticado):
    """Las credenciales son buenas, pero al admin sólo entra un Administrador."""

    codigo = "no_es_administrador"
    msg = "Aquí sólo entra un Administrador"


def entrar(*, rut: str, contrasena: str, actor: Actor, ahora: datetime) -> Ingreso:
    """Abre una sesión de la API.

    Args:
        rut: como lo escribió la persona.
        actor: un desconocido, con su ip.

    Raises:
        CredencialesMalas: RUT o contraseña; toma lo mismo con un RUT que no existe.
        CuentaInactiva: son buenas, y la cuenta no.
        IngresoFrenado: hubo demasiados fallos antes.
    """
    return _ingresar(rut, contrasena, actor, ahora, _abrir)


def entrar_con_pin(
    *, rut: str, pin: str, dispositivo: str, actor: Actor, ahora: datetime
) -> Ingreso:
    """Abre una sesión desde una caja conocida.

    Args:
        dispositivo: el secreto que la caja recibió (``usuarios.pin.registrar_dispositivo``).

    Raises:
        CredencialesMalas: RUT, PIN o dispositivo, no se dice cuál; o quien no trabaja en la tienda.
        CuentaInactiva, IngresoFrenado: como ``entrar``.
    """
    conocido = DispositivoCaja.objects.filter(resumen=resumen_de(dispositivo), revocado=None).exists()

    def es_suyo(usuario: Usuario | None, secreto: str) -> bool:
        # El PIN se comprueba igual: el tiempo no delata si el dispositivo sirve.
        return es_su_pin(usuario, secreto) and conocido

    return _ingresar(rut, pin, actor, ahora, _abrir, es_suyo)


def confirmar_con_pin(
    *, rut: str, pin: str, actor: Actor, ahora: datetime, al_entrar: "AlEntrar[R]"
) -> R:
    """Comprueba el PIN de alguien que está frente a la caja y hace ``al_entrar`` en la misma transacción.

    Raises:
        CredencialesMalas, CuentaInactiva, IngresoFrenado: como ``entrar``, y con el mismo freno.
    """
    return _ingresar(rut, pin, actor, ahora, al_entrar, es_su_pin)


def resumen_de(secreto: str) -> str:
    """Lo que se guarda del secreto de un dispositivo, que es largo y al azar: basta un resumen rápido."""
    return hashlib.sha256(secreto.encode()).hexdigest()


def entrar_al_admin(*, rut: str, contrasena: str, actor: Actor, ahora: datetime) -> Usuario:
    """Comprueba a quien quiere entrar al admin.

    Raises:
        NoEsAdministrador: son buenas, pero de otro rol.
        CredencialesMalas, CuentaInactiva, IngresoFrenado: como ``entrar``.
    """
    return _ingresar(rut, contrasena, actor, ahora, _abrir_admin)


def confirmar_identidad(*, rut: str, contrasena: str, actor: Actor, ahora: datetime) -> None:
    """Quien ya tiene sesión dice otra vez su contraseña antes de algo que no tiene vuelta.

    Raises:
        CredencialesMalas, CuentaInactiva, IngresoFrenado: como ``entrar``, y con el mismo freno.
    """
    _ingresar(rut, contrasena, actor, ahora, _confirmar)


# Lo que se hace con un usuario ya comprobado y bloqueado, dentro de la transacción del ingreso.
AlEntrar = Callable[[Usuario, Actor, datetime], R | NoAutenticado]


def _abrir(usuario: Usuario, actor: Actor, ahora: datetime) -> Ingreso:
    _registrar_ingreso("Ingresó", usuario, actor, ahora)
    return abrir_sesion(usuario=usuario, actor=actor, ahora=ahora)


def _confirmar(usuario: Usuario, actor: Actor, ahora: datetime) -> Usuario:
    _registrar_ingreso("Confirmó su contraseña", usuario, actor, ahora)
    return usuario


def _abrir_admin(usuario: Usuario, actor: Actor, ahora: datetime) -> Usuario | NoAutenticado:
    if not usuario.is_staff:
        _registrar_ingreso("Quiso ingresar al admin sin ser Administrador", usuario, actor, ahora)
        return NoEsAdministrador()
    _registrar_ingreso("Ingresó al admin", usuario, actor, ahora)
    return usuario


def _ingresar(
    rut: str,
    secreto: str,
    actor: Actor,
    ahora: datetime,
    al_entrar: AlEntrar[R],
    es_suyo: Callable[[Usuario | None, str], bool] | None = None,
) -> R:
    origen = Origen.de(rut=_canonico_o_nada(rut), ip=actor.ip)
    exigir_libre(origen, filas=origen.filas(), ahora=ahora)
    usuario = Usuario.objects.filter(rut=origen.rut).first()
    # Argon2 corre fuera de la transacción: SQLite no debe esperarlo con la base tomada.
    correcta = (es_suyo or _es_su_contrasena)(usuario, secreto)
    resultado = _resolver(
        origen=origen,
        comprobado=usuario if correcta else None,
        intentado=usuario,
        actor=actor,
        ahora=ahora,
        al_entrar=al_entrar,
    )
    # El error se lanza ya confirmada la transacción: el fallo debe quedar contado.
    if isinstance(resultado, ErrorDeDominio):
        raise resultado
    return resultado


def _canonico_o_nada(rut: str) -> str:
    try:
        return canonico(rut)
    except ValueError:
        return ""


def _es_su_contrasena(usuario: Usuario | None, contrasena: str) -> bool:
    if usuario is None:
        # El mismo trabajo que con un RUT que existe: el tiempo no delata cuáles hay.
        make_password(contrasena)
        return False
    return usuario.check_password(contrasena)


def es_su_pin(usuario: Usuario | None, pin: str) -> bool:
    """Si es el PIN de alguien de la tienda; toma lo mismo si no tiene, o si no existe."""
    if usuario is None or not usuario.pin or usuario.rol not in (Rol.ADMINISTRADOR, Rol.CAJERO):
        make_password(pin)
        return False
    return check_password(pin, usuario.pin)


@operacion
def _resolver(
    *,
    origen: Origen,
    comprobado: Usuario | None,
    intentado: Usuario | None,
    actor: Actor,
    ahora: datetime,
    al_entrar: AlEntrar[R],
) -> R | NoAutenticado:
    """Decide con las filas del freno bloqueadas: entre tantos a la vez, nadie sabe más de la cuenta."""
    filas = bloquear_filas(origen)
    exigir_libre(origen, filas=filas, ahora=ahora)
    usuario = _el_mismo_bloqueado(comprobado)
    if usuario is None:
        return _fallar(origen, filas=filas, intentado=intentado, actor=actor, ahora=ahora)
    actor = actor.con(
        usuario_id=usuario.pk,
        rut=usuario.rut,
        nombre=usuario.nombre_completo,
        rol=Rol(usuario.rol),
    )
    if not usuario.is_active:
        _registrar_ingreso("Quiso ingresar con la cuenta inactiva", usuario, actor, ahora)
        return CuentaInactiva()
    anotar_ingreso(origen, ahora=ahora)
    return al_entrar(usuario, actor, ahora)


def _el_mismo_bloqueado(comprobado: Usuario | None) -> Usuario | None:
    """El usuario al día y bloqueado, si su contraseña y su PIN siguen siendo los que se comprobaron."""
    if comprobado is None:
        return None
    usuario = Usuario.objects.select_for_update().filter(pk=comprobado.pk).first()
    if usuario is None or (usuario.password, usuario.pin) != (comprobado.password, comprobado.pin):
        return None
    return usuario


def _fallar(
    origen: Origen,
    *,
    filas: list[FrenoIngreso],
    intentado: Usuario | None,
    actor: Actor,
    ahora: datetime,
) -> CredencialesMalas:
    bloqueo_s = anotar_fallo(origen, filas=filas, ahora=ahora)
    objeto = ("usuario", intentado.pk) if intentado else None
    quien = enmascarado(origen.rut) if origen.rut else "algo que no es un RUT"
    registrar(
        actor=actor,
        tipo=TipoRegistro.SESION,
        mensaje=f"Ingreso fallido con {quien}",
        ahora=ahora,
        objeto=objeto,
    )
    if bloqueo_s:
        registrar(
            actor=actor,
            tipo=TipoRegistro.SEGURIDAD,
            mensaje=f"Ingreso bloqueado por {bloqueo_s} s tras muchos fallos",
            ahora=ahora,
            objeto=objeto,
            descripcion=f"Último intento: {quien}, desde {origen.red}",
        )
        _avisar_bloqueo(origen, quien=quien, intentado=intentado, segundos=bloqueo_s, ahora=ahora)
    return CredencialesMalas()


def _avisar_bloqueo(
    origen: Origen, *, quien: str, intentado: Usuario | None, segundos: int, ahora: datetime
) -> None:
    titulo = f"Ingreso bloqueado: {quien if intentado else origen.red}"
    # Un ataque bloquea muchas veces: se avisa la primera, y el registro las tiene todas.
    ya = Notificacion.objects.filter(
        tipo=Notificacion.Tipo.BLOQUEO, titulo=titulo, fecha_y_hora__gt=ahora - SILENCIO_BLOQUEO
    )
    if ya.exists():
        return
    aviso = Aviso(
        tipo=Notificacion.Tipo.BLOQUEO,
        titulo=titulo,
        mensaje=f"Muchos intentos fallidos con {quien} desde {origen.red}; bloqueado por {segundos} s",
        datos={"segundos": segundos, "red": origen.red},
    )
    notificar_a_administradores(
        avisos=[aviso], ademas=[intentado.pk if intentado else None], ahora=ahora
    )


def _registrar_ingreso(mensaje: str, usuario: Usuario, actor: Actor, ahora: datetime) -> None:
    registrar(
        actor=actor,
        tipo=TipoRegistro.SESION,
        mensaje=mensaje,
        ahora=ahora,
        objeto=("usuario", usuario.pk),
    )
