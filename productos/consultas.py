"""Lecturas del catálogo: con lo relacionado cargado y un número constante de consultas; nunca escriben."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Aggregate, CharField, OuterRef, Q, Subquery

from inventario.base.actor import Actor
from inventario.base.texto import normalizar
from productos.models import (
    Categoria,
    CodigoBarras,
    PatronBalanza,
    Producto,
    ProductoQuerySet,
    Unidad,
)
from productos.reglas import Etiqueta, Patron, clave_de_codigo, kilos_por, leer_etiqueta


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuelto:
    """El producto que un código nombra.

    Sólo las etiquetas de balanza traen ``kilos``, y ``precio_clp`` las que llevan impreso el
    precio (sus kilos son los que ese precio compra al precio del día).
    """

    producto_id: int
    kilos: Decimal | None = None
    precio_clp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encontrado:
    """Un producto cargado entero y lo que la etiqueta de balanza dijo de él, si fue una etiqueta."""

    producto: Producto
    kilos: Decimal | None = None
    precio_clp: int | None = None


class _Juntar(Aggregate):
    """``GROUP_CONCAT``, igual en SQLite y MariaDB; un código nunca lleva comas."""

    function = "GROUP_CONCAT"
    output_field = CharField()


def productos_cargados(hoy: date) -> ProductoQuerySet:
    """Productos con categoría, descuento, precio del día y códigos, en una consulta.

    Agrega ``otros_codigos``: los que no son el principal, separados por comas, o ``None``.
    """
    otros = (
        CodigoBarras.objects.filter(producto=OuterRef("pk"), principal__isnull=True)
        .order_by()
        .values("producto")
        .annotate(juntos=_Juntar("codigo"))
        .values("juntos")
    )
    productos = Producto.objects.select_related("categoria", "descuento").con_codigo_principal()
    return productos.con_precio(hoy).annotate(  # type: ignore[no-redef]
        otros_codigos=Subquery(otros)
    )


def producto_cargado(producto_id: int, *, hoy: date) -> Producto:
    """Un producto que existe, como los de ``productos_cargados``."""
    return productos_cargados(hoy).get(pk=producto_id)


def visibles(productos: ProductoQuerySet, actor: Actor) -> ProductoQuerySet:
    """El personal ve todo; los demás, sólo lo activo."""
    return productos if actor.es_personal else productos.activos()


def buscar_productos(
    *,
    actor: Actor,
    hoy: date,
    buscar: str = "",
    categoria: str = "",
    estado: str = "",
    stock_bajo: bool = False,
) -> ProductoQuerySet:
    """Productos que ``actor`` puede ver, por id.

    Args:
        buscar: parte del nombre, sin importar tildes ni mayúsculas, o un código de barras.
        categoria: nombre de la categoría, tampoco importan tildes ni mayúsculas.
    """
    productos = visibles(productos_cargados(hoy), actor).order_by("pk")
    if buscar.strip():
        productos = productos.filter(coincidencia(buscar))
    if categoria:
        productos = productos.filter(categoria__nombre_normalizado=normalizar(categoria))
    if estado:
        productos = productos.filter(estado=estado)
    return productos.stock_bajo() if stock_bajo else productos


def coincidencia(buscar: str) -> Q:
    """Los productos con ``buscar`` en el nombre, sin tildes ni mayúsculas, o que tienen ese código."""
    por_nombre = Q(nombre_normalizado__contains=normalizar(buscar))
    clave = _clave_o_nada(buscar)
    if clave is None:
        return por_nombre
    con_codigo = CodigoBarras.objects.filter(clave=clave).values("producto")
    return por_nombre | Q(pk__in=con_codigo)


def categoria_de_nombre(nombre: str) -> Categoria | None:
    """La categoría de ese nombre, sin importar tildes ni mayúsculas."""
    return Categoria.objects.filter(nombre_normalizado=normalizar(nombre)).first()


def producto_por_codigo(
    codigo: str, *, hoy: date, solo_activos: bool = False
) -> Encontrado | None:
    """El producto de ``codigo``: una consulta; dos más si no está y tiene forma de etiqueta."""
    productos = productos_cargados(hoy)
    if solo_activos:
        productos = productos.activos()
    clave = _clave_o_nada(codigo)
    if clave is None:
        return None
    if producto := productos.filter(codigos__clave=clave).first():
        return Encontrado(producto=producto)
    etiqueta = _etiquetas([codigo]).get(codigo)
    if etiqueta is None:
        return None
    producto = productos.filter(codigos__clave=etiqueta.item, unidad=Unidad.KILO).first()
    if producto is None:
        return None
    return Encontrado(
        producto=producto,
        kilos=_kilos(etiqueta, producto, hoy),
        precio_clp=etiqueta.precio_clp,
    )


def resolver_codigos(codigos: Collection[str], hoy: date) -> dict[str, Resuelto]:
    """Código leído → producto: una consulta; dos más si alguno tiene forma de etiqueta de balanza,
    y otra, por el precio del día, si alguna lleva impreso el precio en vez del peso.

    Una etiqueta nombra al producto **por kilo** que tiene como código de barras los dígitos del
    ítem, tal como van en la etiqueta, con sus ceros: ``24 00123 …`` es el producto con el código
    ``00123``. Un código entero ya registrado gana a su lectura como etiqueta. Los códigos que no
    existen, o no pueden serlo, faltan en la respuesta.
    """
    claves = {codigo: clave for codigo in codigos if (clave := _clave_o_nada(codigo))}
    exactos = dict(
        CodigoBarras.objects.filter(clave__in=set(claves.values())).values_list(
            "clave", "producto_id"
        )
    )
    resueltos = {
        codigo: Resuelto(producto_id=exactos[clave])
        for codigo, clave in claves.items()
        if clave in exactos
    }
    etiquetas = _etiquetas([codigo for codigo in claves if codigo not in resueltos])
    if not etiquetas:
        return resueltos
    por_item = {
        codigo_barras.clave: codigo_barras.producto_id
        for codigo_barras in CodigoBarras.objects.filter(
            clave__in={etiqueta.item for etiqueta in etiquetas.values()},
            producto__unidad=Unidad.KILO,
        )
    }
    productos = _con_precio(por_item.values(), etiquetas.values(), hoy)
    for codigo, etiqueta in etiquetas.items():
        if (producto_id := por_item.get(etiqueta.item)) is not None:
            resueltos[codigo] = Resuelto(
                producto_id=producto_id,
                kilos=_kilos(etiqueta, productos.get(producto_id), hoy),
                precio_clp=etiqueta.precio_clp,
            )
    return resueltos


def _con_precio(
    ids: Collection[int], etiquetas: Collection[Etiqueta], hoy: date
) -> dict[int, Producto]:
    """Los productos cuyo precio hace falta: ninguno, si toda etiqueta trae su peso."""
    if all(etiqueta.kilos is not None for etiqueta in etiquetas):
        return {}
    return Producto.objects.select_related("descuento").con_precio(hoy).in_bulk(list(ids))


def _kilos(etiqueta: Etiqueta, producto: Producto | None, hoy: date) -> Decimal | None:
    if etiqueta.precio_clp is None or producto is None:
        return etiqueta.kilos
    return kilos_por(etiqueta.precio_clp, producto.precio_final(hoy))


def _clave_o_nada(codigo: str) -> str | None:
    try:
        return clave_de_codigo(codigo)
    except ValueError:
        return None


def _etiquetas(codigos: Collection[str]) -> dict[str, Etiqueta]:
    """Los que son etiquetas de balanza según los patrones activos; sin candidatos, no consulta."""
    candidatos = [c for c in codigos if len(c.strip()) == 13 and c.strip().isdigit()]
    if not candidatos:
        return {}
    patrones = [
        Patron(
            prefijo=patron.prefijo,
            digitos_item=patron.digitos_item,
            digitos_valor=patron.digitos_valor,
            en_gramos=patron.valor == PatronBalanza.Valor.GRAMOS,
        )
        for patron in PatronBalanza.objects.filter(activo=True)
    ]
    leidas = {codigo: leer_etiqueta(codigo, patrones) for codigo in candidatos}
    return {codigo: etiqueta for codigo, etiqueta in leidas.items() if etiqueta is not None}
