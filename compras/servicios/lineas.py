"""De lo que el pedido nombra a productos de la tienda: todas las líneas malas se dicen de una vez."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventario.base.errores import Invalido
from productos.consultas import resolver_codigos
from productos.models import EstadoProducto, Producto
from productos.reglas import cantidad_admitida

LINEAS_MAXIMAS = 500


class LineasInvalidas(Invalido):
    """Alguna línea nombra lo que no existe o una cantidad imposible; por número de línea, desde 1."""

    codigo = "lineas_invalidas"
    msg = "Hay líneas con problemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaPedida:
    """Una línea de una compra o de una orden; el producto, por id o por cualquiera de sus códigos.

    Args:
        costo_unitario: CLP sin IVA por unidad o kilo.
        costo_total: CLP sin IVA de toda la línea; el costo unitario puede así tener decimales.
        lote: código del fabricante, y ``fecha_vencimiento``, su último día; sólo de lo que se lleva
            por lotes.
    """

    cantidad: Decimal
    id_producto: int | None = None
    codigo_barras: str | None = None
    costo_unitario: Decimal | None = None
    costo_total: int | None = None
    lote: str = ""
    fecha_vencimiento: date | None = None


def identificar(
    lineas: Sequence[LineaPedida],
    *,
    hoy: date,
    leer: Callable[[Collection[int]], dict[int, Producto]],
) -> list[Producto]:
    """El producto de cada línea, en el mismo orden: dos consultas.

    Args:
        leer: de ids a productos; quien va a mover stock pasa ``bloquear_productos``.

    Raises:
        LineasInvalidas: con todas las líneas malas.
    """
    ids = _ids(lineas, hoy)
    productos = leer({pk for pk in ids if pk is not None})
    hallados = [productos.get(pk) if pk is not None else None for pk in ids]
    errores = {
        str(numero): [problema]
        for numero, (linea, producto) in enumerate(zip(lineas, hallados, strict=True), start=1)
        if (problema := _problema(linea, producto))
    }
    if not lineas:
        errores["productos"] = ["Debe haber al menos un producto"]
    if len(lineas) > LINEAS_MAXIMAS:
        errores["productos"] = [f"No puede haber más de {LINEAS_MAXIMAS} líneas"]
    if errores:
        raise LineasInvalidas(errores=errores)
    return [producto for producto in hallados if producto is not None]


def _ids(lineas: Sequence[LineaPedida], hoy: date) -> list[int | None]:
    codigos = {linea.codigo_barras for linea in lineas if linea.codigo_barras}
    resueltos = resolver_codigos(codigos, hoy) if codigos else {}
    ids: list[int | None] = []
    for linea in lineas:
        resuelto = resueltos.get(linea.codigo_barras or "")
        por_codigo = resuelto.producto_id if resuelto else None
        if not linea.codigo_barras:
            ids.append(linea.id_producto)
        elif linea.id_producto in (None, por_codigo):
            ids.append(por_codigo)
        else:
            ids.append(None)
    return ids


def _problema(linea: LineaPedida, producto: Producto | None) -> str | None:
    if producto is None:
        nombrado = linea.codigo_barras or f"id {linea.id_producto}"
        return f"No existe el producto {nombrado}"
    if producto.estado != EstadoProducto.ACTIVO:
        return f"{producto.nombre} está inactivo"
    if linea.cantidad <= 0:
        return f"La cantidad de {producto.nombre} debe ser mayor que cero"
    if not cantidad_admitida(linea.cantidad, por_kilo=producto.por_kilo):
        return f"{producto.nombre} se mide por unidades enteras"
    return None
