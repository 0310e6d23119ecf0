"""Una tienda que hace cosas al azar y sabe, sin mirar la base, cuánto debe haber de cada producto."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from compras.servicios import (
    CompraYaVendida,
    DatosProveedor,
    LineaPedida,
    PedidoCompra,
    anular_compra,
    comprar,
    crear_proveedor,
)
from inventario.base.actor import Actor
from productos.historia import desde_la_nada
from productos.kardex import StockInsuficiente
from productos.models import Lote, MotivoAjuste, MovimientoStock, Producto
from productos.servicios import (
    DatosProducto,
    abrir_conteo,
    ajustar_stock,
    anular_conteo,
    cerrar_conteo,
    crear_producto,
    editar_producto,
    leer_en_conteo,
)
from productos.servicios.conteos import CuentaImposible
from ventas.models import DetalleVenta
from ventas.reglas.pagos import PagoPedido
from ventas.reglas.tipos import FormaPago
from ventas.servicios import (
    LineaPedida as LineaVenta,
)
from ventas.servicios import (
    ParteDevuelta,
    PedidoDeDevolucion,
    PedidoDeVenta,
    devolver,
    vender,
)

CUAL = st.integers(0, 2)
UNIDADES = st.integers(1, 40)
COSTO = st.integers(1, 5_000)
ALGUNO = st.integers(0, 10**6)

_numeros = itertools.count(1)
Costos = frozenset[tuple[int, Decimal]]
"""De qué compras (0: ninguna) y a qué costo puede ser cada unidad que hay."""
SIN_COSTO: Costos = frozenset({(0, Decimal(0))})


def sin(costos: Costos, compra: int) -> Costos:
    return frozenset(costo for costo in costos if costo[0] != compra)


@dataclass
class Modelo:
    """Lo que la prueba sabe de un producto, sin mirar la base."""

    pk: int
    codigo: str
    por_kilo: bool
    por_lotes: bool
    stock: Decimal = Decimal(0)
    costos: Costos = frozenset()
    ultimos: Costos = SIN_COSTO
    vistos: Costos = SIN_COSTO
    hubo_sin_costo_propio: bool = False

    def mover(self, cantidad: Decimal, nuevos: Costos = frozenset(), *, compra: bool = False) -> None:
        """``nuevos``: los costos de lo que entra; vacío si aparece sin costo propio."""
        if cantidad > 0:
            # Lo que aparece donde no hay nada vale lo último que se supo.
            self.costos |= nuevos or (self.ultimos if not self.stock else frozenset())
            self.hubo_sin_costo_propio |= not compra
        self.stock += cantidad
        self.vistos |= self.costos
        self.ultimos = self.costos or self.ultimos
        if not self.stock:
            self.costos = frozenset()
            self.hubo_sin_costo_propio = False

    def olvidar(self, compra: int) -> None:
        """La compra se anuló. Lo que entró sin costo propio mientras estaba pudo tomar otro más viejo."""
        self.costos = sin(self.costos, compra)
        self.ultimos = sin(self.ultimos, compra) or self.vistos
        if self.stock and (self.hubo_sin_costo_propio or not self.costos):
            self.costos |= self.vistos


@dataclass
class Vendido:
    """Una línea vendida: cuánto queda por devolver y de qué costos salió."""

    venta: int
    numero: int
    producto: int
    queda: Decimal
    costos: Costos = field(default_factory=frozenset)


class Tienda(RuleBasedStateMachine):
    actor: Actor
    ahora: datetime

    @initialize()
    def abrir(self) -> None:
        self.marca = next(_numeros)
        quien = {"actor": self.actor, "ahora": self.ahora}
        self.proveedor = crear_proveedor(datos=DatosProveedor(nombre=f"P{self.marca}"), **quien)
        self.modelos = []
        for unidad, por_lotes in (("un", False), ("kg", False), ("un", True)):
            codigo = f"{unidad}-{por_lotes}-{self.marca}"
            producto = crear_producto(
                datos=DatosProducto(
                    nombre=codigo, categoria="Todo", codigo_barras=codigo, precio_venta=1000,
                    unidad=unidad, por_lotes=por_lotes,
                ),
                **quien,
            )
            self.modelos.append(Modelo(producto.pk, codigo, unidad == "kg", por_lotes))
        self.vendidos: list[Vendido] = []
        self.compras: dict[int, list[tuple[int, Decimal]]] = {}
        self.hecho: Counter[str] = Counter()
        self.conteo: int | None = None
        self.diferencias: dict[int, Decimal] = {}

    def cantidad(self, cual: int, unidades: int) -> Decimal:
        return Decimal(unidades) / 8 if self.modelos[cual].por_kilo else Decimal(unidades)

    @rule(lineas=st.lists(st.tuples(CUAL, UNIDADES, COSTO, st.booleans()), min_size=1, max_size=3))
    def comprar(self, lineas: list[tuple[int, int, int, bool]]) -> None:
        pedidas = []
        for cual, unidades, costo, por_total in lineas:
            datos: dict[str, Any] = (
                {"costo_total": costo} if por_total else {"costo_unitario": Decimal(costo)}
            )
            if self.modelos[cual].por_lotes:
                datos["fecha_vencimiento"] = date(2199, 1, 1 + costo % 3)
            pedidas.append(
                LineaPedida(
                    id_producto=self.modelos[cual].pk, cantidad=self.cantidad(cual, unidades), **datos
                )
            )
        compra = comprar(
            pedido=PedidoCompra(
                id_proveedor=self.proveedor.pk, numero_documento=str(next(_numeros)), lineas=pedidas
            ),
            actor=self.actor,
            ahora=self.ahora,
        )
        self.compras[compra.pk] = []
        for (cual, *_), detalle in zip(lineas, compra.detalles.order_by("numero"), strict=True):
            self.modelos[cual].mover(
                detalle.cantidad, frozenset({(compra.pk, detalle.costo_unitario)}), compra=True
            )
            self.compras[compra.pk].append((cual, detalle.cantidad))

    @rule(lineas=st.lists(st.tuples(CUAL, UNIDADES), min_size=1, max_size=3))
    def vender(self, lineas: list[tuple[int, int]]) -> None:
        pide = dict.fromkeys(range(3), Decimal(0))
        for cual, unidades in lineas:
            pide[cual] += self.cantidad(cual, unidades)
        pedido = PedidoDeVenta(
            lineas=[
                LineaVenta(id_producto=self.modelos[c].pk, cantidad=self.cantidad(c, u))
                for c, u in lineas
            ],
            pagos=[PagoPedido(forma=FormaPago.DEBITO)],
        )
        if any(pide[c] > self.modelos[c].stock for c in pide):
            with pytest.raises(StockInsuficiente):
                vender(actor=self.actor, pedido=pedido, ahora=self.ahora)
            return
        hecha = vender(actor=self.actor, pedido=pedido, ahora=self.ahora)
        for (cual, _), detalle in zip(lineas, hecha.detalles, strict=True):
            modelo = self.modelos[cual]
            self.vendidos.append(
                Vendido(hecha.venta.pk, detalle.numero, cual, detalle.cantidad, modelo.costos)
            )
            modelo.mover(-detalle.cantidad)

    @precondition(lambda self: any(v.queda for v in self.vendidos))
    @rule(alguna=ALGUNO, todo=st.booleans())
    def devolver(self, alguna: int, todo: bool) -> None:
        quedan = [v for v in self.vendidos if v.queda]
        vendido = quedan[alguna % len(quedan)]
        cantidad = vendido.queda if todo else min(vendido.queda, self.cantidad(vendido.producto, 1))
        devolver(
            actor=self.actor,
            pedido=PedidoDeDevolucion(
                id_venta=vendido.venta,
                motivo="No le gustó",
                partes=[ParteDevuelta(cantidad=cantidad, numero_linea=vendido.numero)],
            ),
            ahora=self.ahora,
        )
        vendido.queda -= cantidad
        detalle = DetalleVenta.objects.get(venta=vendido.venta, numero=vendido.numero)
        vuelve = vendido.costos | {(0, detalle.costo_unitario)}
        self.modelos[vendido.producto].mover(cantidad, vuelve)

    @rule(cual=CUAL, unidades=st.integers(0, 40))
    def corregir_el_stock(self, cual: int, unidades: int) -> None:
        modelo = self.modelos[cual]
        stock = self.cantidad(cual, unidades)
        editar_producto(
            codigo=modelo.codigo, cambios={"stock": stock}, motivo="Estaba mal",
            actor=self.actor, ahora=self.ahora,
        )
        modelo.mover(stock - modelo.stock)

    @rule(cual=CUAL, unidades=UNIDADES, motivo=st.sampled_from(["merma", "robo", "hallazgo"]))
    def ajustar(self, cual: int, unidades: int, motivo: str) -> None:
        modelo = self.modelos[cual]
        cantidad = self.cantidad(cual, unidades)
        if motivo != "hallazgo":
            cantidad = -cantidad
        ajuste = {
            "codigo": modelo.codigo, "cantidad": cantidad, "motivo": MotivoAjuste(motivo),
            "actor": self.actor, "ahora": self.ahora,
        }
        if modelo.stock + cantidad < 0:
            with pytest.raises(StockInsuficiente):
                ajustar_stock(**ajuste)
            return
        ajustar_stock(**ajuste)
        modelo.mover(cantidad)

    @precondition(lambda self: self.conteo is None)
    @rule()
    def abrir_un_conteo(self) -> None:
        self.conteo = abrir_conteo(nombre="Repisas", actor=self.actor, ahora=self.ahora).pk
        self.diferencias = {}

    @precondition(lambda self: self.conteo is not None)
    @rule(cual=CUAL, unidades=st.integers(0, 40))
    def contar(self, cual: int, unidades: int) -> None:
        modelo = self.modelos[cual]
        contado = self.cantidad(cual, unidades)
        leer_en_conteo(
            conteo_id=self.conteo, codigo=modelo.codigo, cantidad=contado, desde_cero=True,
            actor=self.actor, ahora=self.ahora,
        )
        # Contra lo que había al contar: lo que se venda después no cambia la diferencia.
        self.diferencias[cual] = contado - modelo.stock

    @precondition(lambda self: self.conteo is not None)
    @rule()
    def cerrar_el_conteo(self) -> None:
        cierre = {
            "conteo_id": self.conteo, "motivo": "Fin", "actor": self.actor, "ahora": self.ahora
        }
        if any(self.modelos[c].stock + d < 0 for c, d in self.diferencias.items()):
            with pytest.raises(CuentaImposible):
                cerrar_conteo(**cierre)
            anular_conteo(**cierre)
        else:
            cerrar_conteo(**cierre)
            for cual, diferencia in self.diferencias.items():
                self.modelos[cual].mover(diferencia)
        self.conteo = None

    def teardown(self) -> None:
        if getattr(self, "conteo", None) is not None:
            anular_conteo(
                conteo_id=self.conteo, motivo="Fin", actor=self.actor, ahora=self.ahora
            )

    @rule(cual=CUAL, costo=COSTO)
    def corregir_el_costo(self, cual: int, costo: int) -> None:
        modelo = self.modelos[cual]
        editar_producto(
            codigo=modelo.codigo, cambios={"costo": Decimal(costo)}, motivo="Costo mal puesto",
            actor=self.actor, ahora=self.ahora,
        )
        modelo.ultimos = frozenset({(0, Decimal(costo))})
        modelo.costos = modelo.ultimos if modelo.stock else frozenset()
        modelo.vistos |= modelo.ultimos

    @precondition(lambda self: self.compras)
    @rule(alguna=ALGUNO)
    def anular(self, alguna: int) -> None:
        # Una reciente: las viejas casi siempre ya se vendieron, y anular no haría nada.
        recientes = sorted(self.compras)[-3:]
        pk = recientes[alguna % len(recientes)]
        try:
            anular_compra(compra_id=pk, motivo="Error", actor=self.actor, ahora=self.ahora)
        except CompraYaVendida:
            self.hecho["no se anula"] += 1
            return
        self.hecho["anulada"] += 1
        for cual, cantidad in self.compras.pop(pk):
            self.modelos[cual].mover(-cantidad)
        for modelo in self.modelos:
            modelo.olvidar(pk)
        for vendido in self.vendidos:
            vendido.costos = sin(vendido.costos, pk)

    @invariant()
    def el_stock_es_su_kardex(self) -> None:
        for modelo in getattr(self, "modelos", []):
            fila = Producto.objects.get(pk=modelo.pk)
            assert fila.stock == modelo.stock >= 0
            assert fila.valor_stock >= 0
            movimientos = list(MovimientoStock.objects.filter(producto=modelo.pk).order_by("pk"))
            stock = valor = Decimal(0)
            for m in movimientos:
                stock, valor = stock + m.cantidad, valor + m.valor
                assert (m.stock_resultante, m.valor_resultante) == (stock, valor)
            assert (fila.stock, fila.valor_stock) == (stock, valor)
            contado = desde_la_nada(modelo.pk)
            assert contado.stock == fila.stock
            assert contado.valor == fila.valor_stock
            assert contado.costo == fila.costo_promedio

    @invariant()
    def los_lotes_suman_el_stock(self) -> None:
        for modelo in getattr(self, "modelos", []):
            lotes = list(Lote.objects.filter(producto=modelo.pk).prefetch_related("movimientos"))
            for lote in lotes:
                assert lote.stock == sum(m.cantidad for m in lote.movimientos.all()) >= 0
            assert sum(lote.stock for lote in lotes) == (modelo.stock if modelo.por_lotes else 0)

    @invariant()
    def el_promedio_esta_entre_los_costos_de_lo_que_hay(self) -> None:
        for modelo in getattr(self, "modelos", []):
            fila = Producto.objects.get(pk=modelo.pk)
            if not modelo.stock:
                assert fila.valor_stock == 0
                continue
            costos = [costo for _, costo in modelo.costos]
            assert min(costos) <= fila.costo_promedio <= max(costos)


def un_paso(azar: Random, tienda: Tienda) -> None:
    """Algo que la tienda pueda hacer ahora; comprar, vender y anular, más seguido."""
    cual, unidades, costo = azar.randrange(3), azar.randint(1, 40), azar.randint(1, 5_000)
    quiere = azar.choices(
        ["comprar", "vender", "devolver", "anular", "ajustar", "corregir", "costo", "contar"],
        [5, 6, 3, 4, 2, 1, 1, 2],
    )[0]
    if quiere == "comprar":
        tienda.comprar([
            (azar.randrange(3), azar.randint(1, 40), azar.randint(1, 5_000), azar.random() < 0.3)
            for _ in range(azar.randint(1, 3))
        ])
    elif quiere == "vender":
        tienda.vender([(azar.randrange(3), azar.randint(1, 12)) for _ in range(azar.randint(1, 3))])
    elif quiere == "devolver" and any(v.queda for v in tienda.vendidos):
        tienda.devolver(azar.randrange(10**6), azar.random() < 0.5)
    elif quiere == "anular" and tienda.compras:
        tienda.anular(azar.randrange(10**6))
    elif quiere == "ajustar":
        tienda.ajustar(cual, azar.randint(1, 10), azar.choice(["merma", "robo", "hallazgo"]))
    elif quiere == "corregir":
        tienda.corregir_el_stock(cual, unidades)
    elif quiere == "costo":
        tienda.corregir_el_costo(cual, costo)
    elif tienda.conteo is None:
        tienda.abrir_un_conteo()
    elif azar.random() < 0.7:
        tienda.contar(cual, unidades)
    else:
        tienda.cerrar_el_conteo()
