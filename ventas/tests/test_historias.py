"""Historias al azar de ventas y devoluciones: pase lo que pase, todo cuadra."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventario.base.actor import Actor
from productos.models import ClaseTributaria, Producto, Unidad
from usuarios.models import MovimientoPuntos, Usuario
from ventas.models import DetalleVenta, Devolucion, FormaPago, TipoDocumento, Venta
from ventas.reglas.devolucion import NadaPorDevolver
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    ParteDevuelta,
    PedidoDeDevolucion,
    PedidoDeVenta,
    devolver,
    vender,
)
from ventas.verificacion import problemas_de_ventas

STOCK = 100_000
lineas = st.tuples(st.integers(0, 3), st.integers(1, 20), st.integers(0, 999))
historias = st.tuples(
    st.lists(lineas, min_size=1, max_size=6),
    st.decimals(0, 100, places=2),
    st.sampled_from(list(TipoDocumento)),
    st.lists(st.integers(1, 99), max_size=3),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 100)), max_size=6),
)


@pytest.fixture
def estante(producto: Callable[..., Producto]) -> list[Producto]:
    """Por unidad y por kilo, afecto y exento, con precios que no dividen bien."""
    return [
        producto("Té", precio=1_193, stock=STOCK),
        producto("Libro", precio=9_991, stock=STOCK, clase_tributaria=ClaseTributaria.EXENTO),
        producto("Jamón", precio=5_987, stock=STOCK, unidad=Unidad.KILO),
        producto("Oferta", precio=777, stock=STOCK, descuento=Decimal("33.33")),
    ]


@pytest.mark.django_db
def test_todo_lo_vendido_y_devuelto_cuadra(
    estante: list[Producto], carlos: Usuario, clara: Usuario, actor: Callable[[Usuario], Actor],
    ahora: datetime,
) -> None:
    quien = actor(carlos)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(historias)
    def historia(caso: tuple) -> None:
        pedidas, porcentaje, documento, cortes, vueltas = caso
        pedido = PedidoDeVenta(
            lineas=[_linea(estante, *linea) for linea in pedidas],
            pagos=[PagoPedido(forma=FormaPago.EFECTIVO)], documento=documento,
            porcentaje=porcentaje, id_cliente=clara.pk,
        )
        total = vender(actor=quien, pedido=pedido, ahora=ahora).venta.total
        clara.refresh_from_db()
        pagos = _partir(total, cortes, clara.puntos)
        mixta = PedidoDeVenta(
            lineas=pedido.lineas, pagos=pagos, documento=documento, porcentaje=porcentaje,
            id_cliente=clara.pk, total_esperado=total,
        )
        hecha = vender(actor=quien, pedido=mixta, ahora=ahora)
        for numero, parte in vueltas:
            _devolver_parte(quien, hecha.venta, numero, parte, ahora)
        resto = PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="resto")
        with suppress(NadaPorDevolver):
            devolver(actor=quien, pedido=resto, ahora=ahora)
        notas = Devolucion.objects.filter(venta=hecha.venta).aggregate(
            *(Sum(campo) for campo in ("total", "neto", "iva", "exento"))
        )
        assert notas == {f"{c}__sum": getattr(hecha.venta, c) for c in ("total", "neto", "iva", "exento")}

    historia()
    assert list(problemas_de_ventas()) == []
    for producto in estante:
        lineas = DetalleVenta.objects.filter(producto=producto)
        afuera = sum(linea.cantidad - linea.cantidad_devuelta for linea in lineas)
        producto.refresh_from_db()
        assert producto.stock + afuera == STOCK
    clara.refresh_from_db()
    assert clara.puntos == MovimientoPuntos.objects.aggregate(suma=Sum("cantidad"))["suma"]
    assert Venta.objects.filter(devuelto__gt=0).exists()


def _linea(estante: list[Producto], cual: int, entero: int, milesimas: int) -> LineaPedida:
    producto = estante[cual]
    cantidad = Decimal(entero) + (Decimal(milesimas) / 1000 if producto.por_kilo else 0)
    return LineaPedida(id_producto=producto.pk, cantidad=cantidad)


def _partir(total: int, cortes: list[int], puntos: int) -> list[PagoPedido]:
    """``total`` en varias formas, las que alcancen."""
    formas = [FormaPago.PUNTOS, FormaPago.CREDITO, FormaPago.DEBITO]
    pagos: list[PagoPedido] = []
    falta = total
    for forma, corte in zip(formas, cortes, strict=False):
        monto = min(falta * corte // 100, puntos if forma == FormaPago.PUNTOS else falta)
        if monto:
            pagos.append(PagoPedido(forma=forma, monto=monto))
            falta -= monto
    return [*pagos, PagoPedido(forma=FormaPago.EFECTIVO, monto=falta)] if falta or not pagos else pagos


def _devolver_parte(quien: Actor, venta: Venta, numero: int, parte: int, ahora: datetime) -> None:
    """``parte`` % de lo que quede de una línea, si queda."""
    linea = venta.detalles.filter(numero=numero + 1).first()
    if linea is None:
        return
    queda = linea.cantidad - linea.cantidad_devuelta
    cantidad = (queda * parte / 100).quantize(Decimal("0.001" if linea.unidad == Unidad.KILO else 1))
    if cantidad <= 0:
        return
    partes = [ParteDevuelta(numero_linea=linea.numero, cantidad=min(cantidad, queda))]
    pedido = PedidoDeDevolucion(id_venta=venta.pk, motivo="parte", partes=partes)
    devolver(actor=quien, pedido=pedido, ahora=ahora)
