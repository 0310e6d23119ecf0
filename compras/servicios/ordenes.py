"""Órdenes de compra: del borrador que una persona edita a lo que llega y se recibe escaneando."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from compras.consultas import leer_productos, sugerencia
from compras.models import Compra, EstadoOrden, LineaOrden, OrdenCompra, Proveedor, ProveedorProducto
from compras.reglas import CERO
from compras.servicios.avance import avanzar, bloquear_orden, sumar_recibido
from compras.servicios.compras import ingresar
from compras.servicios.lineas import LineaPedida, identificar
from compras.servicios.proveedores import exigir_proveedor
from inventario.base import formato
from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de
from inventario.base.operacion import operacion
from productos.kardex import bloquear_productos
from productos.models import Producto
from registros.models import TipoRegistro
from registros.servicios import registrar

ORDEN = "orden_compra"
"""Cómo nombran los registros a una orden: ``("orden_compra", id)``."""
RECIBIBLES = (EstadoOrden.ENVIADA, EstadoOrden.PARCIAL)


class OrdenNoAdmite(Conflicto):
    """La orden no está en un estado que admita eso."""

    codigo = "orden_no_admite"
    msg = "La orden no admite eso en su estado"


class RecepcionExcede(Conflicto):
    """Llegó algo que no se pidió, o más de lo que falta; por número de línea, desde 1."""

    codigo = "recepcion_excede"
    msg = "Llegó más de lo que se pidió"


class NadaQueSugerir(Conflicto):
    codigo = "nada_que_sugerir"
    msg = "Con lo que hay y lo que viene alcanza: no hay nada que pedir a ese proveedor"


@dataclass(frozen=True, slots=True, kw_only=True)
class PedidoOrden:
    """Una orden nueva: a quién y qué. En las líneas, ``costo_unitario`` es el que se espera."""

    lineas: Sequence[LineaPedida]
    id_proveedor: int | None = None
    proveedor: str = ""
    nota: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recepcion:
    """Lo que llegó de una orden, tal como se escaneó: un código repetido se suma.

    Sin costo, una línea toma el que se esperaba.

    Args:
        aceptar_excedente: recibir también lo que no se pidió.
    """

    numero_documento: str
    lineas: Sequence[LineaPedida]
    fecha_compra: date | None = None
    aceptar_excedente: bool = False


@operacion
def crear_orden(*, pedido: PedidoOrden, actor: Actor, ahora: datetime) -> OrdenCompra:
    """Un borrador con esas líneas; puede no tener ninguna todavía.

    Raises:
        Invalido: proveedor desconocido.
        LineasInvalidas: con cada línea mala.
        ProveedorInactivo: no se le pide más.
    """
    proveedor = exigir_proveedor(proveedor_id=pedido.id_proveedor, referencia=pedido.proveedor)
    orden = _nueva(proveedor, pedido.nota, actor, ahora)
    _poner_lineas(orden, pedido.lineas, dia_de(ahora))
    _registrar(orden, "creada", actor, ahora)
    return orden


@operacion
def sugerir_orden(
    *, id_proveedor: int | None, proveedor: str, semanas: int, actor: Actor, ahora: datetime
) -> OrdenCompra:
    """Un borrador con lo que conviene pedir hoy a ese proveedor (``compras.consultas.sugerencia``).

    Raises:
        Invalido: proveedor desconocido.
        ProveedorInactivo: no se le pide más.
        NadaQueSugerir: alcanza con lo que hay y lo que viene.
    """
    hallado = exigir_proveedor(proveedor_id=id_proveedor, referencia=proveedor)
    sugeridas = sugerencia(hallado, semanas=semanas, ahora=ahora)
    if not sugeridas:
        raise NadaQueSugerir
    orden = _nueva(hallado, "", actor, ahora)
    LineaOrden.objects.bulk_create(
        LineaOrden(
            orden=orden,
            producto_id=linea.producto_id,
            cantidad=linea.cantidad,
            costo_esperado=linea.ultimo_costo,
            razon=linea.razon,
        )
        for linea in sugeridas
    )
    _registrar(orden, "sugerida", actor, ahora, descripcion=f"{len(sugeridas)} productos")
    return orden


@operacion
def editar_orden(
    *,
    orden_id: int,
    actor: Actor,
    ahora: datetime,
    lineas: Sequence[LineaPedida] | None = None,
    nota: str | None = None,
) -> OrdenCompra:
    """Reemplaza las líneas de un borrador, o su nota; ``None`` deja lo que había.

    Raises:
        OrdenNoEncontrada: no existe.
        OrdenNoAdmite: ya no es un borrador.
        LineasInvalidas: con cada línea mala.
    """
    orden = bloquear_orden(orden_id)
    _exigir_estado(orden, EstadoOrden.BORRADOR)
    cambios: dict[str, tuple[Any, Any]] = {}
    if nota is not None and nota != orden.nota:
        cambios["nota"] = (orden.nota, nota)
        orden.nota = nota
        orden.save(update_fields=["nota"])
    if lineas is not None:
        antes = _lineas_escritas(orden)
        razones = dict(orden.lineas.values_list("producto_id", "razon"))
        orden.lineas.all().delete()
        _poner_lineas(orden, lineas, dia_de(ahora), razones)
        cambios["productos"] = (antes, _lineas_escritas(orden))
    _registrar(orden, "editada", actor, ahora, antes=orden.estado, cambios=cambios)
    return orden


@operacion
def enviar_orden(*, orden_id: int, actor: Actor, ahora: datetime) -> OrdenCompra:
    """El borrador se mandó al proveedor: ya no se edita, y lo pedido viene en camino.

    Raises:
        OrdenNoEncontrada: no existe.
        OrdenNoAdmite: no es un borrador.
        Invalido: no pide nada.
    """
    orden = bloquear_orden(orden_id)
    _exigir_estado(orden, EstadoOrden.BORRADOR)
    if not orden.lineas.exists():
        raise Invalido(errores={"productos": ["La orden no pide nada"]})
    orden.estado = EstadoOrden.ENVIADA
    orden.enviada = ahora
    orden.save(update_fields=["estado", "enviada"])
    _registrar(orden, "enviada", actor, ahora, antes=EstadoOrden.BORRADOR)
    return orden


@operacion
def recibir_orden(
    *, orden_id: int, recepcion: Recepcion, actor: Actor, ahora: datetime
) -> Compra:
    """Ingresa como compra lo que llegó, y anota cuánto de lo pedido va recibido.

    Raises:
        OrdenNoEncontrada: no existe.
        OrdenNoAdmite: no se ha enviado, o ya llegó entera.
        RecepcionExcede: con cada línea de más, si no se acepta el excedente.
        LineasInvalidas, Invalido, DocumentoRepetido: como al comprar.
    """
    orden = bloquear_orden(orden_id)
    _exigir_estado(orden, *RECIBIBLES)
    productos = identificar(recepcion.lineas, hoy=dia_de(ahora), leer=bloquear_productos)
    pedidas = {linea.producto_id: linea for linea in orden.lineas.all()}
    if not recepcion.aceptar_excedente:
        _exigir_pedido(recepcion.lineas, productos, pedidas)
    compra = ingresar(
        proveedor=orden.proveedor,
        numero_documento=recepcion.numero_documento,
        fecha=recepcion.fecha_compra,
        lineas=_con_costo(recepcion.lineas, productos, pedidas),
        productos=productos,
        actor=actor,
        ahora=ahora,
        orden=orden,
    )
    llegado: dict[int, Decimal] = {}
    for linea, producto in zip(recepcion.lineas, productos, strict=True):
        llegado[producto.pk] = llegado.get(producto.pk, CERO) + linea.cantidad
    sumar_recibido(orden, llegado)
    antes = orden.estado
    avanzar(orden)
    _registrar(
        orden, "recibida", actor, ahora, antes=antes,
        descripcion=f"Documento {compra.numero_documento}",
    )
    return compra


@operacion
def cerrar_orden(*, orden_id: int, motivo: str, actor: Actor, ahora: datetime) -> OrdenCompra:
    """No se espera nada más de ella: llegó todo, lo que falta no vendrá, o se descarta el borrador.

    Raises:
        OrdenNoEncontrada: no existe.
        OrdenNoAdmite: ya está cerrada.
        Invalido: falta algo por llegar y no se dice por qué se cierra.
    """
    orden = bloquear_orden(orden_id)
    if orden.estado == EstadoOrden.CERRADA:
        raise OrdenNoAdmite("La orden ya está cerrada")
    if orden.estado in RECIBIBLES and not motivo.strip():
        raise Invalido(errores={"motivo": ["Falta algo por llegar: diga por qué se cierra"]})
    antes = orden.estado
    orden.estado = EstadoOrden.CERRADA
    orden.cerrada = ahora
    orden.motivo_cierre = motivo.strip()[:200]
    orden.save(update_fields=["estado", "cerrada", "motivo_cierre"])
    _registrar(orden, "cerrada", actor, ahora, antes=antes, descripcion=orden.motivo_cierre)
    return orden


def _lineas_escritas(orden: OrdenCompra) -> list[str]:
    lineas = orden.lineas.select_related("producto").order_by("pk")
    return [f"{formato.cantidad(linea.cantidad)} de {linea.producto.nombre}" for linea in lineas]


def _nueva(proveedor: Proveedor, nota: str, actor: Actor, ahora: datetime) -> OrdenCompra:
    return OrdenCompra.objects.create(
        proveedor=proveedor, nota=nota, autor_id=actor.usuario_id, creada=ahora
    )


def _poner_lineas(
    orden: OrdenCompra,
    pedidas: Sequence[LineaPedida],
    hoy: date,
    razones: dict[int, str] | None = None,
) -> None:
    """Una línea por producto: lo escaneado dos veces se suma. Sin costo, el último que se le pagó."""
    if not pedidas:
        return
    productos = identificar(pedidas, hoy=hoy, leer=leer_productos)
    lineas: dict[int, LineaOrden] = {}
    for pedida, producto in zip(pedidas, productos, strict=True):
        linea = lineas.setdefault(
            producto.pk,
            LineaOrden(
                orden=orden,
                producto=producto,
                cantidad=CERO,
                razon=(razones or {}).get(producto.pk, ""),
            ),
        )
        linea.cantidad += pedida.cantidad
        if pedida.costo_unitario is not None:
            linea.costo_esperado = pedida.costo_unitario
    ultimos = dict(
        ProveedorProducto.objects.filter(
            proveedor=orden.proveedor_id, producto__in=lineas
        ).values_list("producto_id", "ultimo_costo")
    )
    for producto_id, linea in lineas.items():
        if linea.costo_esperado is None:
            linea.costo_esperado = ultimos.get(producto_id)
    LineaOrden.objects.bulk_create(lineas.values())


def _exigir_pedido(
    lineas: Sequence[LineaPedida],
    productos: Sequence[Producto],
    pedidas: dict[int, LineaOrden],
) -> None:
    faltan = {pk: linea.cantidad - linea.recibida for pk, linea in pedidas.items()}
    errores: dict[str, list[str]] = {}
    for numero, (linea, producto) in enumerate(zip(lineas, productos, strict=True), start=1):
        if producto.pk not in faltan:
            errores[str(numero)] = [f"{producto.nombre} no está en la orden"]
            continue
        faltan[producto.pk] -= linea.cantidad
        if faltan[producto.pk] < 0:
            sobran = formato.cantidad(-faltan[producto.pk])
            errores[str(numero)] = [f"De {producto.nombre} se pidió menos: sobran {sobran}"]
    if errores:
        raise RecepcionExcede(errores=errores)


def _con_costo(
    lineas: Sequence[LineaPedida],
    productos: Sequence[Producto],
    pedidas: dict[int, LineaOrden],
) -> list[LineaPedida]:
    """Las líneas, con el costo esperado donde no dicen otro."""
    completas = []
    for linea, producto in zip(lineas, productos, strict=True):
        pedida = pedidas.get(producto.pk)
        if linea.costo_unitario is None and linea.costo_total is None and pedida is not None:
            linea = replace(linea, costo_unitario=pedida.costo_esperado)
        completas.append(linea)
    return completas


def _exigir_estado(orden: OrdenCompra, *admitidos: EstadoOrden) -> None:
    if orden.estado not in admitidos:
        estado = EstadoOrden(orden.estado).label.lower()
        raise OrdenNoAdmite(f"La orden está {estado}: no admite eso")


def _registrar(
    orden: OrdenCompra,
    hecho: str,
    actor: Actor,
    ahora: datetime,
    *,
    antes: str | None = None,
    descripcion: str = "",
    cambios: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    estado = {"estado": (antes, orden.estado)} if antes != orden.estado else {}
    registrar(
        actor=actor,
        tipo=TipoRegistro.COMPRA,
        mensaje=f"Orden de compra {orden.pk} a {orden.proveedor.nombre} {hecho}",
        ahora=ahora,
        objeto=(ORDEN, orden.pk),
        descripcion=descripcion,
        cambios={**estado, **(cambios or {})},
    )
