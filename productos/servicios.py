"""Casos de uso del catálogo. Todo cambio de stock pasa por ``productos.kardex``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de
from inventario.base.operacion import operacion
from inventario.base.texto import normalizar
from productos.consultas import categoria_de_nombre
from productos.kardex import Cambio, mover_stock
from productos.models import (
    CERO,
    Categoria,
    ClaseTributaria,
    CodigoBarras,
    Descuento,
    EstadoProducto,
    MovimientoStock,
    Precio,
    Producto,
    Unidad,
)
from productos.reglas import cantidad_admitida, clave_de_codigo
from registros.models import TipoRegistro
from registros.servicios import registrar


class CodigoDuplicado(Conflicto):
    """Un código de barras ya es de otro producto."""

    codigo = "codigo_duplicado"
    msg = "Ese código de barras ya es de otro producto"


class CategoriaDuplicada(Conflicto):
    codigo = "categoria_duplicada"
    msg = "Ya existe una categoría con ese nombre"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosProducto:
    """Lo que se sabe de un producto al crearlo.

    Args:
        categoria: nombre de una categoría que existe.
        codigos_barras: códigos además del principal.
        precio_venta: CLP por unidad o kilo, IVA incluido.
        costo: CLP sin IVA por unidad o kilo.
        descuento: %, de 0 a 100, hasta ``vencimiento_descuento`` inclusive (``None``: sin fin).
    """

    nombre: str
    categoria: str
    codigo_barras: str
    precio_venta: int
    codigos_barras: Sequence[str] = ()
    descripcion: str = ""
    unidad: str = Unidad.UNIDAD
    clase_tributaria: str = ClaseTributaria.AFECTO
    stock: Decimal = CERO
    stock_minimo: Decimal = CERO
    costo: Decimal = CERO
    descuento: Decimal | None = None
    vencimiento_descuento: date | None = None
    fecha_vencimiento: date | None = None
    estado: str = EstadoProducto.ACTIVO


@operacion
def crear_categoria(*, nombre: str, actor: Actor, ahora: datetime) -> Categoria:
    """Agrega una categoría.

    Raises:
        CategoriaDuplicada: hay otra de ese nombre, salvo tildes y mayúsculas.
    """
    try:
        categoria = Categoria.objects.create(
            nombre=nombre.strip(), nombre_normalizado=normalizar(nombre)
        )
    except IntegrityError as error:
        raise CategoriaDuplicada from error
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
def crear_producto(*, datos: DatosProducto, actor: Actor, ahora: datetime) -> Producto:
    """Agrega un producto con sus códigos, su descuento y, si trae stock, su movimiento inicial.

    Raises:
        Invalido: categoría desconocida, código mal formado, cantidad que no se puede medir o
            descuento que ya habría vencido; con el campo.
        CodigoDuplicado: un código ya es de otro producto.
    """
    hoy = dia_de(ahora)
    codigos = claves_de(datos.codigo_barras, datos.codigos_barras)
    producto = Producto(
        nombre=datos.nombre.strip(),
        nombre_normalizado=normalizar(datos.nombre),
        descripcion=datos.descripcion,
        categoria=exigir_categoria(datos.categoria),
        unidad=datos.unidad,
        clase_tributaria=datos.clase_tributaria,
        precio_venta=datos.precio_venta,
        stock_minimo=datos.stock_minimo,
        fecha_vencimiento=datos.fecha_vencimiento,
        estado=datos.estado,
        fecha_registro=ahora,
    )
    exigir_cantidad(producto, "stock", datos.stock)
    exigir_cantidad(producto, "stock_minimo", datos.stock_minimo)
    exigir_codigos_libres(codigos)
    producto.save(force_insert=True)
    guardar_codigos(producto, codigos)
    anotar_precio(producto, datos.precio_venta, desde=hoy, actor=actor, ahora=ahora)
    if datos.descuento is not None:
        exigir_vencimiento_futuro(datos.vencimiento_descuento, hoy)
        Descuento.objects.create(
            producto=producto, porcentaje=datos.descuento, ultimo_dia=datos.vencimiento_descuento
        )
    elif datos.vencimiento_descuento is not None:
        raise Invalido(errores={"vencimiento_descuento": ["No hay un descuento que venza"]})
    if datos.stock or datos.costo:
        mover_stock(
            cambios=[
                Cambio(
                    producto=producto,
                    cantidad=datos.stock,
                    costo_unitario=datos.costo,
                    motivo="Creación del producto",
                )
            ],
            tipo=MovimientoStock.Tipo.INICIAL if datos.stock else MovimientoStock.Tipo.COSTO,
            actor=actor,
            ahora=ahora,
        )
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"Producto creado: {producto.nombre}",
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={
            "nombre": (None, producto.nombre),
            "precio_venta": (None, producto.precio_venta),
            "codigo_barras": (None, datos.codigo_barras),
            "stock": (None, str(producto.stock)),
            "costo": (None, str(producto.costo_promedio)),
        },
    )
    return producto


def exigir_categoria(nombre: str) -> Categoria:
    """La categoría de ese nombre.

    Raises:
        Invalido: no existe.
    """
    if categoria := categoria_de_nombre(nombre):
        return categoria
    raise Invalido(
        codigo="categoria_desconocida", errores={"categoria": [f"No existe la categoría {nombre}"]}
    )


def exigir_cantidad(producto: Producto, campo: str, cantidad: Decimal) -> None:
    """La cantidad se puede medir en la unidad del producto.

    Raises:
        Invalido: fracción de una unidad, o menos de un gramo.
    """
    if not cantidad_admitida(cantidad, por_kilo=producto.por_kilo):
        regla = "hasta tres decimales" if producto.por_kilo else "un número entero"
        raise Invalido(errores={campo: [f"Debe ser {regla}: se vende por {producto.unidad}"]})


def exigir_vencimiento_futuro(ultimo_dia: date | None, hoy: date) -> None:
    """El último día de un descuento, al ponerlo, es posterior a hoy.

    Raises:
        Invalido: es hoy o ya pasó.
    """
    if ultimo_dia is not None and ultimo_dia <= hoy:
        raise Invalido(
            errores={"vencimiento_descuento": ["Debe ser una fecha posterior a hoy"]}
        )


def claves_de(principal: str, otros: Iterable[str]) -> dict[str, str]:
    """Clave → código, el principal primero y sin repetidos.

    Raises:
        Invalido: alguno está mal formado; con su campo.
    """
    claves: dict[str, str] = {}
    errores: dict[str, list[str]] = {}
    for campo, codigo in [("codigo_barras", principal), *(("codigos_barras", c) for c in otros)]:
        try:
            claves.setdefault(clave_de_codigo(codigo), codigo.strip())
        except ValueError as error:
            errores.setdefault(campo, []).append(f"{codigo}: {error}")
    if errores:
        raise Invalido(codigo="codigo_invalido", errores=errores)
    return claves


def exigir_codigos_libres(codigos: dict[str, str], *, salvo: int | None = None) -> None:
    """Ningún código es de otro producto. Los que llegan a la vez los para el índice único.

    Raises:
        CodigoDuplicado: con los que están tomados.
    """
    tomados = (
        CodigoBarras.objects.filter(clave__in=codigos)
        .exclude(producto=salvo)
        .values_list("clave", flat=True)
    )
    if repetidos := [codigos[clave] for clave in tomados]:
        raise CodigoDuplicado(
            errores={"codigo_barras": [f"{c} ya es de otro producto" for c in repetidos]}
        )


def guardar_codigos(producto: Producto, codigos: dict[str, str]) -> None:
    """Inserta ``codigos`` (clave → código); el primero queda de principal.

    Raises:
        CodigoDuplicado: otro producto tomó alguno entretanto.
    """
    try:
        CodigoBarras.objects.bulk_create(
            CodigoBarras(
                producto=producto, codigo=codigo, clave=clave, principal=True if n == 0 else None
            )
            for n, (clave, codigo) in enumerate(codigos.items())
        )
    except IntegrityError as error:
        raise CodigoDuplicado from error


def anotar_precio(
    producto: Producto,
    precio: int,
    *,
    desde: date,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
) -> Precio:
    """Agrega al historial el ``precio`` (CLP) que rige ``desde`` ese día."""
    return Precio.objects.create(
        producto=producto,
        precio=precio,
        desde=desde,
        usuario_id=actor.usuario_id,
        fecha=ahora,
        motivo=motivo,
    )
