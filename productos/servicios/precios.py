"""Precios: cada uno queda en el historial con quién, cuándo y desde qué día rige."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.avisos import empujar_precios
from inventario.base.errores import Conflicto, Invalido, NoExiste
from inventario.base.fechas import dia_de
from inventario.base.formato import sin_ceros
from inventario.base.operacion import exigir_transaccion, operacion
from productos.kardex import bloquear_productos
from productos.models import Precio, Producto
from productos.reglas import precio_reajustado
from productos.servicios.comun import exigir_producto
from registros.models import TipoRegistro
from registros.servicios import registrar

TROZO = 500
MAXIMO_REAJUSTE = 500
"""Tope de un reajuste, en %: más arriba es un error de dedo."""


class PrecioNoExiste(NoExiste):
    """El producto no tiene ese precio programado."""

    codigo = "precio_no_existe"
    msg = "Ese precio no existe"


class PreciosCambiados(Conflicto):
    """Mientras se decidía un reajuste, otro cambió precios; por id de producto, su nombre."""

    codigo = "precios_cambiados"
    msg = "Cambiaron precios desde que los vio: revíselos de nuevo"


class PrecioYaRige(Conflicto):
    """Un precio que ya empezó es historia: no se borra."""

    codigo = "precio_ya_rige"
    msg = "Ese precio ya empezó a regir y no se puede quitar"


def anotar_precio(
    *,
    producto: Producto,
    precio: int,
    desde: date,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
) -> Precio:
    """Agrega al historial el ``precio`` (CLP) que rige ``desde`` ese día."""
    exigir_transaccion()
    empujar_precios()
    return Precio.objects.create(
        producto=producto,
        precio=precio,
        desde=desde,
        usuario_id=actor.usuario_id,
        fecha=ahora,
        motivo=motivo[:200],
    )


@operacion
def programar_precio(
    *, codigo: str, precio: int, desde: date, actor: Actor, ahora: datetime, motivo: str = ""
) -> Precio:
    """Deja ``precio`` (CLP) para que rija desde un día que aún no llega.

    Rige ese día aunque ninguna tarea corra: quien cobra lo busca por la fecha.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
        Invalido: ``desde`` no es posterior a hoy.
    """
    if desde <= dia_de(ahora):
        raise Invalido(errores={"desde": ["Debe ser una fecha posterior a hoy"]})
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    programado = anotar_precio(
        producto=producto, precio=precio, desde=desde, actor=actor, ahora=ahora, motivo=motivo
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRECIO,
        mensaje=f"Precio programado para el {desde:%d-%m-%Y}: {producto.nombre}",
        descripcion=motivo,
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={"precio_venta": (producto.precio_vigente, precio)},
    )
    return programado


@operacion
def reajustar_precios(
    *,
    esperados: Mapping[int, int],
    porcentaje: Decimal,
    multiplo: int,
    desde: date,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
) -> int:
    """Sube o baja a la vez los precios de varios productos: todos, o ninguno. Devuelve cuántos cambió.

    Args:
        esperados: id del producto → precio de lista (CLP) que vio quien decidió.
        porcentaje: cuánto suben; negativo, cuánto bajan.
        multiplo: CLP a cuyo múltiplo se lleva cada precio (1, 10, 50…).
        desde: hoy, o el día en que empezarán a regir.

    Raises:
        Invalido: ``desde`` ya pasó, el porcentaje no cambia nada o deja precios bajo cero.
        PreciosCambiados: alguno ya no es el que se vio; los nombra.
    """
    hoy = dia_de(ahora)
    if desde < hoy:
        raise Invalido(errores={"desde": ["No puede ser un día que ya pasó"]})
    if not -100 < porcentaje <= MAXIMO_REAJUSTE or porcentaje == 0:
        raise Invalido(errores={"porcentaje": [f"Debe estar entre -99 y {MAXIMO_REAJUSTE}, y no ser cero"]})
    productos = bloquear_productos(list(esperados), hoy=hoy)
    distintos = {
        str(pk): [productos[pk].nombre if pk in productos else f"El producto {pk} ya no existe"]
        for pk, esperado in esperados.items()
        if pk not in productos or productos[pk].precio_vigente != esperado
    }
    if distintos:
        raise PreciosCambiados(errores=distintos)
    cambiados = 0
    for producto in productos.values():
        antes = producto.precio_vigente
        nuevo = precio_reajustado(antes, porcentaje, multiplo)
        if nuevo == antes:
            continue
        cambiados += 1
        anotar_precio(
            producto=producto, precio=nuevo, desde=desde, actor=actor, ahora=ahora, motivo=motivo
        )
        if desde == hoy:
            producto.precio_venta = nuevo
            producto.save(update_fields=["precio_venta"])
        registrar(
            actor=actor,
            tipo=TipoRegistro.PRECIO,
            mensaje=f"Reajuste de {sin_ceros(porcentaje)} % desde el {desde:%d-%m-%Y}: {producto.nombre}",
            descripcion=motivo,
            ahora=ahora,
            objeto=("producto", producto.pk),
            cambios={"precio_venta": (antes, nuevo)},
        )
    return cambiados


@operacion
def quitar_precio_programado(
    *, codigo: str, precio_id: int, actor: Actor, ahora: datetime
) -> None:
    """Quita un precio que todavía no rige.

    Raises:
        ProductoNoEncontrado: nadie tiene ese código.
        PrecioNoExiste: el producto no tiene ese precio.
        PrecioYaRige: empezó, hoy o antes.
    """
    producto = exigir_producto(codigo, hoy=dia_de(ahora))
    programado = Precio.objects.filter(pk=precio_id, producto=producto).first()
    if programado is None:
        raise PrecioNoExiste
    if programado.desde <= dia_de(ahora):
        raise PrecioYaRige
    programado.delete()
    registrar(
        actor=actor,
        tipo=TipoRegistro.PRECIO,
        mensaje=f"Precio programado quitado: {producto.nombre}",
        ahora=ahora,
        objeto=("producto", producto.pk),
        cambios={f"precio_venta desde {programado.desde}": (programado.precio, None)},
    )


@operacion
def poner_precios_al_dia(*, actor: Actor, ahora: datetime) -> int:
    """Copia a ``Producto.precio_venta`` los precios programados que ya rigen. Devuelve cuántos.

    Es orden, no necesidad: una venta no mira esta copia.
    """
    hoy = dia_de(ahora)
    atrasados = list(
        Producto.objects.con_precio_atrasado(hoy).order_by("pk").values_list("pk", flat=True)[:TROZO]
    )
    for producto in bloquear_productos(atrasados, hoy=hoy).values():
        antes, producto.precio_venta = producto.precio_venta, producto.precio_vigente
        producto.save(update_fields=["precio_venta"])
        registrar(
            actor=actor,
            tipo=TipoRegistro.PRECIO,
            mensaje=f"Precio programado en vigor: {producto.nombre}",
            ahora=ahora,
            objeto=("producto", producto.pk),
            cambios={"precio_venta": (antes, producto.precio_venta)},
        )
    return len(atrasados)
