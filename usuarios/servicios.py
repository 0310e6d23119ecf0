"""Registrar, cambiar y desactivar usuarios, y fijar sus puntos."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from inventario.base.actor import Actor, Rol
from inventario.base.errores import Conflicto, Invalido, SinPermiso
from inventario.base.operacion import operacion
from inventario.base.rut import ANONIMO, enmascarado
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.alcance import Alcance, SoloUnDueno, es_dueno, poner_grupo
from usuarios.consultas import UsuarioNoExiste
from usuarios.models import Estado, MovimientoPuntos, Usuario, nombre_para_buscar
from usuarios.puntos import bloquear_cliente, mover_puntos
from usuarios.sesiones import cerrar_sesiones

CAMPOS = frozenset({"rut", "nombre", "apellido", "correo", "telefono", "rol", "estado", "contrasena"})
"""Lo único que se puede cambiar de un usuario desde fuera."""

RUT_ANONIMO = "Ese RUT es el del comprador anónimo: no puede ser una cuenta"

# Cambiar uno de éstos cierra todas las sesiones: el token en la mano es de otra contraseña, rol o RUT.
_CIERRAN_SESIONES = frozenset({"password", "rol", "estado", "rut"})
# Cambiar uno de éstos puede dejar a la tienda sin dueño.
_QUITAN_DUENOS = frozenset({"rol", "estado", "is_superuser"})


class RutDuplicado(Conflicto):
    """Ya hay un usuario con ese RUT."""

    codigo = "rut_duplicado"
    msg = "Ya existe un usuario con ese RUT"

    def __init__(self) -> None:
        super().__init__(errores={"rut": [self.msg]})


class UltimoAdministrador(Conflicto):
    """Sin un Administrador activo, y dueño, nadie podría volver a nombrar uno."""

    codigo = "ultimo_administrador"
    msg = "Es el último Administrador activo: no se puede desactivar ni cambiar de tipo"


class SoloClientesTienenPuntos(SinPermiso):
    """Se quiso fijar los puntos de quien no es Cliente."""

    codigo = "solo_clientes"
    msg = "Sólo los Clientes tienen puntos"


def registrar_usuario(
    *,
    actor: Actor,
    rut: str,
    nombre: str,
    apellido: str,
    contrasena: str,
    ahora: datetime,
    correo: str = "",
    telefono: str = "",
    rol: Rol = Rol.CLIENTE,
    estado: Estado = Estado.ACTIVO,
    alcance: Alcance | None = None,
) -> Usuario:
    """Crea un usuario. Quién puede dar qué rol lo decide la puerta (``roles.puede_registrar``).

    Args:
        rut: canónico.
        alcance: si es Administrador; ``None``, o más del que tiene quien lo nombra, es el de éste.

    Raises:
        Invalido: el RUT es el del comprador anónimo, o la contraseña es débil.
        RutDuplicado: ya existe.
    """
    _rechazar_anonimo(rut)
    usuario = Usuario(
        rut=rut,
        nombre=nombre,
        apellido=apellido,
        nombre_normalizado=nombre_para_buscar(nombre, apellido),
        correo=correo,
        telefono=telefono,
        rol=rol,
        estado=estado,
        is_superuser=rol == Rol.ADMINISTRADOR and alcance is not Alcance.ENCARGADO and es_dueno(actor),
        fecha_creacion=ahora,
    )
    # Argon2 corre fuera de la transacción: SQLite no debe esperarlo con la base tomada.
    usuario.password = _hash_de(contrasena, usuario)
    return _crear(actor=actor, usuario=usuario, ahora=ahora)


def cambiar_usuario(
    *,
    actor: Actor,
    usuario_id: int,
    cambios: Mapping[str, Any],
    ahora: datetime,
    alcance: Alcance | None = None,
) -> Usuario:
    """Cambia los campos que ``cambios`` trae (de ``CAMPOS``, ya validados); sin diferencias no escribe.

    Otra contraseña, RUT, rol o estado cierran todas las sesiones del usuario, también la de quien lo pide.

    Args:
        alcance: el que queda, si es Administrador; ``None`` no lo cambia.

    Raises:
        UsuarioNoExiste: no hay usuario con ese id.
        SoloUnDueno: quien lo pide no es dueño, y el otro lo es o lo sería.
        Invalido: el RUT es el del comprador anónimo, o la contraseña es débil.
        RutDuplicado: el RUT nuevo es de otro.
        UltimoAdministrador: dejaría a la tienda sin Administrador activo.
    """
    valores = {campo: cambios[campo] for campo in CAMPOS & cambios.keys()}
    if alcance is not None:
        valores["is_superuser"] = alcance is Alcance.DUENO
    _rechazar_anonimo(valores.get("rut", ""))
    if "contrasena" in valores:
        usuario = Usuario.objects.filter(pk=usuario_id).first()
        if usuario is None:
            raise UsuarioNoExiste
        contrasena = valores.pop("contrasena")
        _poner(usuario, valores)
        valores["password"] = _hash_de(contrasena, usuario)
    return _cambiar(actor=actor, usuario_id=usuario_id, valores=valores, ahora=ahora)


def desactivar_usuario(*, actor: Actor, usuario_id: int, ahora: datetime) -> Usuario:
    """Deja Inactivo a un usuario: sus tokens y sockets terminan en el acto. Repetirlo no hace nada.

    Raises:
        UsuarioNoExiste: no hay usuario con ese id.
        SoloUnDueno: es un dueño, y quien lo pide no.
        UltimoAdministrador: es el último Administrador activo.
    """
    return _cambiar(
        actor=actor, usuario_id=usuario_id, valores={"estado": Estado.INACTIVO}, ahora=ahora
    )


@operacion
def fijar_puntos(
    *, actor: Actor, usuario_id: int, puntos: int, ahora: datetime, motivo: str = ""
) -> Usuario:
    """Deja a un Cliente con ``puntos`` puntos; la diferencia queda en su libro como un ajuste.

    Raises:
        ClienteNoExiste: no hay usuario con ese id.
        SoloClientesTienenPuntos: no es un Cliente.
    """
    cliente = bloquear_cliente(usuario_id)
    if cliente.rol != Rol.CLIENTE:
        raise SoloClientesTienenPuntos
    antes = cliente.puntos
    if puntos == antes:
        return cliente
    mover_puntos(
        cliente=cliente,
        tipo=MovimientoPuntos.Tipo.AJUSTE,
        cantidad=puntos - antes,
        actor=actor,
        ahora=ahora,
        motivo=motivo,
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.PUNTOS,
        mensaje=f"Fijó en {puntos} los puntos de {cliente.nombre_completo}",
        ahora=ahora,
        objeto=("usuario", cliente.pk),
        descripcion=motivo,
        cambios={"puntos": (antes, puntos)},
    )
    return cliente


@operacion
def _crear(*, actor: Actor, usuario: Usuario, ahora: datetime) -> Usuario:
    # En un reintento la fila de la vez anterior se deshizo, y su id no vale.
    usuario.pk = None
    try:
        usuario.save(force_insert=True)
    except IntegrityError as error:
        raise RutDuplicado from error
    if usuario.rol == Rol.ADMINISTRADOR:
        poner_grupo(usuario)
    registrar(
        actor=actor,
        tipo=TipoRegistro.USUARIO,
        mensaje=f"Registró a {usuario.nombre_completo} como {Rol(usuario.rol).label}",
        ahora=ahora,
        objeto=("usuario", usuario.pk),
    )
    return usuario


@operacion
def _cambiar(
    *, actor: Actor, usuario_id: int, valores: Mapping[str, Any], ahora: datetime
) -> Usuario:
    duenos = _bloquear_duenos() if _QUITAN_DUENOS & valores.keys() else []
    usuario = Usuario.objects.select_for_update().filter(pk=usuario_id).first()
    if usuario is None:
        raise UsuarioNoExiste
    ya_era_dueno = usuario.is_superuser
    originales = {campo: getattr(usuario, campo) for campo in (*valores, "rol", "is_superuser")}
    _poner(usuario, valores, dueno_por_omision=lambda: es_dueno(actor))
    antes = {c: valor for c, valor in originales.items() if getattr(usuario, c) != valor}
    if not antes:
        return usuario
    if (ya_era_dueno or usuario.is_superuser) and not es_dueno(actor):
        raise SoloUnDueno
    if duenos == [usuario.pk] and not (usuario.is_staff and usuario.is_superuser):
        raise UltimoAdministrador
    try:
        usuario.save(update_fields=[*antes, "nombre_normalizado", "is_superuser"])
    except IntegrityError as error:
        raise RutDuplicado from error
    if {"rol", "is_superuser"} & antes.keys():
        poner_grupo(usuario)
    _registrar_cambio(usuario, antes, actor=actor, ahora=ahora)
    if _CIERRAN_SESIONES & antes.keys():
        cerrar_sesiones(usuario_id=usuario.pk, ahora=ahora)
    return usuario


def _bloquear_duenos() -> list[int]:
    """Ids de los dueños activos, bloqueados en orden: dos a la vez no se desactivan entre sí."""
    activos = Usuario.objects.select_for_update().administradores().activos().filter(is_superuser=True)
    return list(activos.order_by("pk").values_list("pk", flat=True))


def _poner(
    usuario: Usuario,
    valores: Mapping[str, Any],
    *,
    dueno_por_omision: Callable[[], bool] = lambda: False,
) -> None:
    """Pone ``valores``. Quien recién es nombrado Administrador, y sin decir su alcance, toma el omitido."""
    era = usuario.rol
    for campo, valor in valores.items():
        setattr(usuario, campo, valor)
    if usuario.rol != Rol.ADMINISTRADOR:
        usuario.is_superuser = False
    elif era != Rol.ADMINISTRADOR and "is_superuser" not in valores:
        usuario.is_superuser = dueno_por_omision()
    usuario.nombre_normalizado = nombre_para_buscar(usuario.nombre, usuario.apellido)


def _registrar_cambio(
    usuario: Usuario, antes: Mapping[str, Any], *, actor: Actor, ahora: datetime
) -> None:
    cambios = {
        _NOMBRES.get(campo, campo): (_legible(campo, valor), _legible(campo, getattr(usuario, campo)))
        for campo, valor in antes.items()
        # Con otro tipo de usuario, el alcance es consecuencia y no un cambio más.
        if campo != "password" and not (campo == "is_superuser" and "rol" in antes)
    }
    desactivado = "estado" in antes and not usuario.is_active
    registrar(
        actor=actor,
        tipo=TipoRegistro.USUARIO,
        mensaje=f"{'Desactivó' if desactivado else 'Cambió'} a {usuario.nombre_completo}",
        ahora=ahora,
        objeto=("usuario", usuario.pk),
        descripcion="Cambió la contraseña" if "password" in antes else "",
        cambios=cambios,
    )


_NOMBRES = {"rol": "tipo_usuario", "is_superuser": "alcance"}


def _legible(campo: str, valor: Any) -> str:
    if campo == "rol":
        return str(Rol(valor).label)
    if campo == "is_superuser":
        return "Dueño" if valor else "Encargado"
    # El RUT es un dato personal (Ley 21.719) y un registro no se borra.
    return enmascarado(valor) if campo == "rut" else str(valor)


def _rechazar_anonimo(rut: str) -> None:
    if rut == ANONIMO:
        raise Invalido(errores={"rut": [RUT_ANONIMO]})


def _hash_de(contrasena: str, usuario: Usuario) -> str:
    try:
        validate_password(contrasena, usuario)
    except ValidationError as error:
        raise Invalido(errores={"contrasena": error.messages}) from None
    return make_password(contrasena)
