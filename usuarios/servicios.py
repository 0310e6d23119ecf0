"""Registrar, cambiar y desactivar usuarios, y fijar sus puntos."""

from collections.abc import Mapping
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
from usuarios.consultas import UsuarioNoExiste
from usuarios.models import Estado, MovimientoPuntos, Usuario, nombre_para_buscar
from usuarios.puntos import bloquear_cliente, mover_puntos
from usuarios.sesiones import cerrar_sesiones

CAMPOS = frozenset({"rut", "nombre", "apellido", "correo", "telefono", "rol", "estado", "contrasena"})
"""Lo único que se puede cambiar de un usuario desde fuera."""

RUT_ANONIMO = "Ese RUT es el del comprador anónimo: no puede ser una cuenta"

# Cambiar uno de éstos cierra todas las sesiones: el token en la mano es de otra contraseña, rol o RUT.
_CIERRAN_SESIONES = frozenset({"password", "rol", "estado", "rut"})


class RutDuplicado(Conflicto):
    """Ya hay un usuario con ese RUT."""

    codigo = "rut_duplicado"
    msg = "Ya existe un usuario con ese RUT"

    def __init__(self) -> None:
        super().__init__(errores={"rut": [self.msg]})


class UltimoAdministrador(Conflicto):
    """Sin un Administrador activo nadie podría volver a nombrar uno."""

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
) -> Usuario:
    """Crea un usuario. Quién puede dar qué rol lo decide la puerta (``roles.puede_registrar``).

    Args:
        rut: canónico.

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
        is_superuser=rol == Rol.ADMINISTRADOR,
        fecha_creacion=ahora,
    )
    # Argon2 corre fuera de la transacción: SQLite no debe esperarlo con la base tomada.
    usuario.password = _hash_de(contrasena, usuario)
    return _crear(actor=actor, usuario=usuario, ahora=ahora)


def cambiar_usuario(
    *, actor: Actor, usuario_id: int, cambios: Mapping[str, Any], ahora: datetime
) -> Usuario:
    """Cambia los campos que ``cambios`` trae (de ``CAMPOS``, ya validados); sin diferencias no escribe.

    Otra contraseña, RUT, rol o estado cierran todas las sesiones del usuario, también la de quien lo pide.

    Raises:
        UsuarioNoExiste: no hay usuario con ese id.
        Invalido: el RUT es el del comprador anónimo, o la contraseña es débil.
        RutDuplicado: el RUT nuevo es de otro.
        UltimoAdministrador: dejaría a la tienda sin Administrador activo.
    """
    valores = {campo: cambios[campo] for campo in CAMPOS & cambios.keys()}
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
    administradores = _bloquear_administradores() if {"rol", "estado"} & valores.keys() else []
    usuario = Usuario.objects.select_for_update().filter(pk=usuario_id).first()
    if usuario is None:
        raise UsuarioNoExiste
    antes = {c: getattr(usuario, c) for c, v in valores.items() if getattr(usuario, c) != v}
    if not antes:
        return usuario
    _poner(usuario, valores)
    if administradores == [usuario.pk] and not usuario.is_staff:
        raise UltimoAdministrador
    try:
        usuario.save(update_fields=[*antes, "nombre_normalizado", "is_superuser"])
    except IntegrityError as error:
        raise RutDuplicado from error
    _registrar_cambio(usuario, antes, actor=actor, ahora=ahora)
    if _CIERRAN_SESIONES & antes.keys():
        cerrar_sesiones(usuario_id=usuario.pk, ahora=ahora)
    return usuario


def _bloquear_administradores() -> list[int]:
    """Ids de los Administradores activos, bloqueados en orden: dos a la vez no se desactivan entre sí."""
    activos = Usuario.objects.select_for_update().administradores().activos()
    return list(activos.order_by("pk").values_list("pk", flat=True))


def _poner(usuario: Usuario, valores: Mapping[str, Any]) -> None:
    for campo, valor in valores.items():
        setattr(usuario, campo, valor)
    usuario.is_superuser = usuario.rol == Rol.ADMINISTRADOR
    usuario.nombre_normalizado = nombre_para_buscar(usuario.nombre, usuario.apellido)


def _registrar_cambio(
    usuario: Usuario, antes: Mapping[str, Any], *, actor: Actor, ahora: datetime
) -> None:
    cambios = {
        _NOMBRES.get(campo, campo): (_legible(campo, valor), _legible(campo, getattr(usuario, campo)))
        for campo, valor in antes.items()
        if campo != "password"
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


_NOMBRES = {"rol": "tipo_usuario"}


def _legible(campo: str, valor: Any) -> str:
    if campo == "rol":
        return str(Rol(valor).label)
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
