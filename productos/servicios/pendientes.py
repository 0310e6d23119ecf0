"""Lo que se lee y nadie conoce: el personal lo envía y un Administrador lo aprueba o lo rechaza."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Demasiados, Invalido, NoExiste
from inventario.base.fechas import dia_de
from inventario.base.formato import clp
from inventario.base.imagenes import ImagenInvalida, limpiar
from inventario.base.operacion import operacion
from productos.consultas import resolver_codigos
from productos.models import FotoPendiente, Producto, ProductoPendiente
from productos.reglas import clave_de_codigo
from productos.servicios.catalogo import CambiosProducto, DatosProducto, agregar
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso, notificar, notificar_a_administradores

Estado = ProductoPendiente.Estado
OBJETO = "producto_pendiente"
"""Cómo nombran los registros a un pendiente: ``("producto_pendiente", id)``."""

FOTO_MB = 4
"""Un teléfono la manda ya reducida; entera, cabe igual."""
FOTO_PUNTOS = (1024, 1024)
MAXIMO_EN_ESPERA = 500
"""Más que esto no lo mira nadie: es un teléfono enviando de más."""


class FotoInvalida(Invalido):
    codigo = "foto_invalida"
    msg = "Esa foto no sirve"

    def __init__(self, motivo: str) -> None:
        super().__init__(errores={"foto": [motivo]})


class CodigoConocido(Conflicto):
    """Ya hay un producto con ese código: no hace falta enviarlo."""

    codigo = "codigo_conocido"


class PendienteNoExiste(NoExiste):
    codigo = "pendiente_no_existe"
    msg = "Ese producto pendiente no existe"


class PendienteResuelto(Conflicto):
    """Ya se aprobó o se rechazó."""

    codigo = "pendiente_resuelto"
    msg = "Ese producto ya no espera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foto:
    """``jpeg`` listo para mostrarse, y la ``huella`` que lo identifica."""

    jpeg: bytes
    huella: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envio:
    """El pendiente como quedó; ``nuevo``, si nadie lo había enviado o ya se había resuelto."""

    pendiente: ProductoPendiente
    nuevo: bool


def preparar_foto(contenido: bytes) -> Foto:
    """
    Raises:
        FotoInvalida: pesa demasiado, no es PNG, JPEG ni WebP, está rota o mide demasiado.
    """
    try:
        imagen = limpiar(contenido, maximo_mb=FOTO_MB, tamano=FOTO_PUNTOS, modo="RGB")
    except ImagenInvalida as error:
        raise FotoInvalida(str(error)) from None
    salida = io.BytesIO()
    imagen.save(salida, "JPEG", quality=80, optimize=True)
    jpeg = salida.getvalue()
    return Foto(jpeg=jpeg, huella=hashlib.sha256(jpeg).hexdigest()[:16])


@operacion
def enviar_pendiente(
    *,
    codigo: str,
    nombre: str,
    precio_sugerido: int | None = None,
    foto: Foto | None = None,
    actor: Actor,
    ahora: datetime,
) -> Envio:
    """Deja ``codigo`` esperando aprobación, y avisa a los Administradores una vez.

    Si ese código ya espera, lo nuevo reemplaza a lo anterior y lo que no viene se conserva: dos cajeros
    que leen lo mismo envían un solo pendiente.

    Raises:
        Invalido: el código está mal formado.
        CodigoConocido: ya es de un producto.
        Demasiados: hay demasiados en espera.
    """
    try:
        clave = clave_de_codigo(codigo)
    except ValueError as error:
        raise Invalido(codigo="codigo_invalido", errores={"codigo_barras": [str(error)]}) from None
    if conocido := resolver_codigos([codigo], dia_de(ahora)).get(codigo):
        de = Producto.objects.values_list("nombre", flat=True).get(pk=conocido.producto_id)
        raise CodigoConocido(f"Ese código ya es de {de}", datos={"id_producto": conocido.producto_id})
    pendiente, nuevo = _en_espera(
        clave,
        lambda: ProductoPendiente(
            codigo=codigo.strip(), clave=clave, clave_en_espera=clave, nombre=nombre,
            precio_sugerido=precio_sugerido, enviado_por_id=actor.usuario_id, enviado_en=ahora,
        ),
    )
    cambios = _anotar(pendiente, nombre, precio_sugerido, nuevo=nuevo) | _poner_foto(pendiente, foto)
    if not cambios:
        return Envio(pendiente=pendiente, nuevo=nuevo)
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"{'Envió a aprobar' if nuevo else 'Completó'} el código {pendiente.codigo}: {nombre}",
        ahora=ahora,
        objeto=(OBJETO, pendiente.pk),
        cambios=cambios,
    )
    if nuevo:
        _avisar(pendiente, actor, ahora)
    return Envio(pendiente=pendiente, nuevo=nuevo)


@operacion
def aprobar_pendiente(
    *, pendiente_id: int, ficha: CambiosProducto, actor: Actor, ahora: datetime
) -> ProductoPendiente:
    """Crea el producto con el código que se leyó, que desde ahora se encuentra al escanearlo.

    Args:
        ficha: la del producto, con su categoría; sin nombre o precio, los que se propusieron.

    Raises:
        PendienteNoExiste, PendienteResuelto
        CodigoDuplicado: entre tanto, ese código pasó a ser de un producto: corresponde rechazarlo.
        Invalido: como al crear un producto, o falta el precio; con el campo.
    """
    pendiente = _por_resolver(pendiente_id)
    completa: dict[str, Any] = {
        "nombre": pendiente.nombre, "precio_venta": pendiente.precio_sugerido, **ficha,
        "codigo_barras": pendiente.codigo,
    }
    if completa["precio_venta"] is None:
        raise Invalido(errores={"precio_venta": ["Nadie propuso un precio: hay que ponerlo"]})
    pendiente.producto = agregar(datos=DatosProducto(**completa), actor=actor, ahora=ahora)
    _resolver(pendiente, Estado.APROBADO, actor=actor, ahora=ahora)
    return pendiente


@operacion
def rechazar_pendiente(
    *, pendiente_id: int, motivo: str, actor: Actor, ahora: datetime
) -> ProductoPendiente:
    """Lo saca de la espera. El mismo código se puede volver a enviar.

    Raises:
        PendienteNoExiste, PendienteResuelto
    """
    pendiente = _por_resolver(pendiente_id)
    pendiente.motivo = motivo
    _resolver(pendiente, Estado.RECHAZADO, actor=actor, ahora=ahora)
    return pendiente


def _en_espera(clave: str, hacer: Callable[[], ProductoPendiente]) -> tuple[ProductoPendiente, bool]:
    """El que espera con ``clave``, bloqueado; si no hay, uno nuevo."""
    esperan = ProductoPendiente.objects.select_for_update().filter(clave_en_espera=clave)
    if pendiente := esperan.first():
        return pendiente, False
    if ProductoPendiente.objects.filter(estado=Estado.EN_ESPERA).count() >= MAXIMO_EN_ESPERA:
        raise Demasiados("Hay demasiados productos esperando aprobación", espera=3600)
    pendiente = hacer()
    try:
        with transaction.atomic():
            pendiente.save(force_insert=True)
    except IntegrityError:
        # Otro teléfono lo envió en este mismo instante: es el suyo el que espera.
        return esperan.get(), False
    return pendiente, True


def _anotar(
    pendiente: ProductoPendiente, nombre: str, precio_sugerido: int | None, *, nuevo: bool
) -> dict[str, tuple[Any, Any]]:
    """Pone lo que este envío trae; qué cambió."""
    if nuevo:
        return {
            campo: (None, getattr(pendiente, campo))
            for campo in ("codigo", "nombre", "precio_sugerido")
            if getattr(pendiente, campo) is not None
        }
    pedido: dict[str, Any] = {"nombre": nombre, "precio_sugerido": precio_sugerido}
    cambios = {
        campo: (getattr(pendiente, campo), valor)
        for campo, valor in pedido.items()
        if valor is not None and getattr(pendiente, campo) != valor
    }
    for campo, (_, valor) in cambios.items():
        setattr(pendiente, campo, valor)
    if cambios:
        pendiente.save(update_fields=list(cambios))
    return cambios


def _poner_foto(pendiente: ProductoPendiente, foto: Foto | None) -> dict[str, tuple[Any, Any]]:
    fotos = FotoPendiente.objects.filter(pendiente=pendiente)
    antes = fotos.values_list("huella", flat=True).first()
    if foto is None or foto.huella == antes:
        return {}
    FotoPendiente.objects.update_or_create(
        pendiente=pendiente, defaults={"jpeg": foto.jpeg, "huella": foto.huella}
    )
    return {"foto": (antes, foto.huella)}


def _avisar(pendiente: ProductoPendiente, actor: Actor, ahora: datetime) -> None:
    precio = f" a {clp(pendiente.precio_sugerido)}" if pendiente.precio_sugerido is not None else ""
    aviso = Aviso(
        tipo=Notificacion.Tipo.PRODUCTO_PENDIENTE,
        titulo="Producto por aprobar",
        mensaje=f"{actor.nombre} leyó {pendiente.codigo} y propone «{pendiente.nombre}»{precio}",
        datos={"id_pendiente": pendiente.pk, "codigo_barras": pendiente.codigo},
    )
    notificar_a_administradores(avisos=[aviso], ahora=ahora)


def _por_resolver(pendiente_id: int) -> ProductoPendiente:
    pendiente = ProductoPendiente.objects.select_for_update().filter(pk=pendiente_id).first()
    if pendiente is None:
        raise PendienteNoExiste
    if pendiente.estado != Estado.EN_ESPERA:
        raise PendienteResuelto(f"Ese producto ya está {pendiente.get_estado_display().lower()}")
    return pendiente


def _resolver(
    pendiente: ProductoPendiente, estado: ProductoPendiente.Estado, *, actor: Actor, ahora: datetime
) -> None:
    pendiente.estado, pendiente.clave_en_espera = estado, None
    pendiente.resuelto_por_id, pendiente.resuelto_en = actor.usuario_id, ahora
    pendiente.save(update_fields=[
        "estado", "clave_en_espera", "resuelto_por", "resuelto_en", "motivo", "producto",
    ])
    hizo = "Aprobó" if estado == Estado.APROBADO else "Rechazó"
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"{hizo} el código {pendiente.codigo}: {pendiente.nombre}",
        descripcion=pendiente.motivo,
        ahora=ahora,
        objeto=(OBJETO, pendiente.pk),
        cambios={
            "estado": (Estado.EN_ESPERA.value, estado.value),
            "clave_en_espera": (pendiente.clave, None),
            "resuelto_por": (None, actor.nombre),
            "resuelto_en": (None, ahora.isoformat()),
            **({"producto": (None, pendiente.producto_id)} if pendiente.producto_id else {}),
        },
    )
    if pendiente.enviado_por_id not in (None, actor.usuario_id):
        porque = f": {pendiente.motivo}" if pendiente.motivo else ""
        aviso = Aviso(
            tipo=Notificacion.Tipo.PRODUCTO_PENDIENTE,
            titulo=f"Producto {pendiente.get_estado_display().lower()}",
            mensaje=f"{actor.nombre} {hizo.lower()} «{pendiente.nombre}» ({pendiente.codigo}){porque}",
            datos={"id_pendiente": pendiente.pk, "codigo_barras": pendiente.codigo},
        )
        notificar(usuarios=[pendiente.enviado_por_id], avisos=[aviso], ahora=ahora)
