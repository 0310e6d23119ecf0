"""Crear, editar y desactivar productos. El stock y el costo sólo cambian por ``productos.kardex``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypedDict

from inventario.base.actor import Actor
from inventario.base.avisos import empujar_precios
from inventario.base.errores import Invalido
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import exigir_transaccion, operacion
from inventario.base.texto import normalizar
from productos.busqueda import indexar
from productos.kardex import Cambio, DatosLote, mover_stock
from productos.models import (
    CERO,
    ClaseTributaria,
    Descuento,
    EstadoProducto,
    MovimientoStock,
    Producto,
    Unidad,
)
from productos.reglas import Oferta, nueva_oferta
from productos.servicios.categorias import exigir_categoria
from productos.servicios.codigos import claves_de, claves_editadas, guardar_codigos
from productos.servicios.comun import exigir_cantidad, exigir_producto
from productos.servicios.lotes import llevar_por_lotes
from productos.servicios.precios import anotar_precio
from registros.models import TipoRegistro
from registros.servicios import registrar

# Lo que se copia tal cual del pedido al producto.
CAMPOS_SIMPLES = (
    "descripcion", "unidad", "clase_tributaria", "stock_minimo", "fecha_vencimiento", "por_lotes", "estado",
)
# Las columnas que escribe una edición.
_COLUMNAS = ("nombre", "nombre_normalizado", "categoria_id", "precio_venta", *CAMPOS_SIMPLES)
_en_columnas = attrgetter(*_COLUMNAS)
# Cada clase de cambio deja su propio registro, para hallarlo por su tipo.
TIPO_DE_CAMBIO = {
    "precio_venta": TipoRegistro.PRECIO,
    "descuento": TipoRegistro.PRECIO,
    "vencimiento_descuento": TipoRegistro.PRECIO,
    "stock": TipoRegistro.STOCK,
    "costo": TipoRegistro.STOCK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosProducto:
    """Lo que se sabe de un producto al crearlo.

    Args:
        categoria: nombre de una categoría que existe.
        codigos_barras: códigos además del principal.
        precio_venta: CLP por unidad o kilo, IVA incluido.
        costo: CLP sin IVA por unidad o kilo.
        descuento: %, de 0 a 100, hasta ``vencimiento_descuento`` inclusive (``None``: sin fin).
        por_lotes: su stock se reparte en lotes; el inicial es uno, que vence en ``fecha_vencimiento``.
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
    por_lotes: bool = False
    estado: str = EstadoProducto.ACTIVO


class CambiosProducto(TypedDict, total=False):
    """Lo que se pide cambiar: lo que no está, queda como está. Significados de ``DatosProducto``."""

    nombre: str
    categoria: str
    codigo_barras: str
    precio_venta: int
    codigos_barras: Sequence[str]
    descripcion: str
    unidad: str
    clase_tributaria: str
    stock: Decimal
    stock_minimo: Decimal
    costo: Decimal
    descuento: Decimal | None
    vencimiento_descuento: date | None
    fecha_vencimiento: date | None
    por_lotes: bool
    estado: str


@operacion
def crear_producto(*, datos: DatosProducto, actor: Actor, ahora: datetime) -> Producto:
    """Agrega un producto; ver ``agregar``."""
    return agregar(datos=datos, actor=actor, ahora=ahora)


