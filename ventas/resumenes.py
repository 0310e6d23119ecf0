"""Los resúmenes de ventas: un paso de la venta y de la devolución, y su reconstrucción desde los documentos.

No hacen esperar a nadie que no esperara ya: la fila por producto la protege el producto, que la
venta tiene bloqueado; la fila por hora es del cajero. Las dos tablas tienen por clave primaria lo que
identifica a la fila, y un INSERT que choca con una clave primaria bloquea esa fila y no el hueco: en
MariaDB, con un índice único aparte, dos ventas podrían esperarse en círculo.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Max, Min

from inventario.base.fechas import dia_de, rango
from inventario.base.insercion import valores_de
from inventario.base.juntas import ejecutar
from inventario.base.motor import es_mariadb
from inventario.base.operacion import exigir_transaccion, foto, operacion
from ventas.models import (
    ConteoVentas,
    DetalleDevolucion,
    DetalleVenta,
    Devolucion,
    Pago,
    Reembolso,
    ResumenMiscelaneo,
    ResumenProducto,
    ResumenReciente,
    ResumenVentas,
    Venta,
)
from ventas.reglas.resumen import (
    Documento,
    LineaResumida,
    MedidasDia,
    MedidasHora,
    MedidasProducto,
    Resumen,
)

Filas = Mapping[tuple[Any, ...], MedidasHora | MedidasProducto | MedidasDia]
CLAVES: dict[type[models.Model], tuple[str, ...]] = {
    ResumenProducto: ("dia", "producto_id"),
    ResumenMiscelaneo: ("dia", "cajero_id"),
    ConteoVentas: ("dia", "cajero_id"),
    ResumenVentas: ("dia", "hora", "cajero_id", "forma_pago"),
}
"""En el orden en que se escriben y bloquean, siempre el mismo."""
MEDIDAS: dict[type[models.Model], type[MedidasHora | MedidasProducto | MedidasDia]] = {
    ConteoVentas: MedidasDia,
    ResumenVentas: MedidasHora,
}
"""Las que no son de un producto."""


def resumir_venta(
    *, venta: Venta, detalles: Sequence[DetalleVenta], pagos: Sequence[Pago]
) -> None:
    """Suma una venta recién escrita. Tres sentencias, tenga las líneas que tenga; cuatro con misceláneos.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    lineas = [
        LineaResumida(
            producto_id=d.producto_id, cantidad=d.cantidad, total=d.total,
            exenta=d.exenta, costo_unitario=d.costo_unitario,
        )
        for d in detalles
    ]
    _acumular(Resumen.de(Documento(
        instante=venta.fecha_venta, cajero_id=venta.cajero_id, forma_pago=venta.forma_pago,
        neto=venta.neto, exento=venta.exento, iva=venta.iva,
        lineas=lineas, pagos=[(p.forma_pago, p.monto) for p in pagos],
    )))


