"""Parear una caja con un teléfono: la caja muestra un código corto y escucha sólo a quien lo escriba.

Un *aparato* es un inicio de sesión (y, si el cliente lo declara, un nombre propio dentro de él):
sobrevive a una reconexión, y muere con su sesión. Cada aparato tiene a lo más un pareo.
"""

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from inventario.base.actor import Actor, Rol
from inventario.base.avisos import empujar_pareo
from inventario.base.errores import Invalido, NoExiste
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Estado, Pareo

DURA_CODIGO = timedelta(minutes=2)
INTENTOS_DE_CODIGO = 10
PERSONAL = frozenset({Rol.ADMINISTRADOR, Rol.CAJERO})


class CodigoDePareoInvalido(NoExiste):
    """El código no existe, venció, o no es para quien lo escribió: no se dice cuál."""

    codigo = "codigo_de_pareo_invalido"
    msg = "El código no sirve o ya venció; pida otro en la caja"


class MismoAparato(Invalido):
    codigo = "mismo_aparato"
    msg = "Una caja no puede parearse consigo misma"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aparato:
    """Un dispositivo con sesión. ``clave`` es estable entre reconexiones."""

    usuario_id: int
    sesion_id: uuid.UUID
    clave: str
    es_personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareado:
    """Un pareo vigente: a qué caja (y de quién) van las lecturas de qué teléfono."""

    pareo_id: int
    caja: str
    caja_usuario_id: int
    caja_rut: str
    caja_nombre: str
    telefono: str
    telefono_usuario_id: int
    telefono_nombre: str


@operacion
def pedir_codigo(*, caja: Aparato, ahora: datetime) -> Pareo:
    """Código nuevo para ``caja``; el que hubiera mostrado antes deja de servir."""
    Pareo.objects.filter(codigo__isnull=False).filter(
        Q(caja=caja.clave) | Q(vence__lte=ahora)
    ).delete()
    for _ in range(INTENTOS_DE_CODIGO):
        codigo = f"{secrets.randbelow(1_000_000):06}"
        pareo, nuevo = Pareo.objects.get_or_create(
            codigo=codigo,
            defaults={
                "caja_usuario_id": caja.usuario_id,
                "caja_sesion_id": caja.sesion_id,
                "caja": caja.clave,
                "creado": ahora,
                "vence": ahora + DURA_CODIGO,
            },
        )
        if nuevo:
            return pareo
    raise RuntimeError("no quedan códigos de pareo libres")


@operacion
def unir(*, telefono: Aparato, codigo: str, actor: Actor, ahora: datetime) -> Pareado:
    """El teléfono escribe el código: desde ahora sus lecturas van sólo a esa caja, y ella sólo lo oye a él.

    Entre cuentas distintas (el teléfono de la tienda), ambas deben ser del personal.

    Raises:
        CodigoDePareoInvalido: no existe, venció, su caja cerró sesión o no es para esta cuenta.
        MismoAparato: la caja intenta parearse consigo misma.
    """
    # Sin select_related: MariaDB bloquearía también las filas de sus usuarios.
    pareo = Pareo.objects.select_for_update().filter(codigo=codigo, vence__gt=ahora).first()
    if pareo is None or not pareo.caja_sesion.abierta(ahora):
        raise CodigoDePareoInvalido
    ajeno = pareo.caja_usuario_id != telefono.usuario_id
    if ajeno and not (telefono.es_personal and pareo.caja_usuario.rol in PERSONAL):
        raise CodigoDePareoInvalido
    if pareo.caja == telefono.clave:
        raise MismoAparato
    _terminar(_activos([pareo.caja, telefono.clave]), ahora)
    pareo.codigo = None
    pareo.caja_activa = pareo.caja
    pareo.telefono = pareo.telefono_activo = telefono.clave
    pareo.telefono_usuario_id = telefono.usuario_id
    pareo.telefono_sesion_id = telefono.sesion_id
    pareo.iniciado = ahora
    try:
        pareo.save()
    except IntegrityError:
        # El mismo teléfono acaba de unirse a otra caja por su otro socket.
        raise CodigoDePareoInvalido from None
    registrar(
        actor=actor,
        tipo=TipoRegistro.SESION,
        mensaje=f"Pareó su teléfono con la caja de {pareo.caja_usuario.nombre_completo}",
        ahora=ahora,
        objeto=("pareo", pareo.pk),
    )
    _empujar(pareo)
    return _pareado(pareo)


@operacion
def terminar(*, aparato: Aparato, actor: Actor, ahora: datetime) -> bool:
    """Termina el pareo de ``aparato``, sea la caja o el teléfono. ``False`` si no tenía."""
    terminados = _terminar(_activos([aparato.clave]), ahora)
    for pareo_id in terminados:
        registrar(
            actor=actor,
            tipo=TipoRegistro.SESION,
            mensaje="Terminó un pareo de caja y teléfono",
            ahora=ahora,
            objeto=("pareo", pareo_id),
        )
    return bool(terminados)


def pareos_vigentes(aparato: str | None = None) -> dict[str, Pareado]:
    """Aparato → su pareo vigente (todos, o el de uno), en una consulta. Con una sesión cerrada no rige."""
    pareos = _activos([aparato]) if aparato else Pareo.objects.filter(caja_activa__isnull=False)
    vigentes: dict[str, Pareado] = {}
    for pareo in pareos.filter(
        caja_sesion__cerrada__isnull=True,
        telefono_sesion__cerrada__isnull=True,
        caja_usuario__estado=Estado.ACTIVO,
        telefono_usuario__estado=Estado.ACTIVO,
    ).select_related("caja_usuario", "telefono_usuario"):
        pareado = _pareado(pareo)
        vigentes[pareado.caja] = vigentes[pareado.telefono] = pareado
    return vigentes


def _activos(aparatos: Collection[str]) -> QuerySet[Pareo]:
    return Pareo.objects.filter(Q(caja_activa__in=aparatos) | Q(telefono_activo__in=aparatos))


def _terminar(pareos: QuerySet[Pareo], ahora: datetime) -> list[int]:
    terminados = list(pareos.select_for_update().order_by("pk"))
    for pareo in terminados:
        pareo.caja_activa = pareo.telefono_activo = None
        pareo.terminado = ahora
        pareo.save(update_fields=["caja_activa", "telefono_activo", "terminado"])
        _empujar(pareo)
    return [pareo.pk for pareo in terminados]


def _empujar(pareo: Pareo) -> None:
    for usuario_id in {pareo.caja_usuario_id, pareo.telefono_usuario_id}:
        if usuario_id is not None:
            empujar_pareo(usuario_id)


def _pareado(pareo: Pareo) -> Pareado:
    telefono = pareo.telefono_usuario
    if telefono is None:
        raise ValueError("un pareo sin teléfono no rige")
    return Pareado(
        pareo_id=pareo.pk,
        caja=pareo.caja,
        caja_usuario_id=pareo.caja_usuario_id,
        caja_rut=pareo.caja_usuario.rut,
        caja_nombre=pareo.caja_usuario.nombre_completo,
        telefono=pareo.telefono,
        telefono_usuario_id=telefono.pk,
        telefono_nombre=telefono.nombre_completo,
    )
