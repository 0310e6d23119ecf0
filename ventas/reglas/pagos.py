"""Cómo se paga un total: efectivo con su redondeo y vuelto, tarjetas, puntos, y los que se ganan."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventario.base.dinero import redondeo_efectivo
from inventario.base.errores import Invalido
from ventas.reglas.tipos import FormaPago


class PagosNoCuadran(Invalido):
    """Los pagos no suman el total; ``datos["total_con_iva"]`` (CLP) es el que hay que cubrir."""

    codigo = "pagos_no_cuadran"
    msg = "Los pagos no suman el total de la venta"


class EfectivoInsuficiente(Invalido):
    """Lo recibido en efectivo no alcanza; ``datos["a_pagar"]`` son los CLP en efectivo que se deben."""

    codigo = "efectivo_insuficiente"
    msg = "El efectivo recibido no alcanza"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoPedido:
    """Una parte del pago: ``monto`` en CLP (``None``: todo) y, en efectivo, los CLP ``recibido``."""

    forma: FormaPago
    monto: int | None = None
    recibido: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoHecho:
    """Una parte del pago ya resuelta.

    ``monto``: CLP del documento que cubre. ``redondeo``: CLP que la Ley 20.956 le suma al efectivo.
    ``recibido`` y ``vuelto``: CLP. ``puntos``: los que se gastan.
    """

    forma: FormaPago
    monto: int
    redondeo: int = 0
    recibido: int | None = None
    vuelto: int = 0
    puntos: int = 0

    @property
    def a_pagar(self) -> int:
        """CLP que cambian de mano por esta parte."""
        return self.monto + self.redondeo


def puntos_necesarios(monto: int, valor_punto: int) -> int:
    """Puntos que cubren ``monto`` CLP, hacia arriba: un punto no se parte."""
    return -(-monto // valor_punto)


def puntos_ganados(total: int, pagado_con_puntos: int, pesos_por_punto: int) -> int:
    """Puntos que da una venta: por lo que se pagó con dinero, hacia abajo."""
    return (total - pagado_con_puntos) // pesos_por_punto


def pagar(total: int, pedidos: Sequence[PagoPedido], *, valor_punto: int) -> list[PagoHecho]:
    """Resuelve ``pedidos`` (al menos uno) para cubrir ``total`` CLP.

    Dos partes con la misma forma (dos tarjetas de crédito) se suman en una: así se guardan y así
    se reembolsan.

    Raises:
        PagosNoCuadran: no suman ``total``.
        EfectivoInsuficiente: se recibió menos de lo que hay que pagar en efectivo.
        Invalido: una parte en cero de un total que no lo es, o recibido en algo que no es efectivo.
    """
    montos: dict[FormaPago, int] = {}
    recibidos: dict[FormaPago, int] = {}
    for pedido in pedidos:
        monto = total if pedido.monto is None else pedido.monto
        if monto == 0 and total:
            raise Invalido(errores={"pagos": ["Cada pago debe ser mayor que cero"]})
        montos[pedido.forma] = montos.get(pedido.forma, 0) + monto
        if pedido.recibido is not None:
            recibidos[pedido.forma] = recibidos.get(pedido.forma, 0) + pedido.recibido
    if recibidos.keys() - {FormaPago.EFECTIVO}:
        raise Invalido(errores={_campo(pedidos): ["Sólo un pago en efectivo lleva lo recibido"]})
    if sum(montos.values()) != total:
        raise PagosNoCuadran(
            errores={"pagos": [f"Suman {sum(montos.values())} y el total es {total}"]},
            datos={"total_con_iva": total},
        )
    hechos = [
        _resolver(forma, monto, recibidos.get(forma), valor_punto) for forma, monto in montos.items()
    ]
    if falta := next((pago for pago in hechos if pago.vuelto < 0), None):
        raise EfectivoInsuficiente(
            errores={
                _campo(pedidos): [f"Se recibieron {falta.recibido} y hay que pagar {falta.a_pagar}"]
            },
            datos={"a_pagar": falta.a_pagar},
        )
    return hechos


def _campo(pedidos: Sequence[PagoPedido]) -> str:
    """Dónde venía lo recibido: en el pago único o en alguno de varios."""
    return "efectivo_recibido" if pedidos[0].monto is None else "pagos"


def _resolver(forma: FormaPago, monto: int, recibido: int | None, valor_punto: int) -> PagoHecho:
    """La parte resuelta; un vuelto negativo es lo que falta."""
    if forma == FormaPago.PUNTOS:
        return PagoHecho(forma=forma, monto=monto, puntos=puntos_necesarios(monto, valor_punto))
    if forma != FormaPago.EFECTIVO:
        return PagoHecho(forma=forma, monto=monto)
    redondeo = redondeo_efectivo(monto)
    a_pagar = monto + redondeo
    return PagoHecho(
        forma=forma,
        monto=monto,
        redondeo=redondeo,
        recibido=recibido,
        vuelto=0 if recibido is None else recibido - a_pagar,
    )


def forma_principal(pagos: Sequence[PagoHecho]) -> FormaPago:
    """La de mayor monto; a igual monto, la primera que se dio."""
    return max(pagos, key=lambda pago: pago.monto).forma
