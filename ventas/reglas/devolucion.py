"""Qué y cuánto se devuelve de una venta, sin perder ni inventar un peso.

Todo se calcula *por acumulación*: lo que corresponde hasta ahora menos lo que correspondía antes.
Así, las devoluciones parciales de una línea suman siempre lo que se cobró por ella, en cualquier
orden y tamaño, y una devolución entera es el espejo exacto de la venta.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventario.base.dinero import redondear, redondeo_efectivo
from inventario.base.errores import Conflicto, Invalido
from inventario.base.formato import sin_ceros
from ventas.reglas.tipos import FormaPago

ORDEN_DE_REEMBOLSO = (FormaPago.PUNTOS, FormaPago.CREDITO, FormaPago.DEBITO, FormaPago.EFECTIVO)
"""El efectivo al final: es lo único que sale de la caja, y lo único que se redondea."""


class LineaNoVendida(Invalido):
    """Se nombra algo que la venta no tiene, o en una cantidad imposible; por número de línea pedida."""

    codigo = "linea_invalida"
    msg = "Hay líneas que no se pueden devolver"


class DevolucionExcede(Conflicto):
    """Se pide devolver más de lo que queda de lo vendido; por número de línea pedida."""

    codigo = "devolucion_excede"
    msg = "No se puede devolver más de lo vendido"


class NadaPorDevolver(Conflicto):
    """La venta ya está devuelta entera."""

    codigo = "venta_ya_devuelta"
    msg = "La venta ya está devuelta por completo"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineaVendida:
    """Una línea de la venta: ``total`` en CLP, cantidades en unidades o kilos."""

    numero: int
    producto_id: int | None
    cantidad: Decimal
    devuelta: Decimal
    total: int
    exenta: bool
    entera: bool = False
    """Si se vende por unidades y no se parte."""

    @property
    def disponible(self) -> Decimal:
        return self.cantidad - self.devuelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PartePedida:
    """Lo que se quiere devolver: de una línea por su número, o de un producto en las suyas."""

    cantidad: Decimal
    numero_linea: int | None = None
    producto_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nota:
    """Montos de la nota de crédito, en CLP. ``montos``: número de línea de la venta → CLP."""

    montos: dict[int, int]
    afecto: int
    exento: int
    neto: int
    iva: int

    @property
    def total(self) -> int:
        return self.afecto + self.exento


@dataclass(frozen=True, slots=True, kw_only=True)
class FormaPagada:
    """Lo que una forma de pago cubrió (``monto``, CLP), con qué ``puntos``, y lo ``reembolsado`` ya."""

    forma: FormaPago
    monto: int
    puntos: int = 0
    reembolsado: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReembolsoHecho:
    """Lo que vuelve por una forma de pago: CLP, redondeo de la Ley 20.956 y puntos."""

    forma: FormaPago
    monto: int
    redondeo: int = 0
    puntos: int = 0


def elegir(lineas: Sequence[LineaVendida], partes: Sequence[PartePedida]) -> dict[int, Decimal]:
    """Cantidad por devolver de cada línea: número de línea → cantidad mayor que cero.

    Sin ``partes``, todo lo que quede. Las líneas de un mismo producto se consumen en su orden.

    Raises:
        NadaPorDevolver: no se nombró nada y nada queda.
        LineaNoVendida: alguna parte nombra lo que no se vendió, cero, o una fracción de unidad.
        DevolucionExcede: alguna parte supera lo que queda.
    """
    if not partes:
        todo = {linea.numero: linea.disponible for linea in lineas if linea.disponible > 0}
        if not todo:
            raise NadaPorDevolver
        return todo
    quedan = {linea.numero: linea.disponible for linea in lineas}
    elegidas: dict[int, Decimal] = {}
    invalidas: dict[str, list[str]] = {}
    exceden: dict[str, list[str]] = {}
    for pedida, parte in enumerate(partes, start=1):
        suyas = [
            linea for linea in lineas
            if parte.numero_linea in (None, linea.numero)
            and parte.producto_id in (None, linea.producto_id)
        ]
        if problema := _problema(suyas, parte):
            invalidas[str(pedida)] = [problema]
            continue
        falta = parte.cantidad
        for linea in suyas:
            usa = min(falta, quedan[linea.numero])
            if usa > 0:
                quedan[linea.numero] -= usa
                elegidas[linea.numero] = elegidas.get(linea.numero, Decimal(0)) + usa
                falta -= usa
        if falta > 0:
            exceden[str(pedida)] = [f"Quedan {sin_ceros(parte.cantidad - falta)} por devolver"]
    if invalidas:
        raise LineaNoVendida(errores=invalidas | exceden)
    if exceden:
        raise DevolucionExcede(errores=exceden)
    return elegidas


def _problema(suyas: Sequence[LineaVendida], parte: PartePedida) -> str | None:
    if not suyas:
        return "Eso no está en la venta"
    if parte.cantidad <= 0:
        return "La cantidad debe ser mayor que cero"
    if suyas[0].entera and parte.cantidad != parte.cantidad.to_integral_value():
        return "Se vende por unidades enteras"
    return None


def acumulado(total: int, parte: Decimal | int, entero: Decimal | int) -> int:
    """Lo que de ``total`` (CLP) corresponde a ``parte`` de ``entero``; todo, si es entero."""
    return redondear(Decimal(total) * parte / entero) if entero else 0


def anotar(
    lineas: Sequence[LineaVendida], elegidas: Mapping[int, Decimal], *, neto: int
) -> Nota:
    """Montos de la nota de crédito por ``elegidas`` (número de línea → cantidad).

    Args:
        lineas: todas las de la venta, con lo devuelto hasta antes de esta nota.
        neto: el de la venta, en CLP.
    """
    montos: dict[int, int] = {}
    afecto_venta = afecto_antes = afecto = exento = 0
    for linea in lineas:
        antes = acumulado(linea.total, linea.devuelta, linea.cantidad)
        if not linea.exenta:
            afecto_venta += linea.total
            afecto_antes += antes
        if linea.numero not in elegidas:
            continue
        despues = acumulado(linea.total, linea.devuelta + elegidas[linea.numero], linea.cantidad)
        montos[linea.numero] = despues - antes
        if linea.exenta:
            exento += despues - antes
        else:
            afecto += despues - antes
    neto_nota = acumulado(neto, afecto_antes + afecto, afecto_venta) - acumulado(
        neto, afecto_antes, afecto_venta
    )
    return Nota(
        montos=montos, afecto=afecto, exento=exento, neto=neto_nota, iva=afecto - neto_nota
    )


def puntos_por_quitar(ganados: int, *, total: int, devuelto_antes: int, devuelto: int) -> int:
    """Puntos ganados que se van con esta devolución (CLP devueltos antes, y con ella), por acumulación."""
    if not total:
        return 0
    return ganados * devuelto // total - ganados * devuelto_antes // total


def reembolsar(total: int, pagadas: Sequence[FormaPagada]) -> list[ReembolsoHecho]:
    """Reparte ``total`` CLP entre las formas con que se pagó, en ``ORDEN_DE_REEMBOLSO``.

    Cada forma devuelve a lo más lo que cubrió menos lo que ya reembolsó. Los puntos vuelven por
    acumulación: al reembolsar todo lo pagado con ellos vuelven todos los que se gastaron.

    Raises:
        ValueError: se quiere reembolsar más de lo pagado; es un error de programación.
    """
    reembolsos: list[ReembolsoHecho] = []
    por_forma = {pagada.forma: pagada for pagada in pagadas}
    falta = total
    for forma in ORDEN_DE_REEMBOLSO:
        pagada = por_forma.get(forma)
        monto = min(falta, pagada.monto - pagada.reembolsado) if pagada else 0
        if pagada is None or monto <= 0:
            continue
        falta -= monto
        hasta = pagada.reembolsado + monto
        reembolsos.append(
            ReembolsoHecho(
                forma=forma,
                monto=monto,
                redondeo=redondeo_efectivo(monto) if forma == FormaPago.EFECTIVO else 0,
                puntos=pagada.puntos * hasta // pagada.monto
                - pagada.puntos * pagada.reembolsado // pagada.monto,
            )
        )
    if falta:
        raise ValueError("no se puede reembolsar más de lo pagado")
    return reembolsos
