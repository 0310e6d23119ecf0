"""Lo que los casos de uso del catálogo comparten: hallar el producto, bloquearlo y medirlo."""

from datetime import date
from decimal import Decimal

from inventario.base.errores import Invalido, NoExiste
from productos.consultas import resolver_codigos
from productos.kardex import bloquear_productos
from productos.models import Producto
from productos.reglas import cantidad_admitida


class ProductoNoEncontrado(NoExiste):
    """Ningún producto tiene ese código."""

    codigo = "producto_no_encontrado"
    msg = "Producto no encontrado"


def exigir_producto(codigo: str, *, hoy: date) -> Producto:
    """El producto de ``codigo``, bloqueado y con el precio de ``hoy``.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
    """
    resuelto = resolver_codigos([codigo], hoy).get(codigo)
    if resuelto is None:
        raise ProductoNoEncontrado
    return bloquear_productos([resuelto.producto_id], hoy=hoy)[resuelto.producto_id]


def exigir_cantidad(producto: Producto, campo: str, cantidad: Decimal) -> None:
    """La cantidad se puede medir en la unidad del producto.

    Raises:
        Invalido: fracción de una unidad, o menos de un gramo.
    """
    if not cantidad_admitida(cantidad, por_kilo=producto.por_kilo):
        regla = "hasta tres decimales" if producto.por_kilo else "un número entero"
        raise Invalido(errores={campo: [f"Debe ser {regla}: se vende por {producto.unidad}"]})
