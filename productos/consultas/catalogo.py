"""Los productos como se muestran y se buscan."""

from datetime import date

from django.db import connection
from django.db.models import Count, F, IntegerField, Q, Subquery
from django.db.models.functions import Coalesce

from inventario.base.actor import Actor
from inventario.base.texto import normalizar
from productos.models import (
    Categoria,
    CodigoBarras,
    EstadoProducto,
    GramaNombre,
    Producto,
    ProductoQuerySet,
    TotalProductos,
)
from productos.reglas import clave_o_nada, gramas

GRAMAS = 2
"""Cuántas de las de un texto se buscan en el índice; el resto lo juzga el propio nombre."""
COMUN = 200
"""Con tantos productos una grama ya es común y se deja de contar."""


def productos_cargados(hoy: date) -> ProductoQuerySet:
    """Productos con categoría, descuento y precio del día, en una consulta: para uno o pocos."""
    return Producto.objects.select_related("categoria", "descuento").con_precio(hoy)


def fichas(hoy: date) -> ProductoQuerySet:
    """``productos_cargados`` con lo justo para mostrarlos (``serializers.ProductoSalida``), sin orden."""
    return (
        productos_cargados(hoy)
        .defer("nombre_normalizado", "costo_promedio", "valor_stock", "categoria__nombre_normalizado")
        .order_by()
    )


def productos_listados(hoy: date) -> ProductoQuerySet:
    """Como ``productos_cargados``, en dos consultas: para listas, que se cortan por página.

    La categoría va aparte: unida, MariaDB parte por ella, ordena el catálogo entero y recién ahí
    corta la página (50.000 productos: 1,6 s en vez de unos milisegundos).
    """
    return Producto.objects.select_related("descuento").prefetch_related("categoria").con_precio(hoy)


def producto_cargado(producto_id: int, *, hoy: date) -> Producto:
    """Un producto que existe, como los de ``productos_cargados``."""
    return productos_cargados(hoy).get(pk=producto_id)


def visibles(productos: ProductoQuerySet, actor: Actor) -> ProductoQuerySet:
    """El personal ve todo; los demás, sólo lo activo."""
    return productos if actor.es_personal else productos.activos()


def se_muestra(producto: Producto, actor: Actor) -> bool:
    """Lo mismo que ``visibles``, de uno ya leído."""
    return actor.es_personal or producto.estado == EstadoProducto.ACTIVO


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
    productos = visibles(productos_listados(hoy), actor).order_by("pk")
    if buscar.strip():
        productos = productos.filter(coincidencia(buscar))
    if categoria:
        productos = productos.filter(categoria__nombre_normalizado=normalizar(categoria))
    if estado:
        productos = productos.filter(estado=estado)
    return productos.stock_bajo() if stock_bajo else productos


def total_sin_contar(
    *, actor: Actor, buscar: str = "", categoria: str = "", estado: str = "", stock_bajo: bool = False
) -> int | None:
    """Cuántos da ``buscar_productos``, si se sabe sin recorrerlos; ``None`` si hay que contarlos.

    De todos hay cuenta (``TotalProductos``), y los activos son los que no están inactivos, que suelen ser
    los menos y están juntos en su índice.
    """
    if buscar.strip() or categoria or stock_bajo or estado == EstadoProducto.INACTIVO:
        return None
    total = TotalProductos.objects.values_list("cuantos", flat=True)
    if estado or not actor.es_personal:
        inactivos = (
            Producto.objects.filter(estado=EstadoProducto.INACTIVO).order_by().values("estado")
            .annotate(n=Count("pk")).values("n")
        )
        # En una sentencia: en dos, un producto creado entre medio sobraría o faltaría.
        total = TotalProductos.objects.annotate(
            activos=F("cuantos") - Coalesce(Subquery(inactivos), 0, output_field=IntegerField())
        ).values_list("activos", flat=True)
    return total.first() or 0


def coincidencia(buscar: str) -> Q:
    """Los productos con ``buscar`` en el nombre, sin tildes ni mayúsculas, o que tienen ese código.

    Desde tres letras no recorre el catálogo: parte de los productos que tienen sus gramas más raras
    (dos consultas cortas, ahora, para saber cuáles). Con una o dos letras calza buena parte de él, y
    recorrerlo es lo más corto.
    """
    texto = normalizar(buscar)
    coincide = Q(nombre_normalizado__contains=texto)
    con_codigo = _con_codigo(buscar)
    if con_codigo is not None:
        coincide |= Q(pk=con_codigo)
    for grama in _mas_raras(gramas(texto)):
        # El del código va también como candidato: un «o» por fuera obligaría a recorrer todo.
        tienen = Q(grama=grama) if con_codigo is None else Q(grama=grama) | Q(producto=con_codigo)
        coincide &= Q(pk__in=GramaNombre.objects.filter(tienen).values("producto"))
    return coincide


def _con_codigo(buscar: str) -> int | None:
    clave = clave_o_nada(buscar)
    if clave is None:
        return None
    return CodigoBarras.objects.filter(clave=clave).values_list("producto_id", flat=True).first()


def _mas_raras(todas: list[int]) -> list[int]:
    """Las ``GRAMAS`` que menos productos tienen; de las comunes, que no ayudan, una basta."""
    if not todas:
        return []
    tabla = GramaNombre._meta.db_table
    contar = " UNION ALL ".join(
        [
            f"SELECT %s, COUNT(*) FROM (SELECT 1 FROM {tabla} WHERE grama = %s LIMIT {COMUN}) g{n}"  # noqa: S608
            for n in range(len(todas))
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(contar, [valor for grama in todas for valor in (grama, grama)])
        cuantos = sorted((cuantos, int(grama)) for grama, cuantos in cursor.fetchall())
    raras = [grama for n, grama in cuantos[:GRAMAS] if n < COMUN]
    return raras or [cuantos[0][1]]


def categoria_de_nombre(nombre: str) -> Categoria | None:
    """La categoría de ese nombre, sin importar tildes ni mayúsculas."""
    return Categoria.objects.filter(nombre_normalizado=normalizar(nombre)).first()
