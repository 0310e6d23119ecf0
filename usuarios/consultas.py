"""Lecturas de usuarios: nunca escriben."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from inventario.base.actor import Actor
from inventario.base.errores import NoExiste
from inventario.base.rut import canonico
from inventario.base.texto import normalizar
from usuarios.models import Usuario, UsuarioQuerySet


class UsuarioNoExiste(NoExiste):
    """No hay usuario con ese RUT o id."""

    codigo = "usuario_no_existe"
    msg = "Usuario no encontrado"


def usuarios_visibles(*, actor: Actor, filtro: Mapping[str, Any]) -> UsuarioQuerySet:
    """Los usuarios que ``actor`` puede ver: un Administrador, todos; un Cajero, los Clientes; otro, él mismo.

    Args:
        filtro: cualquiera de ``rol``, ``estado`` y ``buscar`` (palabras del nombre, sin distinguir
            tildes, o parte del RUT).
    """
    usuarios = Usuario.objects.all().order_by("id")
    if actor.es_cajero:
        usuarios = usuarios.clientes()
    elif not actor.es_administrador:
        usuarios = usuarios.filter(pk=actor.usuario_id or 0)
    if rol := filtro.get("rol"):
        usuarios = usuarios.filter(rol=rol)
    if estado := filtro.get("estado"):
        usuarios = usuarios.filter(estado=estado)
    if buscar := filtro.get("buscar"):
        usuarios = usuarios.filter(parecido_a(buscar))
    return usuarios


def usuario_por_rut(texto: str) -> Usuario:
    """El usuario de un RUT escrito en cualquiera de sus formas.

    Raises:
        UsuarioNoExiste: no hay tal usuario, o ``texto`` no es un RUT.
    """
    try:
        usuario = Usuario.objects.filter(rut=canonico(texto)).first()
    except ValueError:
        usuario = None
    if usuario is None:
        raise UsuarioNoExiste
    return usuario


def clientes_con_mas_puntos(cuantos: int) -> UsuarioQuerySet:
    """Los Clientes activos con más puntos, de más a menos."""
    return Usuario.objects.clientes().activos().order_by("-puntos", "id")[:cuantos]


def parecido_a(buscar: str) -> Q:
    """Condición de quien tiene todas las palabras de ``buscar`` en su nombre, o lo lleva en su RUT."""
    por_nombre = Q()
    for palabra in normalizar(buscar).split():
        por_nombre &= Q(nombre_normalizado__contains=palabra)
    rut = buscar.replace(".", "").replace("-", "").strip().upper()
    return por_nombre | Q(rut__contains=rut) if _es_parte_de_rut(rut) else por_nombre


def _es_parte_de_rut(texto: str) -> bool:
    return texto.isascii() and texto.rstrip("K").isdigit()
