"""Lo que siempre debe cumplirse entre ventas, pagos, notas de crédito, kardex y folios. Sólo lee.

Cada comprobación es una consulta que trae únicamente lo que está mal, de a poco: la memoria no
crece con la historia de la tienda.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce

from inventario.base.formato import sin_ceros
from inventario.base.operacion import foto
from productos.models import MovimientoStock
from ventas.models import (
    CorrelativoFolio,
    CorrelativoZ,
    DetalleDevolucion,
    DetalleVenta,
    Devolucion,
    FormaPago,
    MovimientoCaja,
    Pago,
    Reembolso,
    TurnoCaja,
    Venta,
)

TROZO = 500
CERO = Decimal(0)
MEDIO_GRAMO = Decimal("0.0005")
"""SQLite suma decimales en coma flotante: menos que esto no es una diferencia."""
MEDIDA = DecimalField(max_digits=24, decimal_places=3)
"""Caben pesos y kilos."""


def problemas_de_ventas() -> Iterator[str]:
    """Una frase por cada cosa que no cuadra; ninguna si todo está bien.

    Supone la fuente de folios por omisión (``ventas.folios.Correlativo``).
    """
    for comprobar in COMPROBACIONES:
        if comprobar in DE_VARIAS_LECTURAS:
            # Una venta que confirma entre una lectura y la otra parecería un error.
            with foto():
                problemas = list(comprobar())
            yield from problemas
        else:
            yield from comprobar()


def _folios() -> Iterator[str]:
    """1..n por emisor y tipo, sin nulos ni huecos, y el correlativo en el último."""
    ultimos = {(c.emisor_rut, c.tipo_dte): c.ultimo for c in CorrelativoFolio.objects.all()}
    for modelo in (Venta, Devolucion):
        documentos: QuerySet[Any] = modelo._default_manager.order_by()
        for pk in documentos.filter(folio=None).values_list("pk", flat=True).iterator(TROZO):
            yield f"{modelo._meta.verbose_name} {pk}: no tiene folio"
        series = documentos.values_list("emisor_rut", "tipo_dte").annotate(Count("folio"), Max("folio"))
        for emisor, tipo, cuantos, maximo in series:
            ultimo = ultimos.pop((emisor, tipo), 0)
            if (maximo or 0) != ultimo:
                yield f"folios {tipo}: el último es {maximo} y el correlativo dice {ultimo}"
            if cuantos != maximo:
                yield from _huecos(documentos.filter(emisor_rut=emisor, tipo_dte=tipo), tipo)
    for (_, tipo), ultimo in ultimos.items():
        if ultimo:
            yield f"folios {tipo}: el correlativo dice {ultimo} y no hay documentos"


def _huecos(serie: QuerySet[Any], tipo: int) -> Iterator[str]:
    esperado = 1
    folios = serie.exclude(folio=None).order_by("folio").values_list("folio", flat=True)
    for folio in folios.iterator(TROZO):
        if folio > esperado:
            yield f"folios {tipo}: faltan del {esperado} al {folio - 1}"
        esperado = folio + 1


def _ventas() -> Iterator[str]:
    """Pagos y líneas suman el total; las notas de crédito, lo devuelto."""
    for modelo, campo, que in (
        (Pago, "monto", "pagos"), (DetalleVenta, "total", "líneas"),
    ):
        for pk, dice, suma in _descuadres(Venta, F("total"), _suma(modelo, "venta", campo)):
            yield f"venta {pk}: el total es {dice} y sus {que} suman {suma}"
    for pk, dice, suma in _descuadres(Venta, F("devuelto"), _suma(Devolucion, "venta", "total")):
        yield f"venta {pk}: dice {dice} devueltos y sus notas de crédito suman {suma}"


def _notas() -> Iterator[str]:
    """Líneas y reembolsos suman el total de la nota."""
    for modelo, que in ((Reembolso, "reembolsos"), (DetalleDevolucion, "líneas")):
        for pk, dice, suma in _descuadres(Devolucion, F("total"), _suma(modelo, "devolucion", "monto")):
            yield f"nota de crédito {pk}: el total es {dice} y sus {que} suman {suma}"


def _reembolsos() -> Iterator[str]:
    """Nada vuelve por una forma de pago más allá de lo que entró por ella."""
    pagado = Pago.objects.filter(
        venta=OuterRef("devolucion__venta"), forma_pago=OuterRef("forma_pago")
    ).values("monto")
    de_mas = (
        Reembolso.objects.order_by()
        .values("devolucion__venta", "forma_pago")
        .annotate(volvio=Sum("monto"), entro=Coalesce(Subquery(pagado), 0))
        .filter(volvio__gt=F("entro"))
        .values_list("devolucion__venta", "forma_pago", "entro", "volvio")
    )
    for pk, forma, entro, volvio in de_mas.iterator(TROZO):
        yield f"venta {pk}: por la forma de pago {forma} entraron {entro} y volvieron {volvio}"


def _cantidades() -> Iterator[str]:
    """Lo devuelto de cada línea es la suma de sus devoluciones."""
    devuelta = _suma(DetalleDevolucion, "detalle", "cantidad")
    for pk, dice, suma in _descuadres(DetalleVenta, F("cantidad_devuelta"), devuelta):
        yield f"línea {pk}: dice {dice} devueltos y sus devoluciones suman {suma}"


def _kardex() -> Iterator[str]:
    """De la bodega salió lo que la venta dice, y volvió lo que la devolución dice."""
    for modelo, lineas, tipo, ficha, signo in (
        (Venta, DetalleVenta, "venta", "producto", -1),
        (Devolucion, DetalleDevolucion, "devolucion", "detalle__producto", 1),
    ):
        movido = (
            MovimientoStock.objects.filter(documento_tipo=tipo, documento_id=OuterRef("pk"))
            .order_by()
            .values("documento_id")
            .annotate(suma=Sum("cantidad") * signo)
            .values("suma")
        )
        # Un misceláneo se vende sin stock: en el kardex no está.
        dice = Subquery(
            _suma(lineas, tipo, "cantidad", **{f"{ficha}__isnull": False}), output_field=MEDIDA
        )
        for pk, esperado, suma in _descuadres(modelo, dice, movido):
            yield f"{tipo} {pk}: sus líneas suman {esperado} y su kardex {suma}"


def _turnos() -> Iterator[str]:
    """Lo que cada Z esperaba es lo que sus ventas, notas y movimientos suman; y sin Z saltados."""
    debia = F("fondo_inicial") + _en_turno(Pago, "venta__turno", forma_pago=FormaPago.EFECTIVO.value)
    debia -= _en_turno(Reembolso, "devolucion__turno", forma_pago=FormaPago.EFECTIVO.value)
    debia += _en_turno(MovimientoCaja, "turno", tipo=MovimientoCaja.Tipo.INGRESO)
    debia -= _en_turno(MovimientoCaja, "turno", tipo=MovimientoCaja.Tipo.RETIRO)
    cerrados = TurnoCaja.objects.filter(cerrado__isnull=False).order_by()
    malos = cerrados.annotate(debia=ExpressionWrapper(debia, BigIntegerField())).exclude(esperado=F("debia"))
    for pk, dice, suma in malos.values_list("pk", "esperado", "debia").iterator(TROZO):
        yield f"turno de caja {pk}: su Z esperaba {dice} y su efectivo suma {suma}"
    ultimos = dict(CorrelativoZ.objects.values_list("caja", "ultimo"))
    for caja, cuantos, mayor in cerrados.values_list("caja").annotate(Count("id"), Max("numero_z")):
        if not cuantos == mayor == ultimos.get(caja):
            yield f"caja {caja}: {cuantos} Z, el último es {mayor} y el correlativo dice {ultimos.get(caja)}"


def _en_turno(modelo: type[Model], turno: str, **filtro: Any) -> Combinable:
    """CLP que las filas de ``modelo`` suman en el turno de afuera, con el redondeo legal si lo tienen."""
    filas = modelo._default_manager.filter(**{turno: OuterRef("pk")}, **filtro).order_by().values(turno)
    suma: Combinable = Sum("monto")
    if modelo is not MovimientoCaja:
        suma = ExpressionWrapper(suma + Sum("redondeo"), BigIntegerField())
    return Coalesce(
        Subquery(filas.annotate(suma=suma).values("suma"), output_field=BigIntegerField()), 0
    )


def _suma(modelo: type[Model], de: str, campo: str, **filtro: Any) -> QuerySet[Any]:
    """Subconsulta: la suma de ``campo`` en las filas de ``modelo`` que son ``de`` la fila de afuera."""
    filas: QuerySet[Any] = modelo._default_manager.filter(**{de: OuterRef("pk")}, **filtro)
    sumas: QuerySet[Any] = filas.order_by().values(de).annotate(suma=Sum(campo)).values("suma")
    return sumas


def _descuadres(
    modelo: type[Model], dice: Combinable, suma: QuerySet[Any]
) -> Iterator[tuple[int, str, str]]:
    """(id, lo que dice, lo que suma) de las filas donde no es lo mismo."""
    filas = (
        modelo._default_manager.order_by()
        .annotate(
            dicho=Coalesce(dice, CERO, output_field=MEDIDA),
            sumado=Coalesce(Subquery(suma, output_field=MEDIDA), CERO, output_field=MEDIDA),
        )
        .annotate(diferencia=Abs(F("dicho") - F("sumado")))
        .filter(diferencia__gt=MEDIO_GRAMO)
        .values_list("pk", "dicho", "sumado")
    )
    for pk, dicho, sumado in filas.iterator(TROZO):
        yield pk, sin_ceros(Decimal(dicho)), sin_ceros(Decimal(sumado))


COMPROBACIONES: tuple[Callable[[], Iterator[str]], ...] = (
    _folios, _ventas, _notas, _reembolsos, _cantidades, _kardex, _turnos,
)
DE_VARIAS_LECTURAS = (_folios, _turnos)
