"""El reparto de los movimientos entre los lotes: qué lote sale primero y a cuál entra cada cosa.

Es parte de ``kardex.mover_stock``: la única puerta del stock lo es también de los lotes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from inventario.base.errores import Conflicto
from productos.models import CERO, Lote, MovimientoLote, MovimientoStock, Producto

Documento = tuple[str, int]
Tipo = MovimientoStock.Tipo


class StockInsuficiente(Conflicto):
    """Una salida dejaría un stock bajo cero, o llevaría lo que ya venció."""

    codigo = "stock_insuficiente"
    msg = "No hay stock suficiente"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosLote:
    """El lote al que entra algo: se abre si no existe.

    Args:
        codigo: el del fabricante, ya limpio (``reglas.codigo_de_lote``); puede faltar.
        vencimiento: último día en que se vende; ``None`` si no vence.
    """

    codigo: str = ""
    vencimiento: date | None = None


@dataclass(slots=True, kw_only=True)
class Parte:
    """Un movimiento por repartir. ``entra`` y ``lote_id``, sólo si quien mueve eligió el lote."""

    producto: Producto
    movimiento: MovimientoStock
    entra: DatosLote | None = None
    lote_id: int | None = None


@dataclass(slots=True)
class Reparto:
    """Lo que resulta, para guardarlo cuando los movimientos ya tengan su id."""

    tocados: dict[int, Lote] = field(default_factory=dict)
    nuevos: list[Lote] = field(default_factory=list)
    filas: list[MovimientoLote] = field(default_factory=list)

    def guardar(self) -> None:
        """Tres sentencias a lo más, sean cuantos sean."""
        Lote.objects.bulk_update([lote for lote in self.tocados.values() if lote.pk], ["stock"])
        Lote.objects.bulk_create(self.nuevos)
        MovimientoLote.objects.bulk_create(self.filas)


def repartir(
    partes: Sequence[Parte], *, origen: Documento | None, hoy: date, ahora: datetime
) -> Reparto:
    """Planea de qué lotes sale y a cuáles entra cada parte: dos consultas, sean cuantas sean.

    - Sale primero lo que vence primero; una venta nunca lleva lo que venció.
    - Lo que deshace a ``origen`` (una devolución, la anulación de una compra) vuelve a los mismos lotes
      de aquella vez, lo último en salir primero, sin pasarse de lo que fue.
    - Lo comprado sin decir su lote entra a uno sin código ni fecha. Lo demás que entra sin decirlo (un
      hallazgo, un conteo) es de algún lote que ya está: se supone el vigente que vence primero, para
      que se venda pronto.

    Deja en cada producto ``fecha_vencimiento``: la de lo primero que vence.

    Raises:
        StockInsuficiente: por id de producto, los que no alcanzan.
    """
    estanteria = _Estanteria(partes, origen=origen, hoy=hoy, ahora=ahora)
    for parte in partes:
        estanteria.mover(parte)
    if estanteria.faltan:
        raise StockInsuficiente(errores=estanteria.faltan)
    for producto in {p.producto.pk: p.producto for p in partes}.values():
        producto.fecha_vencimiento = primer_vencimiento(estanteria.lotes[producto.pk])
    return estanteria.reparto


def primer_vencimiento(lotes: Iterable[Lote]) -> date | None:
    """El del lote con stock que vence primero."""
    fechas = [lote.vencimiento for lote in lotes if lote.stock > 0 and lote.vencimiento]
    return min(fechas, default=None)


class _Estanteria:
    """Los lotes de los productos que se mueven, en memoria, mientras se reparten."""

    def __init__(
        self, partes: Sequence[Parte], *, origen: Documento | None, hoy: date, ahora: datetime
    ) -> None:
        self.hoy = hoy
        self.ahora = ahora
        self.reparto = Reparto()
        self.faltan: dict[str, list[str]] = {}
        ids = {p.producto.pk for p in partes}
        self.hechos = _hechos(ids, origen)
        self.lotes: dict[int, list[Lote]] = defaultdict(list)
        for lote in Lote.objects.filter(_que_importan(partes, self.hechos), producto__in=ids):
            self.lotes[lote.producto_id].append(lote)
        for lotes in self.lotes.values():
            lotes.sort(key=_orden)

    def mover(self, parte: Parte) -> None:
        falta = self._deshacer(parte, parte.movimiento.cantidad)
        if falta > 0:
            self._anotar(parte, self._donde_entra(parte), falta)
        elif falta < 0:
            self._sacar(parte, -falta)

    def _deshacer(self, parte: Parte, cantidad: Decimal) -> Decimal:
        """Devuelve a los lotes de antes lo que se pueda de ``cantidad``; el resto, con su signo."""
        for hecho in self.hechos.get(parte.producto.pk, ()):
            if not cantidad or (hecho.queda > 0) == (cantidad > 0):
                continue
            lote = self._lote(parte.producto.pk, hecho.fila.lote_id)
            tope = abs(hecho.queda) if cantidad > 0 else min(abs(hecho.queda), lote.stock)
            parte_de_este = min(abs(cantidad), tope)
            if parte_de_este:
                con_signo = parte_de_este if cantidad > 0 else -parte_de_este
                self._anotar(parte, lote, con_signo, devuelve=hecho.fila)
                hecho.queda += con_signo
                cantidad -= con_signo
        return cantidad

    def _sacar(self, parte: Parte, cantidad: Decimal) -> None:
        es_venta = parte.movimiento.tipo == Tipo.VENTA
        for lote in self.lotes[parte.producto.pk]:
            if parte.lote_id is not None and lote.pk != parte.lote_id:
                continue
            if es_venta and esta_vencido(lote.vencimiento, self.hoy):
                continue
            sale = min(cantidad, lote.stock)
            if sale > 0:
                self._anotar(parte, lote, -sale)
                cantidad -= sale
        if cantidad:
            nombre = parte.producto.nombre
            motivo = f"Lo que queda de {nombre} está vencido" if es_venta else (
                f"No hay tanto de {nombre} en ese lote"
            )
            self.faltan[str(parte.producto.pk)] = [motivo]

    def _donde_entra(self, parte: Parte) -> Lote:
        lotes = self.lotes[parte.producto.pk]
        if parte.lote_id is not None:
            return self._lote(parte.producto.pk, parte.lote_id)
        datos = parte.entra
        if datos is None:
            es_nuevo = parte.movimiento.tipo in (Tipo.COMPRA, Tipo.INICIAL)
            for lote in lotes if not es_nuevo else ():
                if lote.stock > 0 and not esta_vencido(lote.vencimiento, self.hoy):
                    return lote
            datos = DatosLote()
        for lote in lotes:
            if (lote.codigo, lote.vencimiento) == (datos.codigo, datos.vencimiento):
                return lote
        nuevo = Lote(
            producto=parte.producto, codigo=datos.codigo, vencimiento=datos.vencimiento,
            creado=self.ahora,
        )
        self.reparto.nuevos.append(nuevo)
        lotes.append(nuevo)
        lotes.sort(key=_orden)
        return nuevo

    def _lote(self, producto_id: int, lote_id: int) -> Lote:
        return next(lote for lote in self.lotes[producto_id] if lote.pk == lote_id)

    def _anotar(
        self, parte: Parte, lote: Lote, cantidad: Decimal, devuelve: MovimientoLote | None = None
    ) -> None:
        lote.stock += cantidad
        if lote.pk:
            self.reparto.tocados[lote.pk] = lote
        self.reparto.filas.append(
            MovimientoLote(
                lote=lote,
                movimiento=parte.movimiento,
                cantidad=cantidad,
                stock_resultante=lote.stock,
                devuelve=devuelve,
                usuario_id=parte.movimiento.usuario_id,
                fecha=self.ahora,
            )
        )


@dataclass(slots=True)
class _Hecho:
    """Lo que ``origen`` movió en un lote, y cuánto de eso sigue sin deshacer (con su signo)."""

    fila: MovimientoLote
    queda: Decimal


def _hechos(ids: Iterable[int], origen: Documento | None) -> dict[int, list[_Hecho]]:
    if origen is None:
        return {}
    tipo, documento = origen
    filas = (
        MovimientoLote.objects.filter(
            movimiento__documento_tipo=tipo,
            movimiento__documento_id=documento,
            movimiento__producto__in=ids,
            devuelve__isnull=True,
        )
        .select_related("lote")
        .annotate(deshecho=Coalesce(Sum("devoluciones__cantidad"), CERO))
        .order_by("-pk")
    )
    hechos: dict[int, list[_Hecho]] = defaultdict(list)
    for fila in filas:
        hechos[fila.lote.producto_id].append(_Hecho(fila, fila.cantidad + fila.deshecho))
    return hechos


def _que_importan(partes: Iterable[Parte], hechos: dict[int, list[_Hecho]]) -> Q:
    """Los lotes con stock y los vacíos a los que algo puede volver o entrar."""
    de_antes = {h.fila.lote_id for lista in hechos.values() for h in lista}
    pedidos = {p.lote_id for p in partes if p.lote_id is not None}
    cuales = Q(stock__gt=0) | Q(pk__in=de_antes | pedidos) | Q(codigo="", vencimiento__isnull=True)
    for parte in partes:
        if parte.entra is not None:
            cuales |= Q(
                producto=parte.producto,
                codigo=parte.entra.codigo,
                vencimiento=parte.entra.vencimiento,
            )
    return cuales


def faltan_en_lotes(documento: Documento) -> dict[int, Decimal]:
    """Producto → cuánto de lo que ``documento`` puso en sus lotes ya no está en ellos. Una consulta.

    Un lote que después se repartió a mano no cuenta: lo suyo está en otro.
    """
    repartido = MovimientoLote.objects.filter(
        lote=OuterRef("lote"), movimiento__isnull=True, pk__gt=OuterRef("pk")
    )
    tipo, documento_id = documento
    filas = (
        MovimientoLote.objects.filter(
            ~Exists(repartido),
            movimiento__documento_tipo=tipo,
            movimiento__documento_id=documento_id,
            devuelve__isnull=True,
        )
        .order_by()
        .values_list("lote__producto", "lote", "lote__stock")
        .annotate(puesto=Sum("cantidad"))
    )
    faltan: dict[int, Decimal] = defaultdict(Decimal)
    for producto, _, stock, puesto in filas:
        faltan[producto] += max(puesto - stock, CERO)
    return faltan


def esta_vencido(vencimiento: date | None, hoy: date) -> bool:
    """Si venció: en su último día todavía se vende."""
    return vencimiento is not None and vencimiento < hoy


def _orden(lote: Lote) -> tuple[date, int]:
    # Un lote recién abierto aún no tiene id: va después de los que vencen el mismo día.
    return (lote.vencimiento or date.max, lote.pk or 2**63)
