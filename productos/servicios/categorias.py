"""Categorías."""

from datetime import datetime

from django.db import IntegrityError

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.operacion import operacion
from inventario.base.texto import normalizar
from productos.consultas import categoria_de_nombre
from productos.models import Categoria
from registros.models import TipoRegistro
from registros.servicios import registrar


class CategoriaDuplicada(Conflicto):
    """Hay otra categoría de ese nombre, salvo tildes y mayúsculas."""

    codigo = "categoria_duplicada"
    msg = "Ya existe una categoría con ese nombre"


@operacion
def crear_categoria(*, nombre: str, actor: Actor, ahora: datetime) -> Categoria:
    """Agrega una categoría.

    Raises:
        CategoriaDuplicada: hay otra de ese nombre, salvo tildes y mayúsculas.
    """
    categoria = Categoria()
    _nombrar(categoria, nombre)
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"Categoría creada: {categoria.nombre}",
        ahora=ahora,
        objeto=("categoria", categoria.pk),
        cambios={"nombre": (None, categoria.nombre)},
    )
    return categoria


@operacion
def renombrar_categoria(
    *, categoria_id: int, nombre: str, actor: Actor, ahora: datetime
) -> Categoria:
    """Cambia el nombre de una categoría que existe.

    Raises:
        CategoriaDuplicada: hay otra de ese nombre, salvo tildes y mayúsculas.
    """
    categoria = Categoria.objects.select_for_update().get(pk=categoria_id)
    antes = categoria.nombre
    _nombrar(categoria, nombre)
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"Categoría renombrada: {categoria.nombre}",
        ahora=ahora,
        objeto=("categoria", categoria.pk),
        cambios={"nombre": (antes, categoria.nombre)},
    )
    return categoria


def exigir_categoria(nombre: str) -> Categoria:
    """La categoría de ese nombre, sin importar tildes ni mayúsculas.

    Raises:
        Invalido: no existe.
    """
    if categoria := categoria_de_nombre(nombre):
        return categoria
    raise Invalido(
        f"No existe la categoría {nombre}",
        codigo="categoria_desconocida",
        errores={"categoria": [f"No existe la categoría {nombre}"]},
    )


def _nombrar(categoria: Categoria, nombre: str) -> None:
    categoria.nombre = nombre.strip()
    categoria.nombre_normalizado = normalizar(nombre)
    try:
        categoria.save()
    except IntegrityError as error:
        raise CategoriaDuplicada from error
