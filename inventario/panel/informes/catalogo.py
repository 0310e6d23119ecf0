"""Qué informes hay, qué pide cada uno y quién lo calcula."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from inventario.panel.informes import clientes, existencias, impuestos, productos, ventas
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Tabla


@dataclass(frozen=True, slots=True, kw_only=True)
class Informe:
    """Un informe del catálogo.

    Args:
        slug: su dirección.
        pide_periodo: si es de un período; si no, es la foto de ahora.
        pide_cliente: si es de una persona; descargarlo queda en los registros.
        pide_dias_de_stock: si compara el stock con cuántos días debería durar.
        graficado: si la columna principal se dibuja, un dibujo por fila.
    """

    slug: str
    titulo: str
    descripcion: str
    grupo: str
    icono: str
    generar: Callable[[Parametros], Tabla]
    pide_periodo: bool = True
    pide_cliente: bool = False
    pide_dias_de_stock: bool = False
    graficado: bool = False


INFORMES: tuple[Informe, ...] = (
    Informe(
        slug="ventas-por-dia", titulo="Ventas por día", grupo="Ventas", icono="calendar_month",
        descripcion="Vendido, devuelto, IVA, costo y margen de cada día.",
        generar=ventas.por_dia, graficado=True,
    ),
    Informe(
        slug="ventas-por-hora", titulo="Ventas por hora", grupo="Ventas", icono="schedule",
        descripcion="A qué horas se vende: para ordenar los turnos.",
        generar=ventas.por_hora, graficado=True,
    ),
    Informe(
        slug="ventas-por-cajero", titulo="Ventas por cajero", grupo="Ventas", icono="badge",
        descripcion="Cuánto vendió cada uno, con su ticket promedio y lo que le devolvieron.",
        generar=ventas.por_cajero,
    ),
    Informe(
        slug="ventas-por-forma-de-pago", titulo="Ventas por forma de pago", grupo="Ventas", icono="payments",
        descripcion="Lo pagado menos lo reembolsado con cada forma.",
        generar=ventas.por_forma_de_pago,
    ),
    Informe(
        slug="ventas-por-categoria", titulo="Ventas por categoría", grupo="Productos", icono="category",
        descripcion="Qué categorías venden y cuánto dejan.",
        generar=productos.por_categoria,
    ),
    Informe(
        slug="ventas-por-producto", titulo="Ventas por producto", grupo="Productos", icono="inventory_2",
        descripcion="Cuánto se vendió de cada producto.",
        generar=productos.por_producto,
    ),
    Informe(
        slug="margen", titulo="Margen por producto", grupo="Productos", icono="trending_up",
        descripcion="Lo que cada producto deja sobre su costo, sin IVA.",
        generar=productos.margen,
    ),
    Informe(
        slug="abc", titulo="ABC de productos", grupo="Productos", icono="stacked_bar_chart",
        descripcion="A: los que hacen el 80 % de la venta; B: hasta el 95 %; C: el resto.",
        generar=productos.abc,
    ),
    Informe(
        slug="stock-valorizado", titulo="Stock valorizado", grupo="Stock", icono="warehouse",
        descripcion="Lo que hay en bodega, al costo promedio sin IVA.",
        generar=existencias.valorizado, pide_periodo=False,
    ),
    Informe(
        slug="stock-quieto", titulo="Stock lento y muerto", grupo="Stock", icono="hourglass_bottom",
        descripcion="Lo que no se vendió en el período, o que a este ritmo dura demasiado.",
        generar=existencias.quieto, pide_dias_de_stock=True,
    ),
    Informe(
        slug="iva", titulo="IVA del mes", grupo="Impuestos", icono="account_balance",
        descripcion="Débito de lo vendido, crédito de lo comprado y la diferencia.",
        generar=impuestos.iva,
    ),
    Informe(
        slug="compras-de-un-cliente", titulo="Compras de un cliente", grupo="Clientes", icono="person",
        descripcion="Cada boleta de una persona. Descargarlo queda en los registros.",
        generar=clientes.compras, pide_cliente=True,
    ),
)
POR_SLUG = {informe.slug: informe for informe in INFORMES}


def nombre_de_archivo(informe: Informe, parametros: Parametros, extension: str) -> str:
    """Nombre de archivo: ``ventas-por-dia_2026-11-01_2026-11-30.csv``."""
    dias: list[date] = (
        [parametros.periodo.desde, parametros.periodo.hasta] if informe.pide_periodo else [parametros.hoy]
    )
    return "_".join([informe.slug, *(f"{dia:%Y-%m-%d}" for dia in dias)]) + f".{extension}"
