"""Un mes de ventas para mirar, y Ana sentada frente al admin."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from compras.servicios import PedidoCompra, comprar
from compras.servicios.lineas import LineaPedida
from compras.servicios.proveedores import DatosProveedor, crear_proveedor
from inventario.base.actor import Actor
from inventario.panel.periodo import Periodo, mes_de
from productos.models import ClaseTributaria, Producto, Unidad
from usuarios.models import Usuario
from ventas.models import FormaPago, TipoDocumento
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import ParteDevuelta, PedidoDeDevolucion, VentaHecha, devolver
from ventas.tests.conftest import venta

__all__ = ["venta"]


@pytest.fixture
def admin_de_ana(ana: Usuario) -> Client:
    cliente = Client()
    cliente.force_login(ana)
    return cliente


@pytest.fixture
def mes(
    venta: Callable[..., VentaHecha],
    producto: Callable[..., Producto],
    ana: Usuario,
    carlos: Usuario,
    clara: Usuario,
    actor: Callable[[Usuario], Actor],
    ahora: datetime,
) -> Periodo:
    """Noviembre de 2026: dos cajeros, tres categorías, todo tipo de documento, pago y devolución."""
    te = producto("Té negro", precio=1_190, costo="700.5", stock=500)
    queso = producto(
        "Queso de campo", precio=9_990, costo="5000.123456", stock="80.5", unidad=Unidad.KILO,
        categoria="Lácteos",
    )
    libro = producto(
        "Libro", precio=7_777, costo=4_000, stock=90, categoria="Librería",
        clase_tributaria=ClaseTributaria.EXENTO,
    )
    producto("=HYPERLINK(1)", precio=500, costo=100, stock=7)
    mixto = [
        PagoPedido(forma=FormaPago.EFECTIVO, monto=1_000),
        PagoPedido(forma=FormaPago.DEBITO, monto=4_950),
    ]
    hechas = []
    for dias in (0, 1, 6, 7, 13, 20):
        cuando = ahora - timedelta(days=dias, hours=dias % 4)
        hechas += [
            venta((te, 3), (queso, "0.345"), porcentaje=Decimal("7.5"), cuando=cuando),
            venta((libro, 2), (te, 1), quien=ana, forma=FormaPago.DEBITO, cuando=cuando),
            venta((queso, "1.2"), documento=TipoDocumento.FACTURA, forma=FormaPago.CREDITO, cuando=cuando),
            venta((te, 5), pagos=mixto, id_cliente=clara.pk, cuando=cuando),
        ]
    for hecha, partes in (
        (hechas[0], [ParteDevuelta(id_producto=te.pk, cantidad=Decimal(1))]),
        (hechas[7], [ParteDevuelta(id_producto=te.pk, cantidad=Decimal(2))]),
        (hechas[10], []),
        (hechas[13], []),
    ):
        devolver(
            actor=actor(ana),
            pedido=PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Fallado", partes=partes),
            ahora=ahora + timedelta(hours=1),
        )
    proveedor = crear_proveedor(
        datos=DatosProveedor(nombre="Distribuidora Ñuble"), actor=actor(ana), ahora=ahora
    )
    comprar(
        actor=actor(ana), ahora=ahora,
        pedido=PedidoCompra(
            id_proveedor=proveedor.pk, numero_documento="45",
            lineas=[
                LineaPedida(id_producto=te.pk, cantidad=Decimal(10), costo_unitario=Decimal(700)),
                LineaPedida(id_producto=libro.pk, cantidad=Decimal(2), costo_unitario=Decimal(4000)),
            ],
        ),
    )
    return mes_de(ahora.date())
