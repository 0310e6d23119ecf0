"""``X-Total-Count`` es exacto para cada quien y cada filtro, y no recorre las ventas."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventario.base.actor import Actor
from usuarios.models import Usuario
from ventas.models import ConteoVentas, DetalleVenta, Venta
from ventas.servicios import PedidoDeDevolucion, devolver

HOY = date(2026, 11, 24)
MEDIANOCHE = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""En Santiago."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def dos_dias(
    venta: Callable[..., Any], producto: Callable[..., Any], ana: Usuario, carlos: Usuario, clara: Usuario,
    actor: Callable[[Usuario], Actor],
) -> None:
    """Ventas de dos cajeros a los dos lados de la medianoche de la tienda; una se devuelve al otro día."""
    te, pan = producto("Té", stock=500), producto("Pan", stock=500)
    instantes = [MEDIANOCHE - timedelta(hours=20), MEDIANOCHE - timedelta(seconds=1), MEDIANOCHE]
    for quien, cliente in ((carlos, None), (ana, clara.pk)):
        hechas = [
            venta((te, 1), *[(pan, 1)] * n, quien=quien, cuando=instante, id_cliente=cliente)
            for n, instante in enumerate(instantes)
        ]
    devolver(
        actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=hechas[0].venta.pk, motivo="Cambio"),
        ahora=MEDIANOCHE + timedelta(days=1),
    )


FILTROS = (
    {}, {"fecha_inicio": HOY, "fecha_fin": HOY}, {"fecha_inicio": HOY + timedelta(days=1)},
    {"fecha_fin": HOY - timedelta(days=1)}, {"fecha_fin": HOY},
)


def test_el_total_es_el_de_la_lista_para_cada_quien_y_cada_filtro(
    dos_dias: None, api: Any, ana: Usuario, carlos: Usuario, clara: Usuario
) -> None:
    filtros = [
        *FILTROS, {"id_cajero": carlos.pk}, {"id_cajero": ana.pk, "fecha_inicio": HOY, "fecha_fin": HOY},
        {"id_cliente": clara.pk}, {"id_cajero": carlos.pk, "id_cliente": clara.pk}, {"id_cajero": 10**6},
    ]
    for quien in (ana, carlos, clara):
        for filtro in filtros:
            respuesta = api(quien).get("/ventas", filtro)
            assert respuesta["X-Total-Count"] == str(len(respuesta.json())), (quien, filtro)
        for lista in ("/boletas", "/detalleventa"):
            respuesta = api(quien).get(lista)
            assert respuesta["X-Total-Count"] == str(len(respuesta.json())), (quien, lista)
    assert api(ana).get("/ventas")["X-Total-Count"] == str(Venta.objects.count()) == "6"
    assert api(ana).get("/detalleventa")["X-Total-Count"] == str(DetalleVenta.objects.count()) == "12"


def test_ninguna_lista_de_ventas_las_recorre_para_contarlas(dos_dias: None, api: Any, ana: Usuario) -> None:
    for lista in ("/ventas", f"/ventas?fecha_inicio={HOY}&fecha_fin={HOY}", "/boletas", "/detalleventa"):
        with CaptureQueriesContext(connection) as consultas:
            api(ana).get(lista)
        assert not [q["sql"] for q in consultas.captured_queries if "COUNT(" in q["sql"].upper()]


def test_una_tienda_que_ya_vendia_parte_con_sus_ventas_contadas(dos_dias: None) -> None:
    contadas = list(ConteoVentas.objects.order_by("dia", "cajero").values())
    assert len(contadas) == 5
    ConteoVentas.objects.all().delete()
    import_module("ventas.migrations.0008_conteo_de_ventas").contar(apps, None)
    import_module("ventas.migrations.0009_dias_cerrados").sumar(apps, None)
    assert list(ConteoVentas.objects.order_by("dia", "cajero").values()) == contadas
