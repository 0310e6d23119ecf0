"""Vender y devolver en las pruebas, por el caso de uso o por la API."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from inventario.base.actor import Actor
from productos.models import Producto
from usuarios.models import Usuario
from ventas.reglas.pagos import PagoPedido
from ventas.reglas.tipos import FormaPago, TipoDocumento
from ventas.servicios import LineaPedida, PedidoDeVenta, VentaHecha, vender

Linea = tuple[Producto, int | str]


@pytest.fixture
def venta(
    actor: Callable[[Usuario], Actor], carlos: Usuario, ahora: datetime
) -> Callable[..., VentaHecha]:
    """Una venta por el caso de uso: ``venta((pan, 2), (te, 1), quien=ana, forma=FormaPago.DEBITO)``."""

    def hacer(
        *lineas: Linea,
        quien: Usuario = carlos,
        forma: FormaPago = FormaPago.EFECTIVO,
        pagos: list[PagoPedido] | None = None,
        documento: TipoDocumento = TipoDocumento.BOLETA,
        cuando: datetime = ahora,
        **extra: Any,
    ) -> VentaHecha:
        pedido = PedidoDeVenta(
            lineas=[LineaPedida(id_producto=p.pk, cantidad=Decimal(c)) for p, c in lineas],
            pagos=pagos or [PagoPedido(forma=forma)],
            documento=documento,
            **extra,
        )
        return vender(actor=actor(quien), pedido=pedido, ahora=cuando)

    return hacer


@pytest.fixture
def cuerpo() -> Callable[..., dict[str, Any]]:
    """Cuerpo de ``POST /ventas-detalle``: ``cuerpo((pan, 2), id_cliente=7)``."""

    def de(*lineas: Linea, **extra: Any) -> dict[str, Any]:
        base = {} if "pagos" in extra else {"id_forma_pago": 2}
        return base | {
            "id_tipodocumento": 1,
            "productos": [{"id_producto": p.pk, "cantidad": c} for p, c in lineas],
        } | extra

    return de
