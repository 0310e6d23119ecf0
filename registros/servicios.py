"""El paso ``registrar``: la fila de auditoría, en la misma transacción que lo que cuenta.

``anotar`` es el caso de uso de quien escribe una entrada propia (``POST /registros``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from inventario.base.actor import Actor
from inventario.base.errores import Invalido, SinPermiso
from inventario.base.insercion import insertar
from inventario.base.instancias import nueva
from inventario.base.operacion import exigir_transaccion, operacion
from inventario.base.rut import canonico
from inventario.base.texto import normalizar
from registros.models import Registro, TipoRegistro

LOTE = 500
"""Filas que se vacían por sentencia."""

Cambios = Mapping[str, tuple[Any, Any]]


class EnNombreAjeno(SinPermiso):
    """Alguien que no es Administrador quiso anotar a nombre de otro."""

    codigo = "en_nombre_ajeno"
    msg = "Sólo un Administrador puede anotar a nombre de otra persona"


def registrar(
    *,
    actor: Actor,
    tipo: TipoRegistro,
    mensaje: str,
    ahora: datetime,
    objeto: tuple[str, int] | None = None,
    descripcion: str = "",
    cambios: Cambios | None = None,
    con_id: bool = True,
) -> Registro:
    """Agrega un Registro.

    Args:
        objeto: (tipo, id) de lo afectado, p. ej. ``("producto", 12)``.
        cambios: campo → (antes, después), ya en tipos JSON; nunca una contraseña ni un token.
        con_id: la fila vuelve con su id; si nadie va a nombrarla, no hay que esperarlo.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    objeto_tipo, objeto_id = objeto or ("", None)
    return _agregar(
        actor=actor,
        mensaje=mensaje,
        descripcion=descripcion,
        tipo=tipo,
        fecha_y_hora=ahora,
        usuario_id=actor.usuario_id,
        objeto_tipo=objeto_tipo,
        objeto_id=objeto_id,
        cambios={campo: list(par) for campo, par in (cambios or {}).items()},
        con_id=con_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrada:
    """Una de las filas de ``registrar_varios``; significados de ``registrar``."""

    tipo: TipoRegistro
    mensaje: str
    objeto: tuple[str, int]
    cambios: Cambios
    descripcion: str = ""


def registrar_varios(*, actor: Actor, entradas: Iterable[Entrada], ahora: datetime) -> None:
    """``registrar`` para muchas a la vez, sin una sentencia por cada una.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    Registro.objects.bulk_create(
        _fila(
            actor=actor,
            mensaje=entrada.mensaje,
            descripcion=entrada.descripcion,
            tipo=entrada.tipo,
            fecha_y_hora=ahora,
            usuario_id=actor.usuario_id,
            objeto_tipo=entrada.objeto[0],
            objeto_id=entrada.objeto[1],
            cambios={campo: list(par) for campo, par in entrada.cambios.items()},
        )
        for entrada in entradas
    )


@operacion
def anotar(
    *,
    actor: Actor,
    mensaje: str,
    tipo: str,
    ahora: datetime,
    descripcion: str = "",
    fecha_cliente: datetime | None = None,
    a_nombre_de: str = "",
) -> Registro:
    """Agrega la entrada que escribe un cliente de la API.

    Args:
        tipo: el texto que el cliente elija, hasta 40 caracteres; la fila queda como ``externo``.
        fecha_cliente: la hora que dice el cliente; la que vale es ``ahora``.
        a_nombre_de: RUT o nombre de otra persona. Vacío, o lo propio, es quien llama.

    Raises:
        EnNombreAjeno: lo pide alguien que no es Administrador.
        Invalido: un Administrador nombró a alguien que no existe, o a más de uno.
    """
    usuario_id = _de_quien(actor, a_nombre_de.strip())
    return _agregar(
        actor=actor,
        mensaje=mensaje,
        descripcion=descripcion,
        tipo=tipo,
        fecha_y_hora=ahora,
        fecha_cliente=fecha_cliente,
        usuario_id=usuario_id,
        escrito_por_id=actor.usuario_id if usuario_id != actor.usuario_id else None,
        externo=True,
        con_id=True,
    )


@operacion
def anotar_rechazo(*, actor: Actor, mensaje: str, descripcion: str, ahora: datetime) -> None:
    """Deja constancia de una petición que no se permitió. Cuántas se anotan lo decide quien llama."""
    registrar(
        actor=actor,
        tipo=TipoRegistro.SEGURIDAD,
        mensaje=mensaje,
        descripcion=descripcion,
        ahora=ahora,
    )


def olvidar_en_registros(
    *, usuario_id: int, objetos: Mapping[str, Collection[int]], constancia: Registro
) -> int:
    """Paso: vacía lo que pueda ser dato personal en lo que una persona hizo y en lo que se le hizo.

    Queda que algo pasó, cuándo, de qué clase y por qué puerta; y la cadena sigue cerrando.

    Args:
        objetos: tipo de objeto → ids cuyos registros hablan de ella.
        constancia: el registro ``datos_personales`` que lo respalda; ése no se toca.

    Returns:
        Cuántas filas se vaciaron.
    """
    exigir_transaccion()
    suyos = Q(usuario=usuario_id)
    for tipo, ids in objetos.items():
        suyos |= Q(objeto_tipo=tipo, objeto_id__in=ids)
    suyos &= Q(pk__lt=constancia.pk)
    ids = list(Registro.objects.filter(suyos).order_by("pk").values_list("pk", flat=True))
    return sum(
        Registro.objects.filter(pk__in=ids[n : n + LOTE]).borrar_datos_personales(registro=constancia)
        for n in range(0, len(ids), LOTE)
    )


def _agregar(*, actor: Actor, mensaje: str, descripcion: str, con_id: bool, **campos: Any) -> Registro:
    exigir_transaccion()
    fila = _fila(actor=actor, mensaje=mensaje, descripcion=descripcion, **campos)
    insertar([fila], con_ids=con_id)
    return fila


def _fila(*, actor: Actor, mensaje: str, descripcion: str, **campos: Any) -> Registro:
    return nueva(
        Registro,
        mensaje=mensaje[:255],
        descripcion=descripcion,
        busqueda=normalizar(f"{mensaje} {descripcion}"),
        puerta=actor.puerta,
        ip=actor.ip or None,
        dispositivo=actor.dispositivo[:200],
        peticion_id=actor.peticion_id[:64],
        **campos,
    )


def _de_quien(actor: Actor, nombrado: str) -> int | None:
    if not nombrado or _es_propio(actor, nombrado):
        return actor.usuario_id
    if not actor.es_administrador:
        # Exista o no el nombrado: quien no puede anotar por otros tampoco averigua quién existe.
        raise EnNombreAjeno
    usuarios = get_user_model()._default_manager.all()
    try:
        usuarios = usuarios.filter(rut=canonico(nombrado))
    except ValueError:
        usuarios = usuarios.filter(nombre_normalizado=normalizar(nombrado))
    encontrados = list(usuarios.values_list("pk", flat=True)[:2])
    if len(encontrados) != 1:
        motivo = "Hay más de una persona con ese nombre; use el RUT" if encontrados else "No existe"
        raise Invalido(errores={"usuario": [motivo]})
    return int(encontrados[0])


def _es_propio(actor: Actor, nombrado: str) -> bool:
    try:
        return canonico(nombrado) == actor.rut
    except ValueError:
        return normalizar(nombrado) == normalizar(actor.nombre)