def agregar(*, datos: DatosProducto, actor: Actor, ahora: datetime) -> Producto:
    """Paso: un producto con sus códigos, su descuento y, si trae stock, su movimiento inicial.

    Raises:
        Invalido: categoría desconocida, código mal formado, cantidad que no se puede medir o
            descuento que ya habría vencido; con el campo.
        CodigoDuplicado: un código ya es de otro producto.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    pedido: dict[str, Any] = asdict(datos)
    codigos = claves_de(datos.codigo_barras, datos.codigos_barras)
    producto = Producto(fecha_registro=ahora)
    _aplicar(producto, pedido)
    producto.precio_venta = datos.precio_venta
    producto.save(force_insert=True)
    indexar([producto], nuevos=True)
    guardar_codigos(producto, codigos)
    anotar_precio(
        producto=producto, precio=datos.precio_venta, desde=dia_de(ahora), actor=actor, ahora=ahora
    )
    _guardar_oferta(producto, nueva_oferta_o_invalido(None, pedido, dia_de(ahora)))
    _mover(
        producto, pedido, actor=actor, ahora=ahora,
        tipo=MovimientoStock.Tipo.INICIAL, motivo="Creación del producto",
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRODUCTO,
        mensaje=f"Producto creado: {producto.nombre}",
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={campo: (None, valor) for campo, valor in retrato(producto).items() if valor},
    )
    return producto


@operacion
def editar_producto(
    *, codigo: str, cambios: CambiosProducto, actor: Actor, ahora: datetime, motivo: str = ""
) -> Producto:
    """Cambia el producto que tiene ``codigo``: todo lo pedido, o nada.

    Un ``stock`` distinto es un ajuste de inventario; ``motivo`` queda en su movimiento.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
        Invalido: como al crear; o pasar a unidades un producto con stock fraccionado.
        CodigoDuplicado: un código ya es de otro producto.
    """
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    _editar(producto, cambios, actor=actor, ahora=ahora, motivo=motivo)
    return producto


@operacion
def desactivar_producto(*, codigo: str, actor: Actor, ahora: datetime) -> Producto:
    """Deja Inactivo el producto que tiene ``codigo``; si ya lo estaba, no pasa nada.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
    """
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    _editar(producto, {"estado": EstadoProducto.INACTIVO}, actor=actor, ahora=ahora)
    return producto


def retrato(producto: Producto) -> dict[str, Any]:
    """El producto en tipos JSON, para la auditoría."""
    descuento = Descuento.objects.filter(producto=producto).first()
    codigos = list(producto.codigos.order_by("pk").values_list("codigo", "principal"))
    return {
        "nombre": producto.nombre,
        "descripcion": producto.descripcion,
        "categoria": producto.categoria.nombre,
        "unidad": producto.unidad,
        "clase_tributaria": producto.clase_tributaria,
        "precio_venta": producto.precio_venta,
        "stock": sin_ceros(producto.stock),
        "stock_minimo": sin_ceros(producto.stock_minimo),
        "costo": sin_ceros(producto.costo_promedio),
        "descuento": sin_ceros(descuento.porcentaje) if descuento else None,
        "vencimiento_descuento": (
            str(descuento.ultimo_dia) if descuento and descuento.ultimo_dia else None
        ),
        "fecha_vencimiento": (
            str(producto.fecha_vencimiento) if producto.fecha_vencimiento else None
        ),
        "por_lotes": producto.por_lotes,
        "estado": producto.estado,
        "codigo_barras": next((codigo for codigo, principal in codigos if principal), None),
        "codigos_barras": [codigo for codigo, principal in codigos if not principal],
    }


def _editar(
    producto: Producto,
    cambios: CambiosProducto,
    *,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
) -> None:
    hoy = dia_de(ahora)
    antes, como_estaba = retrato(producto), _en_columnas(producto)
    _exigir_que_no_sea_de_los_lotes(producto, cambios)
    _aplicar(producto, cambios)
    exigir_cantidad(producto, "unidad", cambios.get("stock", producto.stock))
    if "precio_venta" in cambios:
        # El que regía, que puede ser uno programado que la tarea del día aún no copia al producto.
        antes["precio_venta"] = producto.precio_vigente
        producto.precio_venta = cambios["precio_venta"]
        if producto.precio_venta != producto.precio_vigente:
            anotar_precio(
                producto=producto, precio=producto.precio_venta, desde=hoy, actor=actor,
                ahora=ahora, motivo=motivo,
            )
    # Pedir lo que ya era no es un hecho: ni escribe ni deja registro.
    if _en_columnas(producto) != como_estaba:
        producto.save(update_fields=_COLUMNAS)
    if producto.nombre != antes["nombre"]:
        indexar([producto])
    if producto.por_lotes != antes["por_lotes"]:
        llevar_por_lotes(producto, actor=actor, ahora=ahora)
    if "codigo_barras" in cambios or "codigos_barras" in cambios:
        guardar_codigos(
            producto,
            claves_editadas(
                producto,
                principal=cambios.get("codigo_barras"),
                otros=cambios.get("codigos_barras"),
            ),
        )
    if "descuento" in cambios or "vencimiento_descuento" in cambios:
        oferta = nueva_oferta_o_invalido(_oferta_vigente(producto, hoy), cambios, hoy)
        _guardar_oferta(producto, oferta)
    _mover(
        producto, cambios, actor=actor, ahora=ahora,
        tipo=MovimientoStock.Tipo.AJUSTE, motivo=motivo or "Edición del producto",
    )
    _registrar_edicion(producto, antes, actor=actor, ahora=ahora, motivo=motivo)


def _aplicar(producto: Producto, pedido: Mapping[str, Any]) -> None:
    """Pone en el producto lo que no tiene historia propia (ni precio, ni stock, ni códigos)."""
    for campo in CAMPOS_SIMPLES:
        if campo in pedido:
            setattr(producto, campo, pedido[campo])
    if "nombre" in pedido:
        producto.nombre = pedido["nombre"].strip()
        producto.nombre_normalizado = normalizar(producto.nombre)
    if "categoria" in pedido:
        producto.categoria = exigir_categoria(pedido["categoria"])
    exigir_cantidad(producto, "stock_minimo", producto.stock_minimo)
    if "stock" in pedido:
        exigir_cantidad(producto, "stock", pedido["stock"])


def _exigir_que_no_sea_de_los_lotes(producto: Producto, cambios: CambiosProducto) -> None:
    vence = cambios.get("fecha_vencimiento", producto.fecha_vencimiento)
    if producto.por_lotes and vence != producto.fecha_vencimiento:
        raise Invalido(
            errores={"fecha_vencimiento": ["La ponen sus lotes: cámbiela en el lote que corresponde"]}
        )


def _oferta_vigente(producto: Producto, hoy: date) -> Oferta | None:
    porcentaje = producto.descuento_vigente(hoy)
    return None if porcentaje is None else Oferta(porcentaje, producto.descuento.ultimo_dia)


def nueva_oferta_o_invalido(
    vigente: Oferta | None, pedido: Mapping[str, Any], hoy: date
) -> Oferta | None:
    """``reglas.nueva_oferta``, con su error en el campo que corresponde.

    Raises:
        Invalido: ``vencimiento_descuento`` no sirve.
    """
    try:
        return nueva_oferta(vigente, pedido, hoy)
    except ValueError as error:
        raise Invalido(errores={"vencimiento_descuento": [str(error)]}) from error


def _guardar_oferta(producto: Producto, oferta: Oferta | None) -> None:
    guardada = Descuento.objects.filter(producto=producto).first()
    if oferta == (guardada and Oferta(guardada.porcentaje, guardada.ultimo_dia)):
        return
    empujar_precios()
    if oferta is None:
        Descuento.objects.filter(producto=producto).delete()
    else:
        Descuento.objects.update_or_create(
            producto=producto,
            defaults={"porcentaje": oferta.porcentaje, "ultimo_dia": oferta.ultimo_dia},
        )


def _mover(
    producto: Producto,
    pedido: Mapping[str, Any],
    *,
    tipo: MovimientoStock.Tipo,
    motivo: str,
    actor: Actor,
    ahora: datetime,
) -> None:
    """Lleva costo y stock a lo pedido, cada uno con su movimiento si cambia."""
    costo = pedido.get("costo", producto.costo_promedio)
    cantidad = pedido.get("stock", producto.stock) - producto.stock
    cambia_costo = costo != producto.costo_promedio
    # Lo primero que entra trae su costo; sobre lo que ya hay, corregirlo es otro movimiento.
    entra_con_costo = cambia_costo and producto.stock == 0 and cantidad > 0
    if cambia_costo and not entra_con_costo:
        mover_stock(
            cambios=[
                Cambio(producto=producto, cantidad=CERO, costo_unitario=costo, motivo=motivo)
            ],
            tipo=MovimientoStock.Tipo.COSTO,
            actor=actor,
            ahora=ahora,
        )
    if cantidad:
        mover_stock(
            cambios=[
                Cambio(
                    producto=producto,
                    cantidad=cantidad,
                    costo_unitario=costo if entra_con_costo else None,
                    lote=_primer_lote(producto) if tipo == MovimientoStock.Tipo.INICIAL else None,
                    motivo=motivo,
                )
            ],
            tipo=tipo,
            actor=actor,
            ahora=ahora,
        )


def _primer_lote(producto: Producto) -> DatosLote:
    return DatosLote(vencimiento=producto.fecha_vencimiento)


def _registrar_edicion(
    producto: Producto, antes: Mapping[str, Any], *, actor: Actor, ahora: datetime, motivo: str
) -> None:
    por_tipo: dict[TipoRegistro, dict[str, tuple[Any, Any]]] = {}
    for campo, valor in retrato(producto).items():
        if valor != antes[campo]:
            tipo = TIPO_DE_CAMBIO.get(campo, TipoRegistro.PRODUCTO)
            por_tipo.setdefault(tipo, {})[campo] = (antes[campo], valor)
    for tipo, cambios in por_tipo.items():
        registrar(
            actor=actor,
            tipo=tipo,
            mensaje=f"{tipo.label} editado: {producto.nombre}",
            descripcion=motivo,
            ahora=ahora,
            objeto=("producto", producto.pk),
            cambios=cambios,
        )
