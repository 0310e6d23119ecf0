"""Los productos como se muestran y se buscan."""

from datetime import date

from django.db.models import Aggregate, CharField, OuterRef, Q, Subquery

from inventario.base.actor import Actor
from inventario.base.texto import normalizar
from productos.models import Categoria, CodigoBarras, Producto, ProductoQuerySet
from productos.reglas import clave_o_nada


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
    clave = clave_o_nada(buscar)
    if clave is None:
        return por_nombre
    con_codigo = CodigoBarras.objects.filter(clave=clave).values("producto")
    return por_nombre | Q(pk__in=con_codigo)


def categoria_de_nombre(nombre: str) -> Categoria | None:
    """La categoría de ese nombre, sin importar tildes ni mayúsculas."""
    return Categoria.objects.filter(nombre_normalizado=normalizar(nombre)).first()