def resumir_devolucion(
    *,
    venta: Venta,
    devolucion: Devolucion,
    partes: Sequence[DetalleDevolucion],
    reembolsos: Sequence[Reembolso],
) -> None:
    """Resta una nota de crédito recién escrita, el día en que se hizo y al cajero que vendió.

    Args:
        partes: con su ``detalle`` ya cargado.

    Raises:
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    lineas = [
        LineaResumida(
            producto_id=p.detalle.producto_id, cantidad=p.cantidad, total=p.monto,
            exenta=p.detalle.exenta, costo_unitario=p.detalle.costo_unitario,
        )
        for p in partes
    ]
    _acumular(Resumen.de(Documento(
        instante=devolucion.fecha, cajero_id=venta.cajero_id, forma_pago=venta.forma_pago,
        neto=devolucion.neto, exento=devolucion.exento, iva=devolucion.iva,
        lineas=lineas, pagos=[(r.forma_pago, r.monto) for r in reembolsos], es_devolucion=True,
    )))


def _acumular(resumen: Resumen) -> None:
    for modelo, filas in _tablas(resumen):
        _escribir(modelo, filas, sumando=True)


def _escribir(modelo: type[models.Model], filas: Filas, *, sumando: bool) -> None:
    """Inserta ``filas``; las que ya están suman lo nuevo o, si no, quedan con ello. Una sentencia."""
    if not filas:
        return
    insertar_en, al_chocar = _sql(modelo, sumando=sumando)
    textos, parametros = valores_de((*clave, *filas[clave].valores()) for clave in sorted(filas))
    ejecutar(f"{insertar_en} {textos} {al_chocar}", parametros)


@cache
def _sql(modelo: type[models.Model], *, sumando: bool) -> tuple[str, str]:
    """Lo que va antes y después de los valores: nombres de columnas de los modelos, y nada de afuera."""
    claves, tabla = CLAVES[modelo], modelo._meta.db_table
    medidas = [medida.name for medida in fields(MEDIDAS.get(modelo, MedidasProducto))]
    if es_mariadb():
        nueva, choque = "VALUES({})", "ON DUPLICATE KEY UPDATE"
    else:
        nueva, choque = "excluded.{}", f"ON CONFLICT ({', '.join(claves)}) DO UPDATE SET"
    asignar = ", ".join(
        f"{m} = {f'{tabla}.{m} + ' if sumando else ''}{nueva.format(m)}" for m in medidas
    )
    return f"INSERT INTO {tabla} ({', '.join([*claves, *medidas])}) VALUES", f"{choque} {asignar}"


@operacion
def reconstruir_dia(*, dia: date) -> bool:
    """Vuelve a escribir los resúmenes de ``dia`` desde sus documentos; ``True`` si algo cambió.

    Convive con ventas en curso: primero bloquea las filas del día y después lee los documentos, así
    que una venta o ya confirmó y se lee, o espera y suma después. La fila que otra venta agregó
    entre medio no está bloqueada, y ya es correcta: no se toca.
    """
    lectura = leer_documentos(dia)
    cambio = False
    bloqueadas: dict[type[models.Model], dict[tuple[Any, ...], tuple[Any, ...]]] = {}
    for modelo, filas in _tablas(lectura):
        _insertar_en_cero(modelo, filas)
        bloqueadas[modelo] = guardadas(modelo, dia, bloqueando=True)
    for modelo, filas in _tablas(leer_documentos(dia)):
        antes = bloqueadas[modelo]
        distintas = {
            clave: filas[clave] for clave in antes.keys() & filas.keys()
            if antes[clave] != filas[clave].valores()
        }
        _escribir(modelo, distintas, sumando=False)
        sobran = antes.keys() - filas.keys()
        for clave in sobran:
            modelo._default_manager.filter(pk=clave).delete()
        cambio = cambio or bool(distintas or sobran)
    if cambio:
        # Pudo sumar este día como estaba: mejor ninguno que uno errado.
        ResumenReciente.objects.all().delete()
    return cambio


def dias_distintos(*, desde: date, hasta: date) -> list[date]:
    """Los días (inclusive) cuyos resúmenes no dicen lo que sus documentos. No escribe."""
    dias = (desde + timedelta(days=n) for n in range((hasta - desde).days + 1))
    return [dia for dia in dias if not _coincide(dia)]


def _coincide(dia: date) -> bool:
    # Sin la foto, una venta que confirma entre una lectura y la otra parecería un error.
    with foto():
        return all(
            guardadas(modelo, dia) == {clave: medidas.valores() for clave, medidas in filas.items()}
            for modelo, filas in _tablas(leer_documentos(dia))
        )


def dias_con_movimiento() -> tuple[date, date] | None:
    """Del primer al último día con documentos o resúmenes; ``None`` si no hay ninguno."""
    instantes = [
        *Venta.objects.aggregate(a=Min("fecha_venta"), b=Max("fecha_venta")).values(),
        *Devolucion.objects.aggregate(a=Min("fecha"), b=Max("fecha")).values(),
    ]
    dias = [dia_de(instante) for instante in instantes if instante]
    for modelo in CLAVES:
        extremos = modelo._default_manager.aggregate(a=Min("dia"), b=Max("dia"))
        dias += [dia for dia in extremos.values() if dia]
    return (min(dias), max(dias)) if dias else None


def guardadas(
    modelo: type[models.Model], dia: date, *, bloqueando: bool = False
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Clave → medidas de las filas de ``dia``, en orden de clave."""
    claves = CLAVES[modelo]
    medidas = [f.name for f in fields(MEDIDAS.get(modelo, MedidasProducto))]
    filas = modelo._default_manager.filter(dia=dia).order_by(*claves)
    if bloqueando:
        filas = filas.select_for_update()
    return {fila[: len(claves)]: fila[len(claves) :] for fila in filas.values_list(*claves, *medidas)}


