"""De lo que se escanea al producto que nombra."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventario.base.preparada import Preparada
from productos.consultas.catalogo import fichas
from productos.models import CodigoBarras, PatronBalanza, Producto, Unidad
from productos.reglas import Etiqueta, Patron, clave_o_nada, kilos_por, leer_etiqueta


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


POR_CLAVE: Preparada[Producto] = Preparada(
    lambda clave, hoy: fichas(hoy).filter(codigos__clave=clave)
)
"""El producto que tiene ``clave``: ninguno o uno."""


def producto_por_codigo(codigo: str, *, hoy: date) -> Encontrado | None:
    """El producto de ``codigo``: una consulta; dos más si no está y tiene forma de etiqueta."""
    clave = clave_o_nada(codigo)
    if clave is None:
        return None
    if producto := next(iter(POR_CLAVE(clave=clave, hoy=hoy)), None):
        return Encontrado(producto=producto)
    return producto_por_etiqueta(codigo, hoy=hoy)


def producto_por_etiqueta(codigo: str, *, hoy: date) -> Encontrado | None:
    """El producto por kilo que nombra una etiqueta de balanza: dos consultas, o ninguna si no lo parece."""
    etiqueta = _etiquetas([codigo]).get(codigo)
    if etiqueta is None:
        return None
    producto = next(iter(POR_CLAVE(clave=etiqueta.item, hoy=hoy)), None)
    if producto is None or not producto.por_kilo:
        return None
    return Encontrado(
        producto=producto,
        kilos=kilos_de(etiqueta, producto, hoy),
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
    claves = {codigo: clave for codigo in codigos if (clave := clave_o_nada(codigo))}
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
                kilos=kilos_de(etiqueta, productos.get(producto_id), hoy),
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


def patrones_vigentes() -> list[Patron]:
    """Cómo lee esta tienda sus etiquetas de balanza."""
    return [
        Patron(
            prefijo=patron.prefijo,
            digitos_item=patron.digitos_item,
            digitos_valor=patron.digitos_valor,
            en_gramos=patron.valor == PatronBalanza.Valor.GRAMOS,
        )
        for patron in PatronBalanza.objects.filter(activo=True)
    ]


def kilos_de(etiqueta: Etiqueta, producto: Producto | None, hoy: date) -> Decimal | None:
    """Los que dice, o los que su precio impreso compra al de ``producto`` en ese día."""
    if etiqueta.precio_clp is None or producto is None:
        return etiqueta.kilos
    return kilos_por(etiqueta.precio_clp, producto.precio_final(hoy))


def _etiquetas(codigos: Collection[str]) -> dict[str, Etiqueta]:
    """Los que son etiquetas de balanza según los patrones activos; sin candidatos, no consulta."""
    candidatos = [c for c in codigos if len(c.strip()) == 13 and c.strip().isdigit()]
    if not candidatos:
        return {}
    patrones = patrones_vigentes()
    leidas = {codigo: leer_etiqueta(codigo, patrones) for codigo in candidatos}
    return {codigo: etiqueta for codigo, etiqueta in leidas.items() if etiqueta is not None}
