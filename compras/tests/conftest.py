"""La tienda de estas pruebas: productos y proveedores hechos por casos de uso."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from compras.models import Compra, Proveedor
from compras.servicios import (
    DatosProveedor,
    LineaPedida,
    PedidoCompra,
    comprar,
    crear_proveedor,
)
from inventario.base.actor import Actor
from productos.kardex import Cambio, bloquear_productos, mover_stock
from productos.models import Categoria, MovimientoStock, Producto
from productos.servicios import DatosProducto, crear_producto
from usuarios.models import Usuario


@pytest.fixture
def autora(ana: Usuario, actor: Callable[[Usuario], Actor]) -> Actor:
    return actor(ana)


@pytest.fixture
def producto(autora: Actor, ahora: datetime) -> Callable[..., Producto]:
    """Crea un producto sin stock; ``codigo`` es su código de barras."""
    Categoria.objects.get_or_create(nombre_normalizado="almacen", defaults={"nombre": "Almacén"})

    def crear(nombre: str = "Leche", codigo: str = "", **datos: Any) -> Producto:
        return crear_producto(
            datos=DatosProducto(
                nombre=nombre,
                categoria="Almacén",
                codigo_barras=codigo or f"COD-{Producto.objects.count()}",
                precio_venta=datos.pop("precio", 1190),
                **datos,
            ),
            actor=autora,
            ahora=ahora,
        )

    return crear


@pytest.fixture
def leche(producto: Callable[..., Producto]) -> Producto:
    return producto("Leche", "LECHE")


@pytest.fixture
def proveedor(autora: Actor, ahora: datetime) -> Proveedor:
    return crear_proveedor(
        datos=DatosProveedor(nombre="Distribuidora Ñuble", rut="761920839"),
        actor=autora,
        ahora=ahora,
    )


@pytest.fixture
def compra_de(proveedor: Proveedor, autora: Actor, ahora: datetime) -> Callable[..., Compra]:
    """Compra ``(producto, cantidad, costo)`` con el documento que sigue."""
    numeros = iter(range(1, 10_000))

    def hacer(*lineas: tuple[Producto, Any, int], documento: str = "") -> Compra:
        return comprar(
            pedido=PedidoCompra(
                id_proveedor=proveedor.pk,
                numero_documento=documento or str(next(numeros)),
                lineas=[
                    LineaPedida(
                        id_producto=p.pk, cantidad=Decimal(cantidad), costo_unitario=Decimal(costo)
                    )
                    for p, cantidad, costo in lineas
                ],
            ),
            actor=autora,
            ahora=ahora,
        )

    return hacer


@pytest.fixture
def mover(autora: Actor, ahora: datetime) -> Callable[..., Decimal]:
    """Mueve stock como lo hace una venta, una devolución o un ajuste; da el costo de lo movido."""

    def mover(
        producto: Producto,
        cantidad: Any,
        tipo: MovimientoStock.Tipo = MovimientoStock.Tipo.VENTA,
        cuando: datetime = ahora,
        **resto: Any,
    ) -> Decimal:
        with transaction.atomic():
            bloqueado = bloquear_productos([producto.pk])[producto.pk]
            (movimiento,) = mover_stock(
                cambios=[Cambio(producto=bloqueado, cantidad=Decimal(cantidad), **resto)],
                tipo=tipo,
                actor=autora,
                ahora=cuando,
            )
        return movimiento.costo_unitario

    return mover


@pytest.fixture
def hay() -> Callable[[Producto], tuple[Decimal, Decimal, Decimal]]:
    """(stock, costo promedio, valor) guardados de un producto."""

    def leer(producto: Producto) -> tuple[Decimal, Decimal, Decimal]:
        fila = Producto.objects.get(pk=producto.pk)
        return fila.stock, fila.costo_promedio, fila.valor_stock

    return leer