def _insertar_en_cero(modelo: type[models.Model], filas: Filas) -> None:
    _escribir(modelo, {clave: type(medidas)() for clave, medidas in filas.items()}, sumando=True)


def _tablas(resumen: Resumen) -> Iterable[tuple[type[models.Model], Filas]]:
    return (
        (ResumenProducto, resumen.productos),
        (ResumenMiscelaneo, resumen.miscelaneos),
        (ConteoVentas, resumen.dias),
        (ResumenVentas, resumen.horas),
    )


def leer_documentos(dia: date) -> Resumen:
    """El resumen de ``dia`` calculado desde sus ventas y notas de crédito: seis consultas."""
    desde, hasta = rango(dia, dia)
    resumen = Resumen()
    ventas = {"venta__fecha_venta__gte": desde, "venta__fecha_venta__lt": hasta}
    lineas = _agrupar(
        DetalleVenta.objects.filter(**ventas).order_by("venta_id", "numero").values_list(
            "venta_id", "producto_id", "cantidad", "total", "exenta", "costo_unitario"
        )
    )
    pagos = _agrupar(Pago.objects.filter(**ventas).values_list("venta_id", "forma_pago", "monto"))
    for pk, *cabecera in Venta.objects.filter(
        fecha_venta__gte=desde, fecha_venta__lt=hasta
    ).values_list("pk", "fecha_venta", "cajero_id", "forma_pago", "neto", "exento", "iva"):
        resumen.sumar(_documento(cabecera, lineas.get(pk, []), pagos.get(pk, [])))
    notas = {"devolucion__fecha__gte": desde, "devolucion__fecha__lt": hasta}
    lineas = _agrupar(
        DetalleDevolucion.objects.filter(**notas).order_by("pk").values_list(
            "devolucion_id", "detalle__producto_id", "cantidad", "monto",
            "detalle__exenta", "detalle__costo_unitario",
        )
    )
    pagos = _agrupar(
        Reembolso.objects.filter(**notas).values_list("devolucion_id", "forma_pago", "monto")
    )
    for pk, *cabecera in Devolucion.objects.filter(fecha__gte=desde, fecha__lt=hasta).values_list(
        "pk", "fecha", "venta__cajero_id", "venta__forma_pago", "neto", "exento", "iva"
    ):
        resumen.sumar(
            _documento(cabecera, lineas.get(pk, []), pagos.get(pk, []), es_devolucion=True)
        )
    return resumen


def _agrupar(filas: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    grupos: dict[int, list[tuple[Any, ...]]] = {}
    for pk, *resto in filas:
        grupos.setdefault(pk, []).append(tuple(resto))
    return grupos


def _documento(
    cabecera: Sequence[Any],
    lineas: Iterable[tuple[Any, ...]],
    pagos: Sequence[tuple[Any, ...]],
    *,
    es_devolucion: bool = False,
) -> Documento:
    instante, cajero_id, forma_pago, neto, exento, iva = cabecera
    return Documento(
        instante=instante, cajero_id=cajero_id, forma_pago=forma_pago,
        neto=neto, exento=exento, iva=iva,
        lineas=[
            LineaResumida(
                producto_id=producto_id, cantidad=cantidad, total=total,
                exenta=exenta, costo_unitario=costo,
            )
            for producto_id, cantidad, total, exenta, costo in lineas
        ],
        pagos=[(forma, monto) for forma, monto in pagos],
        es_devolucion=es_devolucion,
    )
