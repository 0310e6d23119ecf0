"""Los proveedores y lo que cada uno vende."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection

from compras.consultas import ProveedorNoEncontrado, leer_productos, proveedor_nombrado
from compras.models import EstadoProveedor, Proveedor, ProveedorProducto
from compras.servicios.lineas import LineaPedida, identificar
from inventario.base import formato
from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de
from inventario.base.operacion import exigir_transaccion, operacion
from inventario.base.texto import normalizar
from productos.models import Producto
from registros.models import TipoRegistro
from registros.servicios import registrar


class ProveedorDuplicado(Conflicto):
    """Otro proveedor tiene ese RUT o ese nombre, salvo tildes y mayúsculas."""

    codigo = "proveedor_duplicado"
    msg = "Ya existe un proveedor con ese nombre o RUT"


class ProveedorInactivo(Conflicto):
    codigo = "proveedor_inactivo"
    msg = "Ese proveedor está inactivo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosProveedor:
    """Lo que se sabe de un proveedor. ``rut`` es el canónico; los plazos, en días."""

    nombre: str
    rut: str | None = None
    contacto: str = ""
    correo: str = ""
    telefono: str = ""
    direccion: str = ""
    plazo_pago: int = 0
    dias_entrega: int = 2
    dias_entre_pedidos: int = 7
    condiciones: str = ""
    estado: str = EstadoProveedor.ACTIVO


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductoOfrecido:
    """Un producto que el proveedor vende, con su código y de a cuántas unidades o kilos."""

    id_producto: int | None = None
    codigo_barras: str | None = None
    codigo_proveedor: str = ""
    multiplo: Decimal = Decimal(1)


CAMPOS = tuple(DatosProveedor.__dataclass_fields__)


@operacion
def crear_proveedor(*, datos: DatosProveedor, actor: Actor, ahora: datetime) -> Proveedor:
    """Agrega un proveedor.

    Raises:
        ProveedorDuplicado: otro tiene ese RUT o nombre.
    """
    proveedor = Proveedor()
    _guardar(proveedor, {campo: getattr(datos, campo) for campo in CAMPOS})
    _registrar(proveedor, "Proveedor creado", actor, ahora, {"nombre": (None, proveedor.nombre)})
    return proveedor


@operacion
def editar_proveedor(
    *, proveedor_id: int, cambios: Mapping[str, Any], actor: Actor, ahora: datetime
) -> Proveedor:
    """Cambia sólo los campos de ``cambios`` (los de ``DatosProveedor``).

    Raises:
        ProveedorNoEncontrado: no existe.
        ProveedorDuplicado: otro tiene ese RUT o nombre.
    """
    proveedor = _bloquear(proveedor_id)
    antes = {campo: getattr(proveedor, campo) for campo in cambios}
    _guardar(proveedor, cambios)
    cambiado = {
        campo: (antes[campo], getattr(proveedor, campo))
        for campo in cambios
        if antes[campo] != getattr(proveedor, campo)
    }
    if cambiado:
        _registrar(proveedor, "Proveedor editado", actor, ahora, cambiado)
    return proveedor


@operacion
def desactivar_proveedor(*, proveedor_id: int, actor: Actor, ahora: datetime) -> Proveedor:
    """Deja Inactivo a un proveedor: no se le compra ni se le pide más.

    Raises:
        ProveedorNoEncontrado: no existe.
    """
    proveedor = _bloquear(proveedor_id)
    if proveedor.estado != EstadoProveedor.INACTIVO:
        antes = proveedor.estado
        _guardar(proveedor, {"estado": EstadoProveedor.INACTIVO})
        _registrar(
            proveedor, "Proveedor desactivado", actor, ahora, {"estado": (antes, proveedor.estado)}
        )
    return proveedor


@operacion
def fijar_productos(
    *, proveedor_id: int, productos: Sequence[ProductoOfrecido], actor: Actor, ahora: datetime
) -> Proveedor:
    """Agrega o corrige lo que el proveedor vende; lo que no se nombra queda como está.

    Raises:
        ProveedorNoEncontrado: no existe.
        LineasInvalidas: con cada producto que no existe.
    """
    proveedor = _bloquear(proveedor_id)
    hallados = identificar(
        [
            LineaPedida(
                cantidad=Decimal(1), id_producto=p.id_producto, codigo_barras=p.codigo_barras
            )
            for p in productos
        ],
        hoy=dia_de(ahora),
        leer=leer_productos,
    )
    filas: dict[int, dict[str, Any]] = {
        producto.pk: {
            "codigo_proveedor": ofrecido.codigo_proveedor, "multiplo": ofrecido.multiplo
        }
        for producto, ofrecido in zip(hallados, productos, strict=True)
    }
    antes = _ofrecidos(proveedor, filas)
    _fijar(proveedor, filas)
    nombres = {producto.pk: producto.nombre for producto in hallados}
    cambios = {
        f"{nombres[pk]}: {campo}": (_escrito(antes.get(pk, {}).get(campo)), _escrito(valor))
        for pk, valores in filas.items()
        for campo, valor in valores.items()
        if antes.get(pk, {}).get(campo) != valor
    }
    _registrar(proveedor, f"Productos del proveedor: {len(filas)}", actor, ahora, cambios)
    return proveedor


def anotar_compra(
    *, proveedor: Proveedor, costos: Mapping[Producto, Decimal], fecha: date
) -> None:
    """Paso: el proveedor vende esos productos a ese costo (CLP sin IVA). Con ellos bloqueados."""
    exigir_transaccion()
    _fijar(
        proveedor,
        {
            producto.pk: {"ultimo_costo": costo, "ultima_compra": fecha}
            for producto, costo in costos.items()
        },
    )


def exigir_proveedor(*, proveedor_id: int | None, referencia: str) -> Proveedor:
    """El proveedor activo de ese id, o de ese RUT o nombre.

    Raises:
        Invalido: no se nombró, o no existe.
        ProveedorInactivo: existe y no se le compra más.
    """
    if proveedor_id is not None:
        proveedor = Proveedor.objects.filter(pk=proveedor_id).first()
        campo, nombrado = "id_proveedor", str(proveedor_id)
    else:
        proveedor = proveedor_nombrado(referencia) if referencia.strip() else None
        campo, nombrado = "proveedor", referencia.strip()
    if not nombrado:
        raise Invalido(errores={"proveedor": ["Diga a qué proveedor, con id_proveedor o proveedor"]})
    if proveedor is None:
        raise Invalido(
            f"No existe el proveedor {nombrado}",
            codigo="proveedor_desconocido",
            errores={campo: [f"No existe el proveedor {nombrado}"]},
        )
    if proveedor.estado != EstadoProveedor.ACTIVO:
        raise ProveedorInactivo(f"{proveedor.nombre} está inactivo")
    return proveedor


def _fijar(proveedor: Proveedor, filas: Mapping[int, Mapping[str, Any]]) -> None:
    """Inserta o actualiza ``filas`` (id de producto → campos), en una sentencia.

    Así dos que anotan a la vez el mismo producto por primera vez no chocan.
    """
    llave = ["proveedor", "producto"]
    ProveedorProducto.objects.bulk_create(
        [
            ProveedorProducto(proveedor=proveedor, producto_id=producto_id, **valores)
            for producto_id, valores in filas.items()
        ],
        update_conflicts=True,
        update_fields=sorted({campo for valores in filas.values() for campo in valores}),
        # MariaDB no admite que se le diga cuál es la llave; SQLite lo exige.
        unique_fields=llave if connection.features.supports_update_conflicts_with_target else None,
    )


def _ofrecidos(proveedor: Proveedor, productos: Collection[int]) -> dict[int, dict[str, Any]]:
    """Producto → lo que ya se sabía de cómo lo vende este proveedor."""
    filas = ProveedorProducto.objects.filter(proveedor=proveedor, producto__in=productos)
    return {
        fila.producto_id: {"codigo_proveedor": fila.codigo_proveedor, "multiplo": fila.multiplo}
        for fila in filas
    }


def _escrito(valor: str | Decimal | None) -> str | None:
    return formato.cantidad(valor) if isinstance(valor, Decimal) else valor


def _bloquear(proveedor_id: int) -> Proveedor:
    proveedor = Proveedor.objects.select_for_update().filter(pk=proveedor_id).first()
    if proveedor is None:
        raise ProveedorNoEncontrado
    return proveedor


def _guardar(proveedor: Proveedor, valores: Mapping[str, Any]) -> None:
    for campo, valor in valores.items():
        setattr(proveedor, campo, valor)
    proveedor.nombre = proveedor.nombre.strip()
    proveedor.nombre_normalizado = normalizar(proveedor.nombre)
    proveedor.rut = proveedor.rut or None
    try:
        proveedor.save()
    except IntegrityError as error:
        raise ProveedorDuplicado from error


def _registrar(
    proveedor: Proveedor,
    hecho: str,
    actor: Actor,
    ahora: datetime,
    cambios: Mapping[str, tuple[Any, Any]],
) -> None:
    registrar(
        actor=actor,
        tipo=TipoRegistro.COMPRA,
        mensaje=f"{hecho}: {proveedor.nombre}",
        ahora=ahora,
        objeto=("proveedor", proveedor.pk),
        cambios=cambios,
    )
