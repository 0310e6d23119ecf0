"""Lecturas de las compras: con lo relacionado cargado y un número constante de consultas."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from compras.models import (
    Compra,
    DetalleCompra,
    Proveedor,
    ProveedorProducto,
)
from inventario.base.dinero import IVA_GENERAL
from inventario.base.errores import NoExiste
from inventario.base.models import TasaIVA
from inventario.base.rut import canonico
from inventario.base.texto import normalizar
from productos.models import Producto


class ProveedorNoEncontrado(NoExiste):
    codigo = "proveedor_no_encontrado"
    msg = "Proveedor no encontrado"


class CompraNoEncontrada(NoExiste):
    codigo = "compra_no_encontrada"
    msg = "Compra no encontrada"


def leer_productos(ids: Collection[int]) -> dict[int, Producto]:
    """Productos por id, con su código principal y sin bloquear. Los que no existen, faltan."""
    productos = Producto.objects.filter(pk__in=ids)
    return {producto.pk: producto for producto in productos}


def proveedor_nombrado(referencia: str) -> Proveedor | None:
    """El proveedor de ese RUT (en cualquiera de sus formas) o nombre (sin tildes ni mayúsculas)."""
    try:
        rut = canonico(referencia)
    except ValueError:
        return Proveedor.objects.filter(nombre_normalizado=normalizar(referencia)).first()
    return Proveedor.objects.filter(
        Q(rut=rut) | Q(nombre_normalizado=normalizar(referencia))
    ).first()


def proveedor_por_id(proveedor_id: int) -> Proveedor:
    """El proveedor de ese id.

    Raises:
        ProveedorNoEncontrado: no existe.
    """
    proveedor = Proveedor.objects.filter(pk=proveedor_id).first()
    if proveedor is None:
        raise ProveedorNoEncontrado
    return proveedor


def buscar_proveedores(*, buscar: str = "", estado: str = "") -> QuerySet[Proveedor]:
    """Proveedores por id. ``buscar``: parte del nombre, o un RUT entero."""
    proveedores = Proveedor.objects.order_by("pk")
    if buscar.strip():
        proveedores = proveedores.filter(coincide_proveedor(buscar))
    return proveedores.filter(estado=estado) if estado else proveedores


def coincide_proveedor(buscar: str) -> Q:
    """Condición: su nombre contiene ``buscar``, sin tildes ni mayúsculas, o es su RUT."""
    condicion = Q(nombre_normalizado__contains=normalizar(buscar))
    with suppress(ValueError):
        condicion |= Q(rut=canonico(buscar))
    return condicion


def productos_de_proveedor(proveedor_id: int) -> QuerySet[ProveedorProducto]:
    """Lo que ese proveedor vende, por id, con su producto."""
    return (
        ProveedorProducto.objects.filter(proveedor=proveedor_id)
        .select_related("producto")
        .order_by("pk")
    )


def compras_cargadas() -> QuerySet[Compra]:
    """Compras con su proveedor y sus líneas: dos consultas, sean cuantas sean."""
    return Compra.objects.select_related("proveedor").prefetch_related(
        Prefetch("detalles", queryset=DetalleCompra.objects.order_by("numero"))
    )


def compra_cargada(compra_id: int) -> Compra:
    """Una compra con su proveedor y sus líneas.

    Raises:
        CompraNoEncontrada: no existe.
    """
    compra = compras_cargadas().filter(pk=compra_id).first()
    if compra is None:
        raise CompraNoEncontrada
    return compra


def buscar_compras(
    *,
    fecha_inicio: date | None = None,
    fecha_fin: date | None = None,
    proveedor: str = "",
    anuladas: bool | None = None,
) -> QuerySet[Compra]:
    """Compras de la más nueva a la más vieja. Días inclusive; ``proveedor``, por id, RUT o nombre."""
    compras = compras_cargadas().order_by("-pk")
    if fecha_inicio:
        compras = compras.filter(fecha_compra__gte=fecha_inicio)
    if fecha_fin:
        compras = compras.filter(fecha_compra__lte=fecha_fin)
    if anuladas is not None:
        compras = compras.filter(anulada__isnull=not anuladas)
    return compras.filter(del_proveedor(proveedor)) if proveedor else compras


def del_proveedor(referencia: str) -> Q:
    """Condición para lo que tiene ``proveedor``: su id, RUT o parte de su nombre."""
    if referencia.isascii() and referencia.isdigit() and len(referencia) < 7:
        return Q(proveedor=int(referencia))
    try:
        return Q(proveedor__rut=canonico(referencia))
    except ValueError:
        return Q(proveedor__nombre_normalizado__contains=normalizar(referencia))



def tasa_iva(dia: date) -> Decimal:
    """La tasa (%) que regía ese día."""
    tasas = TasaIVA.objects.filter(desde__lte=dia).order_by("-desde").values_list("tasa", flat=True)
    return tasas.first() or IVA_GENERAL
