"""De lo que el cajero leyó a líneas que se pueden cobrar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from inventario.base.errores import Conflicto, Invalido
from inventario.base.formato import clp, sin_ceros
from productos.consultas import Resuelto, resolver_codigos
from productos.kardex import StockInsuficiente
from productos.models import ClaseTributaria, EstadoProducto, Producto, Unidad
from productos.reglas import cantidad_admitida
from ventas.reglas.cobro import CERO, MAXIMO_MISCELANEO, MAXIMO_MISCELANEO_CLP, Linea, medir


class ProductoInvalido(Invalido):
    """Hay líneas que no se pueden vender, por su número: desconocidas, inactivas o mal medidas."""

    codigo = "producto_invalido"
    msg = "Hay productos que no se pueden vender"


class MiscelaneoNoPermitido(Conflicto):
    """La tienda no vende lo que no tiene ficha."""

    codigo = "miscelaneo_no_permitido"
    msg = "Esta tienda no vende productos sin ficha: envíelo a aprobar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Miscelaneo:
    """Lo que se vende sin ficha: con qué nombre y a cuánto (CLP por unidad, IVA incluido)."""

    nombre: str
    precio: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaPedida:
    """Una línea tal como llega: producto por id o por código leído, y cuánto.

    Con una etiqueta de balanza, ``cantidad`` cuenta etiquetas; si no, unidades o kilos. ``precio`` (CLP por
    unidad o kilo) es el que se cobra en vez del que pone el servidor; nulo, el del servidor. Con
    ``miscelaneo`` no nombra a ningún producto, y su código, si lo trae, es el que nadie conocía.
    """

    cantidad: Decimal
    id_producto: int | None = None
    codigo_barras: str | None = None
    precio: int | None = None
    miscelaneo: Miscelaneo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaLista:
    """Una línea con su producto, lo que pide y cómo se cobra hoy.

    El ``producto`` de un misceláneo es una ficha que no existe: sin id, y nunca se guarda.
    """

    numero: int
    producto: Producto
    codigo: str
    descuento: Decimal
    cobro: Linea
    precio_cambiado: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identificadas:
    """Líneas y el producto que cada una nombra (``None``, ninguno); ``resueltos``, por código leído."""

    pedidas: Sequence[LineaPedida]
    resueltos: dict[str, Resuelto]
    ids: Sequence[int | None]

    @property
    def por_bloquear(self) -> list[int]:
        return [i for i in self.ids if i is not None]


def identificar_lineas(pedidas: Sequence[LineaPedida], *, hoy: date) -> Identificadas:
    """De cada línea, qué producto es. Sin códigos de barras no consulta."""
    codigos = {linea.codigo_barras for linea in pedidas if linea.codigo_barras}
    resueltos = resolver_codigos(codigos, hoy) if codigos else {}
    return Identificadas(
        pedidas=pedidas, resueltos=resueltos, ids=[_id_de(linea, resueltos) for linea in pedidas]
    )


def preparar_lineas(
    identificadas: Identificadas,
    leidos: Sequence[Producto],
    *,
    hoy: date,
    cobrada: datetime | None = None,
) -> list[LineaLista]:
    """Comprueba cada línea con su producto (``productos.kardex.pedir_productos``).

    El stock se comprueba de nuevo cuando está bloqueado (``exigir_stock``).

    Args:
        cobrada: cuándo, si una caja la cobró sin red. Un misceláneo cuyo código pasó después a ser de un
            producto queda como se cobró; si ya lo era, se rechaza.

    Raises:
        ProductoInvalido: alguna no se puede vender; nombra también a las que no tienen stock.
        StockInsuficiente: todas se pueden vender, pero a alguna le falta stock, sola o sumada a
            las otras líneas del mismo producto.
    """
    productos = {producto.id: producto for producto in leidos}
    pares = zip(identificadas.pedidas, identificadas.ids, strict=True)
    listas: list[LineaLista] = []
    invalidas: dict[str, list[str]] = {}
    for numero, (pedida, producto_id) in enumerate(pares, start=1):
        producto = productos.get(producto_id) if producto_id is not None else None
        resuelto = identificadas.resueltos.get(pedida.codigo_barras or "")
        if pedida.miscelaneo is not None:
            if problema := _problema_de_miscelaneo(pedida, pedida.miscelaneo, resuelto, cobrada):
                invalidas[str(numero)] = [problema]
            else:
                listas.append(_miscelanea(numero, pedida, pedida.miscelaneo))
            continue
        if producto is None:
            invalidas[str(numero)] = [_no_esta(pedida, producto_id)]
            continue
        lista, problema = _preparar(numero, pedida, producto, resuelto, hoy)
        if lista is None:
            invalidas[str(numero)] = [problema]
        else:
            listas.append(lista)
    faltan = _sin_stock(listas)
    if invalidas:
        raise ProductoInvalido(errores=invalidas | faltan)
    if faltan:
        raise StockInsuficiente(errores=faltan)
    return listas


def exigir_stock(lineas: Sequence[LineaLista]) -> None:
    """Que alcance, con los productos ya bloqueados.

    Raises:
        StockInsuficiente: con cada línea a la que le falta.
    """
    if faltan := _sin_stock(lineas):
        raise StockInsuficiente(errores=faltan)


def _id_de(linea: LineaPedida, resueltos: dict[str, Resuelto]) -> int | None:
    """El producto que la línea nombra, o ``None``; dos nombres que no coinciden no nombran a nadie."""
    if linea.miscelaneo is not None:
        return None
    if not linea.codigo_barras:
        return linea.id_producto
    resuelto = resueltos.get(linea.codigo_barras)
    if resuelto is None or linea.id_producto not in (None, resuelto.producto_id):
        return None
    return resuelto.producto_id


def _no_esta(linea: LineaPedida, producto_id: int | None) -> str:
    if linea.codigo_barras and producto_id is None and linea.id_producto is not None:
        return f"El código {linea.codigo_barras} no es del producto {linea.id_producto}"
    if linea.codigo_barras:
        return f"No existe un producto con el código {linea.codigo_barras}"
    return f"No existe el producto {linea.id_producto}"


def _preparar(
    numero: int, pedida: LineaPedida, producto: Producto, resuelto: Resuelto | None, hoy: date
) -> tuple[LineaLista | None, str]:
    """La línea lista, o el problema que tiene."""
    if producto.estado != EstadoProducto.ACTIVO:
        return None, f"{producto.nombre} está inactivo"
    if pedida.cantidad <= 0:
        return None, "La cantidad debe ser mayor que cero"
    precio_unitario = producto.precio_final(hoy) if pedida.precio is None else pedida.precio
    cantidad: Decimal | None = pedida.cantidad
    precio_etiqueta = None
    if resuelto is not None and (resuelto.kilos is not None or resuelto.precio_clp is not None):
        if pedida.cantidad != pedida.cantidad.to_integral_value():
            return None, "Con una etiqueta de balanza, la cantidad cuenta etiquetas enteras"
        if resuelto.precio_clp is not None and pedida.precio is not None:
            return None, "La etiqueta ya trae su precio: no se le pone otro"
        cantidad = medir(
            pedida.cantidad,
            kilos=resuelto.kilos,
            precio_clp=resuelto.precio_clp,
            precio_unitario=precio_unitario,
        )
        if resuelto.precio_clp is not None:
            precio_etiqueta = int(resuelto.precio_clp * pedida.cantidad)
    if not cantidad:
        return None, "La etiqueta no dice cuánto es"
    if not cantidad_admitida(cantidad, por_kilo=producto.por_kilo):
        return None, f"{producto.nombre} se vende por unidades enteras"
    cobro = Linea(
        cantidad=cantidad,
        precio_unitario=precio_unitario,
        exenta=producto.clase_tributaria == ClaseTributaria.EXENTO,
        precio_etiqueta=precio_etiqueta,
    )
    return (
        LineaLista(
            numero=numero,
            producto=producto,
            codigo=pedida.codigo_barras or producto.codigo_principal or "",
            # Con otro precio no hay descuento del producto: no es de ahí de donde sale.
            descuento=CERO if pedida.precio is not None else producto.descuento_vigente(hoy) or CERO,
            cobro=cobro,
            precio_cambiado=pedida.precio is not None,
        ),
        "",
    )


def _problema_de_miscelaneo(
    pedida: LineaPedida, miscelaneo: Miscelaneo, resuelto: Resuelto | None, cobrada: datetime | None
) -> str:
    if resuelto is not None and not (
        cobrada and Producto.objects.filter(pk=resuelto.producto_id, fecha_registro__gt=cobrada).exists()
    ):
        return f"El código {pedida.codigo_barras} ya es de un producto: véndalo por su código"
    if pedida.id_producto is not None:
        return "Un misceláneo no tiene id_producto"
    if pedida.precio is not None:
        return "Un misceláneo ya trae su precio: no se le pone otro"
    if not miscelaneo.nombre.strip():
        return "Un misceláneo necesita un nombre"
    if not 1 <= miscelaneo.precio <= MAXIMO_MISCELANEO_CLP:
        return f"El precio de un misceláneo va de $1 a {clp(MAXIMO_MISCELANEO_CLP)}"
    cantidad = pedida.cantidad
    if not (0 < cantidad <= MAXIMO_MISCELANEO and cantidad == cantidad.to_integral_value()):
        return f"Un misceláneo se vende por unidades enteras, de 1 a {MAXIMO_MISCELANEO}"
    return ""


def _miscelanea(numero: int, pedida: LineaPedida, miscelaneo: Miscelaneo) -> LineaLista:
    """Con IVA, que es lo que la ley supone, y sin costo, que nadie conoce."""
    ficha = Producto(nombre=miscelaneo.nombre.strip(), unidad=Unidad.UNIDAD)
    ficha.precio_vigente = miscelaneo.precio
    return LineaLista(
        numero=numero,
        producto=ficha,
        codigo=(pedida.codigo_barras or "").strip().upper(),
        descuento=CERO,
        cobro=Linea(cantidad=pedida.cantidad, precio_unitario=miscelaneo.precio),
    )


def _sin_stock(lineas: Sequence[LineaLista]) -> dict[str, list[str]]:
    """Las líneas de cada producto que, entre todas, piden más de lo que hay sin vencer."""
    pedido: dict[int, Decimal] = {}
    lineas = [linea for linea in lineas if linea.producto.id is not None]
    for linea in lineas:
        pk = linea.producto.id
        pedido[pk] = pedido.get(pk, CERO) + linea.cobro.cantidad
    return {
        str(linea.numero): [
            f"Stock insuficiente de {linea.producto.nombre}: se piden "
            f"{sin_ceros(pedido[linea.producto.id])} "
            f"y quedan {sin_ceros(linea.producto.stock_vendible)}"
        ]
        for linea in lineas
        if pedido[linea.producto.id] > linea.producto.stock_vendible
    }
