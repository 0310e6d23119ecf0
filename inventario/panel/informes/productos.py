"""Informes por categoría y producto: venta, margen y ABC."""

from collections.abc import Iterable
from decimal import Decimal

from inventario.panel.consultas import ventas as consulta
from inventario.panel.consultas.ventas import MISCELANEOS, Cifras
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo, Valor

HASTA_A, HASTA_B = 80, 95
"""Parte acumulada de la venta (%) que hacen los A, y los A con los B."""


SIN_COSTO = "Los misceláneos se vendieron sin ficha: su costo no se conoce, y su margen va entero."


def _notas(nombres: Iterable[str], *otras: str) -> tuple[str, ...]:
    return (*otras, SIN_COSTO) if MISCELANEOS in nombres else otras


def _parte(valor: int, total: int) -> float | None:
    return valor * 100 / total if total else None


def por_categoria(parametros: Parametros) -> Tabla:
    categorias = consulta.por_categoria(parametros.periodo)
    total = Cifras.total(categorias)

    def celdas(c: Cifras) -> tuple[Valor, ...]:
        return (c.venta, c.sin_iva, c.costo, c.margen, c.margen_porcentaje, _parte(c.venta, total.venta))

    return Tabla(
        columnas=(
            Columna("Categoría"),
            Columna("Venta", Tipo.CLP, principal=True),
            Columna("Sin IVA", Tipo.CLP),
            Columna("Costo", Tipo.CLP),
            Columna("Margen", Tipo.CLP),
            Columna("Margen %", Tipo.PORCENTAJE),
            Columna("Parte", Tipo.PORCENTAJE),
        ),
        filas=[(c.nombre, *celdas(c)) for c in categorias],
        totales=("Total", *celdas(total)),
        notas=_notas((c.nombre for c in categorias), "Por la categoría que cada producto tiene hoy."),
    )


def por_producto(parametros: Parametros) -> Tabla:
    productos = consulta.por_producto(parametros.periodo)
    total = Cifras.total(p.cifras for p in productos)
    return Tabla(
        columnas=(
            Columna("Producto"),
            Columna("Categoría"),
            Columna("Cantidad", Tipo.CANTIDAD),
            Columna("Unidad"),
            Columna("Vendido", Tipo.CLP),
            Columna("Devuelto", Tipo.CLP),
            Columna("Venta", Tipo.CLP, principal=True),
            Columna("Parte", Tipo.PORCENTAJE),
        ),
        filas=[
            (
                p.nombre, p.categoria, Decimal(p.cifras.milesimas) / 1000, p.unidad,
                p.cifras.vendido, p.cifras.devuelto, p.cifras.venta, _parte(p.cifras.venta, total.venta),
            )
            for p in productos
        ],
        totales=(
            "Total", None, None, None, total.vendido, total.devuelto, total.venta,
            _parte(total.venta, total.venta),
        ),
    )


def margen(parametros: Parametros) -> Tabla:
    productos = sorted(
        consulta.por_producto(parametros.periodo), key=lambda p: (-p.cifras.margen, p.nombre)
    )
    total = Cifras.total(p.cifras for p in productos)
    return Tabla(
        columnas=(
            Columna("Producto"),
            Columna("Categoría"),
            Columna("Cantidad", Tipo.CANTIDAD),
            Columna("Venta", Tipo.CLP),
            Columna("Sin IVA", Tipo.CLP),
            Columna("Costo", Tipo.CLP),
            Columna("Margen", Tipo.CLP, principal=True),
            Columna("Margen %", Tipo.PORCENTAJE),
        ),
        filas=[
            (
                p.nombre, p.categoria, Decimal(p.cifras.milesimas) / 1000, p.cifras.venta,
                p.cifras.sin_iva, p.cifras.costo, p.cifras.margen, p.cifras.margen_porcentaje,
            )
            for p in productos
        ],
        totales=(
            "Total", None, None, total.venta, total.sin_iva, total.costo, total.margen,
            total.margen_porcentaje,
        ),
        notas=_notas(
            (p.nombre for p in productos), "El costo es el promedio que el producto tenía al venderse."
        ),
    )


def abc(parametros: Parametros) -> Tabla:
    productos = consulta.por_producto(parametros.periodo)
    total = sum(p.cifras.venta for p in productos)
    filas: list[tuple[Valor, ...]] = []
    acumulado = 0
    for p in productos:
        # La clase la da lo acumulado antes de este producto: así el primero es siempre A.
        antes = acumulado * 100 / total if total > 0 else 100
        acumulado += p.cifras.venta
        clase = "A" if antes < HASTA_A else "B" if antes < HASTA_B else "C"
        filas.append((
            clase, p.nombre, p.categoria, p.cifras.venta, _parte(p.cifras.venta, total),
            _parte(acumulado, total), p.cifras.margen,
        ))
    return Tabla(
        columnas=(
            Columna("Clase"),
            Columna("Producto"),
            Columna("Categoría"),
            Columna("Venta", Tipo.CLP, principal=True),
            Columna("Parte", Tipo.PORCENTAJE),
            Columna("Acumulado", Tipo.PORCENTAJE),
            Columna("Margen", Tipo.CLP),
        ),
        filas=filas,
        totales=(
            "Total", None, None, total, _parte(total, total), None,
            sum(p.cifras.margen for p in productos),
        ),
        notas=_notas(p.nombre for p in productos),
    )
