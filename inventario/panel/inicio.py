"""La página de inicio del admin: lo que un dueño pregunta al llegar, en un número fijo de consultas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from inventario.base.fechas import ZONA
from inventario.base.formato import DIAS, clp
from inventario.panel import graficos
from inventario.panel.consultas import eventos, stock
from inventario.panel.consultas import ventas as consulta
from inventario.panel.consultas.ventas import Cifras
from inventario.panel.periodo import Periodo
from productos.models import Producto
from ventas.consultas.caja import turnos_abiertos
from ventas.recientes import DIAS_RECIENTES

SEMANA = timedelta(days=7)
MAS_VENDIDOS = 8
MEJORES_CAJEROS = 5
HORARIO = (9, 20)
"""Horas que el gráfico del día muestra siempre; si se vendió fuera de ellas, se ensancha."""


def contexto(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Lo que la plantilla de inicio necesita (``DASHBOARD_CALLBACK`` del tema)."""
    if request.user.has_perm("panel.ver_inicio"):
        context["inicio"] = reunir(timezone.now())
    context["title"] = "Inicio"
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparacion:
    """``ahora`` contra ``antes``, en CLP; ``variacion`` en %, o ``None`` si antes no hubo nada."""

    ahora: int
    antes: int

    @property
    def variacion(self) -> float | None:
        return (self.ahora - self.antes) * 100 / self.antes if self.antes > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MasVendido:
    nombre: str
    venta: int
    ancho: str
    """Largo de su barra en %, contra el primero de la lista."""


def reunir(ahora: datetime) -> dict[str, Any]:
    """Todas las cifras del inicio al instante ``ahora``."""
    local = ahora.astimezone(ZONA)
    hoy = local.date()
    inicio_mes = hoy.replace(day=1)
    inicio_mes_pasado = (inicio_mes - timedelta(days=1)).replace(day=1)
    horas = consulta.por_dia_y_hora([hoy, hoy - SEMANA])
    periodo = Periodo(min(inicio_mes_pasado, hoy - timedelta(days=DIAS_RECIENTES)), hoy)
    totales = consulta.totales(periodo)
    dias = consulta.sumar_dias(totales, periodo)
    cajeros = {(dia, cajero): c for (dia, cajero), c in totales.items() if dia >= inicio_mes}
    este_mes = Cifras.total(c for dia, c in dias.items() if dia >= inicio_mes)
    mes_pasado = Cifras.total(
        c for dia, c in dias.items() if inicio_mes_pasado <= dia < inicio_mes and dia.day <= hoy.day
    )
    treinta = [hoy - timedelta(days=n) for n in range(DIAS_RECIENTES - 1, -1, -1)]
    cerrados = Cifras.total(dias[dia] for dia in treinta[:-1])
    return {
        "hoy": dias[hoy],
        "dia_de_la_semana": DIAS[hoy.weekday()],
        "hoy_contra_antes": Comparacion(
            ahora=dias[hoy].venta, antes=_hasta_esta_hora(horas, hoy - SEMANA, local)
        ),
        "hace_una_semana": dias[hoy - SEMANA],
        "mes": este_mes,
        "mes_contra_antes": Comparacion(ahora=este_mes.venta, antes=mes_pasado.venta),
        "treinta": Cifras.total(dias[dia] for dia in treinta),
        "grafico_horas": _por_hora(horas, hoy),
        "grafico_dias": _treinta_dias({dia: dias[dia] for dia in treinta}),
        "cajeros_hoy": consulta.sumar_cajeros({k: c for k, c in cajeros.items() if k[0] == hoy}),
        "cajeros_mes": consulta.sumar_cajeros(cajeros)[:MEJORES_CAJEROS],
        "turnos_abiertos": turnos_abiertos(),
        "formas_hoy": consulta.por_forma_de_pago(Periodo(hoy, hoy)),
        "mas_vendidos": _mas_vendidos(hoy, documentos=cerrados.ventas + cerrados.devoluciones),
        "alertas": stock.alertas(hoy),
        "eventos": eventos.inusuales(ahora),
    }


def _hasta_esta_hora(
    horas: Mapping[tuple[date, int], Cifras], dia: date, local: datetime
) -> int:
    """Lo vendido ``dia`` hasta la hora de ``local``; de la hora en curso, la parte que va corrida."""
    completas = sum(c.venta for (d, hora), c in horas.items() if d == dia and hora < local.hour)
    en_curso = horas.get((dia, local.hour), Cifras()).venta
    return completas + en_curso * local.minute // 60


def _por_hora(horas: Mapping[tuple[date, int], Cifras], hoy: date) -> graficos.Grafico:
    usadas = [hora for _, hora in horas] or list(HORARIO)
    eje = range(min(*HORARIO, *usadas), max(*HORARIO, *usadas) + 1)
    antes = hoy - SEMANA

    def serie(dia: date, nombre: str, clase: str) -> graficos.Serie:
        cifras = [horas.get((dia, hora), Cifras()) for hora in eje]
        return graficos.Serie(
            nombre=nombre, clase=clase, valores=[c.venta for c in cifras],
            textos=[
                f"{nombre}, {hora}:00 a {hora}:59: {clp(c.venta)} en {c.ventas} ventas"
                for hora, c in zip(eje, cifras, strict=True)
            ],
        )

    return graficos.barras(
        "Venta por hora",
        [f"{hora} h" for hora in eje],
        [serie(antes, f"{DIAS[antes.weekday()].capitalize()} pasado", "antes"), serie(hoy, "Hoy", "venta")],
    )


def _treinta_dias(dias: Mapping[date, Cifras]) -> graficos.Grafico:
    cifras = list(dias.values())
    return graficos.barras(
        "Últimos 30 días",
        [f"{dia:%d-%m}" for dia in dias],
        [
            graficos.Serie(
                nombre="Venta", clase="venta", valores=[c.venta for c in cifras],
                textos=[
                    f"{DIAS[dia.weekday()]} {dia:%d-%m}: {clp(c.venta)} en {c.ventas} ventas"
                    for dia, c in dias.items()
                ],
            ),
            graficos.Serie(
                nombre="Margen", clase="margen", valores=[c.margen for c in cifras],
                textos=[
                    f"{DIAS[dia.weekday()]} {dia:%d-%m}: margen {clp(c.margen)}"
                    for dia, c in dias.items()
                ],
            ),
        ],
        superpuestas=True,
    )


def _mas_vendidos(hoy: date, *, documentos: int) -> Sequence[MasVendido]:
    filas = consulta.mas_vendidos(hoy, MAS_VENDIDOS, documentos=documentos)
    nombres = dict(Producto.objects.filter(pk__in=[pk for pk, _ in filas]).values_list("pk", "nombre"))
    mayor = max((venta for _, venta in filas), default=0)
    return [
        MasVendido(
            nombre=nombres[pk], venta=venta,
            ancho=f"{max(venta, 0) * 100 / mayor if mayor > 0 else 0:.1f}%",
        )
        for pk, venta in filas
    ]
