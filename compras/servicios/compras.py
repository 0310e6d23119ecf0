"""Comprar y anular una compra."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError

from compras.consultas import CompraNoEncontrada, tasa_iva
from compras.models import Compra, DetalleCompra, OrdenCompra, Proveedor
from compras.reglas import CERO, clave_de_documento
from compras.servicios.avance import avanzar, bloquear_orden, sumar_recibido
from compras.servicios.lineas import LineaPedida, LineasInvalidas, identificar
from compras.servicios.proveedores import anotar_compra, exigir_proveedor
from inventario.base import formato
from inventario.base.actor import Actor
from inventario.base.dinero import iva_sobre, redondear
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de
from inventario.base.operacion import exigir_transaccion, operacion
from productos.costo import costo_de, valor_de
from productos.historia import COMPRA, sin_compra
from productos.kardex import Cambio, DatosLote, bloquear_productos, mover_stock
from productos.lotes import faltan_en_lotes
from productos.models import ClaseTributaria, MovimientoStock, Producto
from productos.reglas import codigo_de_lote
from registros.models import TipoRegistro
from registros.servicios import registrar

MAXIMO_CLP = 1_000_000_000_000
"""Neto de una compra: más que esto es un error de digitación."""


class DocumentoRepetido(Conflicto):
    """Ese documento de ese proveedor ya se ingresó."""

    codigo = "documento_repetido"
    msg = "Ese documento de ese proveedor ya se ingresó"


class CompraYaAnulada(Conflicto):
    codigo = "compra_ya_anulada"
    msg = "Esa compra ya está anulada"


class CompraYaVendida(Conflicto):
    """Parte de lo comprado ya salió y no volvió; por nombre de producto."""

    codigo = "compra_ya_vendida"
    msg = "No se puede anular: parte de lo comprado ya se vendió"


@dataclass(frozen=True, slots=True, kw_only=True)
class PedidoCompra:
    """Lo que llegó.

    Args:
        id_proveedor, proveedor: uno de los dos; ``proveedor`` es su RUT o su nombre.
        fecha_compra: día de la tienda; sin él, hoy.
        iva: CLP, el que dice el documento, si el proveedor lo redondeó de otra manera; sin él, se calcula.
    """

    numero_documento: str
    lineas: Sequence[LineaPedida]
    id_proveedor: int | None = None
    proveedor: str = ""
    fecha_compra: date | None = None
    iva: int | None = None


@operacion
def comprar(*, pedido: PedidoCompra, actor: Actor, ahora: datetime) -> Compra:
    """Ingresa una compra: sube el stock y el costo promedio la sigue, todo o nada.

    Raises:
        Invalido: proveedor desconocido, documento mal escrito o fecha futura; con el campo.
        LineasInvalidas: con cada línea mala.
        ProveedorInactivo: no se le compra más.
        DocumentoRepetido: ese documento de ese proveedor ya se ingresó.
    """
    proveedor = exigir_proveedor(proveedor_id=pedido.id_proveedor, referencia=pedido.proveedor)
    productos = identificar(pedido.lineas, hoy=dia_de(ahora), leer=bloquear_productos)
    return ingresar(
        proveedor=proveedor,
        numero_documento=pedido.numero_documento,
        fecha=pedido.fecha_compra,
        iva=pedido.iva,
        lineas=pedido.lineas,
        productos=productos,
        actor=actor,
        ahora=ahora,
    )


def ingresar(
    *,
    proveedor: Proveedor,
    numero_documento: str,
    fecha: date | None,
    lineas: Sequence[LineaPedida],
    productos: Sequence[Producto],
    actor: Actor,
    ahora: datetime,
    iva: int | None = None,
    orden: OrdenCompra | None = None,
) -> Compra:
    """Paso: la compra, sus líneas, su stock y su registro. ``productos`` ya bloqueados, uno por línea.

    Raises:
        Invalido: documento mal escrito, fecha futura, o un total o un IVA imposibles; con el campo.
        LineasInvalidas: con cada línea sin costo, con dos, o con un lote que no puede ser.
        DocumentoRepetido: ese documento de ese proveedor ya se ingresó.
    """
    exigir_transaccion()
    fecha = _exigir_fecha(fecha, dia_de(ahora))
    clave = _exigir_documento(numero_documento)
    _exigir_lineas(lineas, productos, fecha)
    detalles = [
        _detalle(numero, linea, producto)
        for numero, (linea, producto) in enumerate(zip(lineas, productos, strict=True), start=1)
    ]
    neto = sum(detalle.total for detalle in detalles)
    if neto > MAXIMO_CLP:
        raise Invalido(errores={"productos": ["El total es demasiado grande"]})
    exento = sum(detalle.total for detalle in detalles if detalle.exenta)
    compra = Compra(
        proveedor=proveedor,
        numero_documento=numero_documento.strip(),
        clave_vigente=clave,
        fecha_compra=fecha,
        fecha_registro=ahora,
        autor_id=actor.usuario_id,
        orden=orden,
        neto=neto,
        exento=exento,
        iva=_exigir_iva(iva, neto - exento, tasa_iva(fecha), lineas=len(detalles)),
    )
    try:
        compra.save(force_insert=True)
    except IntegrityError as error:
        raise DocumentoRepetido(
            f"El documento {compra.numero_documento} de {proveedor.nombre} ya se ingresó",
            errores={"numero_documento": ["Ya se ingresó"]},
        ) from error
    for detalle in detalles:
        detalle.compra = compra
    DetalleCompra.objects.bulk_create(detalles)
    mover_stock(
        cambios=[
            Cambio(
                producto=producto,
                cantidad=linea.cantidad,
                valor=_valor(linea),
                lote=_datos_lote(linea),
            )
            for linea, producto in zip(lineas, productos, strict=True)
        ],
        tipo=MovimientoStock.Tipo.COMPRA,
        actor=actor,
        ahora=ahora,
        documento=(COMPRA, compra.pk),
    )
    anotar_compra(
        proveedor=proveedor,
        costos={
            producto: detalle.costo_unitario
            for producto, detalle in zip(productos, detalles, strict=True)
        },
        fecha=fecha,
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.COMPRA,
        mensaje=f"Compra {compra.numero_documento} a {proveedor.nombre} por {formato.clp(compra.neto)} netos",
        ahora=ahora,
        objeto=(COMPRA, compra.pk),
        descripcion=f"{len(detalles)} líneas, del {formato.dia(fecha)}",
    )
    return compra


@operacion
def anular_compra(*, compra_id: int, motivo: str, actor: Actor, ahora: datetime) -> Compra:
    """Deja stock y costo promedio como si la compra no hubiera existido (``productos.historia``).

    Las ventas ya hechas conservan el costo con que se hicieron.

    Raises:
        Invalido: sin motivo.
        CompraNoEncontrada, CompraYaAnulada
        CompraYaVendida: con cada producto del que algo ya salió y no volvió.
    """
    if not motivo.strip():
        raise Invalido(errores={"motivo": ["Diga por qué se anula"]})
    compra = bloquear_compra(compra_id)
    if compra.anulada:
        raise CompraYaAnulada
    devuelto: dict[int, Decimal] = defaultdict(Decimal)
    for producto_id, cantidad in compra.detalles.values_list("producto_id", "cantidad"):
        devuelto[producto_id] += cantidad
    orden = bloquear_orden(compra.orden_id) if compra.orden_id else None
    productos = bloquear_productos(devuelto)
    recuentos = sin_compra(compra_id=compra.pk, productos=devuelto)
    en_lotes = faltan_en_lotes((COMPRA, compra.pk))
    faltan = {pk: max(r.faltan, en_lotes.get(pk, CERO)) for pk, r in recuentos.items()}
    vendidos = {
        productos[pk].nombre: [
            f"De {productos[pk].nombre} se compraron {formato.cantidad(devuelto[pk])} "
            f"y quedan {formato.cantidad(devuelto[pk] - faltan[pk])}"
        ]
        for pk in faltan
        if faltan[pk]
    }
    if vendidos:
        raise CompraYaVendida(errores=vendidos)
    mover_stock(
        cambios=[
            Cambio(
                producto=productos[pk],
                cantidad=-cantidad,
                queda=recuentos[pk].existencia,
                motivo=motivo.strip(),
            )
            for pk, cantidad in devuelto.items()
        ],
        tipo=MovimientoStock.Tipo.ANULACION_COMPRA,
        actor=actor,
        ahora=ahora,
        documento=(COMPRA, compra.pk),
    )
    if orden is not None:
        sumar_recibido(orden, {pk: -cantidad for pk, cantidad in devuelto.items()})
        avanzar(orden)
    compra.anulada = ahora
    compra.anulada_por_id = actor.usuario_id
    compra.motivo_anulacion = motivo.strip()[:200]
    compra.clave_vigente = None
    compra.save(update_fields=["anulada", "anulada_por", "motivo_anulacion", "clave_vigente"])
    registrar(
        actor=actor,
        tipo=TipoRegistro.COMPRA,
        mensaje=f"Compra {compra.numero_documento} a {compra.proveedor.nombre} anulada",
        ahora=ahora,
        objeto=(COMPRA, compra.pk),
        descripcion=compra.motivo_anulacion,
        cambios={"estado": ("Vigente", "Anulada")},
    )
    return compra


def bloquear_compra(compra_id: int) -> Compra:
    """La compra, bloqueada.

    Raises:
        CompraNoEncontrada: no existe.
    """
    compra = Compra.objects.select_for_update().filter(pk=compra_id).first()
    if compra is None:
        raise CompraNoEncontrada
    return compra


def _exigir_fecha(fecha: date | None, hoy: date) -> date:
    if fecha is not None and fecha > hoy:
        raise Invalido(errores={"fecha_compra": ["No puede ser posterior a hoy"]})
    return fecha or hoy


def _exigir_iva(dicho: int | None, afecto: int, tasa: Decimal, *, lineas: int) -> int:
    """El IVA del documento (CLP); el dicho puede apartarse un peso por línea, que es lo que da redondear."""
    calculado = iva_sobre(afecto, tasa)
    if dicho is not None and abs(dicho - calculado) > lineas:
        problema = f"A {formato.clp(afecto)} afectos les toca {formato.clp(calculado)}"
        raise Invalido(errores={"iva": [problema]})
    return calculado if dicho is None else dicho


def _exigir_documento(numero: str) -> str:
    try:
        return clave_de_documento(numero)
    except ValueError as error:
        raise Invalido(errores={"numero_documento": [str(error)]}) from error


def _exigir_lineas(
    lineas: Sequence[LineaPedida], productos: Sequence[Producto], fecha: date
) -> None:
    errores = {
        str(numero): [problema]
        for numero, (linea, producto) in enumerate(zip(lineas, productos, strict=True), start=1)
        if (problema := _problema(linea, producto, fecha))
    }
    if errores:
        raise LineasInvalidas(errores=errores)


def _problema(linea: LineaPedida, producto: Producto, fecha: date) -> str | None:
    if (linea.costo_unitario is None) == (linea.costo_total is None):
        return f"Diga costo_unitario o costo_total de {producto.nombre}, uno de los dos"
    if not linea.lote and linea.fecha_vencimiento is None:
        return None
    if not producto.por_lotes:
        return f"{producto.nombre} no se lleva por lotes"
    if linea.fecha_vencimiento is not None and linea.fecha_vencimiento < fecha:
        return f"{producto.nombre} ya venía vencido"
    try:
        codigo_de_lote(linea.lote)
    except ValueError as error:
        return f"El lote de {producto.nombre}: {error}"
    return None


def _datos_lote(linea: LineaPedida) -> DatosLote | None:
    """El lote al que entra la línea; sin datos, lo decide ``productos.lotes``."""
    if not linea.lote and linea.fecha_vencimiento is None:
        return None
    return DatosLote(codigo=codigo_de_lote(linea.lote), vencimiento=linea.fecha_vencimiento)


def _valor(linea: LineaPedida) -> Decimal:
    """CLP sin IVA de la línea, exacto."""
    if linea.costo_total is not None:
        return Decimal(linea.costo_total)
    return valor_de(linea.cantidad, linea.costo_unitario or Decimal(0))


def _detalle(numero: int, linea: LineaPedida, producto: Producto) -> DetalleCompra:
    valor = _valor(linea)
    costo = linea.costo_unitario
    return DetalleCompra(
        numero=numero,
        producto=producto,
        nombre=producto.nombre,
        codigo=producto.codigo_principal or "",
        unidad=producto.unidad,
        cantidad=linea.cantidad,
        costo_unitario=costo_de(valor, linea.cantidad) if costo is None else costo,
        total=redondear(valor),
        exenta=producto.clase_tributaria == ClaseTributaria.EXENTO,
        lote=codigo_de_lote(linea.lote),
        fecha_vencimiento=linea.fecha_vencimiento,
    )

