"""Lecturas de cajas y turnos. Lo que da a conocer el efectivo de un turno abierto sólo lo usa su cierre."""

from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum

from inventario.base.actor import Actor
from ventas.models import (
    Autorizacion,
    Caja,
    Devolucion,
    MovimientoCaja,
    Pago,
    Reembolso,
    TurnoCaja,
    Venta,
)
from ventas.models.caja import TurnoCajaQuerySet
from ventas.reglas.tipos import FormaPago, TipoDTE


def cajas() -> list[Caja]:
    """Todas, con su turno abierto si lo tienen: una consulta."""
    return list(Caja.objects.select_related("turno_abierto").order_by("id"))


def turnos_abiertos() -> list[TurnoCaja]:
    """Los abiertos ahora, del más antiguo al más nuevo, con su caja: una consulta."""
    return list(TurnoCaja.objects.abiertos().select_related("caja").order_by("desde"))


def turnos_visibles(*, actor: Actor, abierto: bool | None = None, id_caja: int | None = None,
                    id_cajero: int | None = None) -> TurnoCajaQuerySet:
    """Turnos que ``actor`` puede ver, del más nuevo al más viejo, con su caja y movimientos."""
    turnos = TurnoCaja.objects.visibles(actor).select_related("caja").prefetch_related("movimientos")
    if abierto is not None:
        turnos = turnos.filter(cerrado__isnull=abierto)
    if id_caja is not None:
        turnos = turnos.filter(caja=id_caja)
    if id_cajero is not None:
        turnos = turnos.filter(cajero=id_cajero)
    return turnos.order_by("-id")


def turno_abierto_de(usuario_id: int | None) -> TurnoCaja | None:
    """El turno que esa persona tiene abierto."""
    if usuario_id is None:
        return None
    return (
        TurnoCaja.objects.filter(abierto_por=usuario_id)
        .select_related("caja").prefetch_related("movimientos").first()
    )


def autorizaciones_visibles(actor: Actor) -> QuerySet[Autorizacion]:
    """Un Administrador ve todas; los demás, las que pidieron. De la más nueva a la más vieja."""
    todas = Autorizacion.objects.select_related("solicitante", "supervisor").order_by("-id")
    return todas if actor.es_administrador else todas.filter(solicitante=actor.usuario_id)


def totales_de_turno(turno: TurnoCaja) -> dict[str, Any]:
    """Lo que el Z dice, en CLP y en tipos JSON. Sólo para el cierre, con el turno bloqueado.

    ``efectivo`` son los argumentos de ``reglas.caja.EfectivoDelTurno``.
    """
    pagos = _por_forma(Pago.objects.filter(venta__turno=turno))
    reembolsos = _por_forma(Reembolso.objects.filter(devolucion__turno=turno))
    movido = dict(
        MovimientoCaja.objects.filter(turno=turno).order_by()
        .values_list("tipo").annotate(suma=Sum("monto"))
    )
    devuelto = Devolucion.objects.filter(turno=turno).aggregate(n=Count("id"), suma=Sum("total"))
    vendido = Venta.objects.filter(turno=turno).aggregate(n=Count("id"), suma=Sum("total"))
    efectivo = FormaPago.EFECTIVO
    return {
        "efectivo": {
            "fondo": turno.fondo_inicial,
            "ventas": pagos.get(efectivo, 0),
            "reembolsos": reembolsos.get(efectivo, 0),
            "ingresos": movido.get(MovimientoCaja.Tipo.INGRESO, 0),
            "retiros": movido.get(MovimientoCaja.Tipo.RETIRO, 0),
        },
        "ventas": vendido["n"],
        "vendido": vendido["suma"] or 0,
        "devoluciones": devuelto["n"],
        "devuelto": devuelto["suma"] or 0,
        "pagos": [{"id_forma_pago": forma, "monto": monto} for forma, monto in sorted(pagos.items())],
        "reembolsos": [
            {"id_forma_pago": forma, "monto": monto} for forma, monto in sorted(reembolsos.items())
        ],
        "folios": [
            {"documento": TipoDTE(tipo).label, "desde": desde, "hasta": hasta, "cuantos": cuantos}
            for tipo, desde, hasta, cuantos in Venta.objects.filter(turno=turno).order_by()
            .values_list("tipo_dte").annotate(Min("folio"), Max("folio"), Count("id")).order_by("tipo_dte")
        ],
    }


def _por_forma(partes: Any) -> dict[int, int]:
    """Forma de pago → CLP, ya con el redondeo legal."""
    return {
        fila["forma_pago"]: fila["monto__sum"] + fila["redondeo__sum"]
        for fila in partes.order_by().values("forma_pago").annotate(Sum("monto"), Sum("redondeo"))
    }
