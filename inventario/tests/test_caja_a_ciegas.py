"""Nada de lo que un Cajero puede leer le dice cuánto efectivo debe haber antes de contarlo.

Recorre todas las lecturas de la tabla de permisos con un turno abierto y ventas en efectivo. Sus ventas,
una por una, sí las ve: ``/ventas``, ``/boletas`` y ``/detalleventa`` son del contrato y quien las cobró ya
las conoce. Lo que se retiene es toda suma: lo esperado, lo vendido en efectivo y lo vendido en el turno.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.tests.test_tabla_de_permisos import TABLA, mundo
from productos.models import Producto
from usuarios.models import Usuario
from ventas.consultas.caja import totales_de_turno
from ventas.models import FormaPago, TurnoCaja
from ventas.reglas.caja import EfectivoDelTurno
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import LineaPedida, PedidoDeVenta, cerrar_turno, vender

__all__ = ["mundo"]

pytestmark = pytest.mark.django_db

LECTURAS = [fila for fila in TABLA if fila.llamada.startswith("GET ") and fila.cajero == 200]


@pytest.fixture
def turno(
    mundo: dict[str, Any], carlos: Usuario, actor: Callable[[Usuario], Actor],
    producto: Callable[..., Producto],
) -> TurnoCaja:
    """El turno abierto de Carlos, con varias ventas en efectivo y una con tarjeta."""
    # Un precio cuyas sumas no se confundan con ningún otro número.
    queso = producto("Queso", precio=7_313, stock=90)
    for cantidad, forma in ((1, FormaPago.EFECTIVO), (3, FormaPago.EFECTIVO), (4, FormaPago.DEBITO)):
        vender(
            actor=actor(carlos),
            pedido=PedidoDeVenta(
                lineas=[LineaPedida(id_producto=queso.pk, cantidad=Decimal(cantidad))],
                pagos=[PagoPedido(forma=forma)],
            ),
            ahora=timezone.now(),
        )
    return TurnoCaja.objects.get(pk=mundo["id_turno"])


def _delatores(turno: TurnoCaja) -> set[int]:
    totales = totales_de_turno(turno)
    efectivo = EfectivoDelTurno(**totales["efectivo"])
    return {
        efectivo.esperado, efectivo.ventas, efectivo.ventas - efectivo.reembolsos,
        totales["vendido"], totales["vendido"] - totales["devuelto"],
    }


def _numeros(dicho: Any) -> Iterator[int]:
    if isinstance(dicho, dict):
        dicho = list(dicho.values())
    if isinstance(dicho, list):
        for parte in dicho:
            yield from _numeros(parte)
    elif isinstance(dicho, int | float) and not isinstance(dicho, bool):
        yield int(dicho)
    elif isinstance(dicho, str):
        yield from (int(n.replace(".", "")) for n in re.findall(r"\d[\d.]*", dicho) if len(n) < 12)


def _leer(api: APIClient, mundo: dict[str, Any]) -> dict[str, set[int]]:
    leido = {}
    for fila in LECTURAS:
        url = re.sub(r"<(\w+)>", lambda m: str(mundo[m[1]]), fila.llamada.removeprefix("GET "))
        respuesta = api.get(url)
        assert respuesta.status_code == 200, (url, respuesta.content)
        if respuesta.headers["Content-Type"].startswith("application/json"):
            leido[fila.llamada] = set(_numeros(respuesta.json()))
    return leido


def test_ninguna_lectura_del_cajero_adelanta_lo_que_debe_haber(
    turno: TurnoCaja, mundo: dict[str, Any], carlos: Usuario, api: Callable[[Usuario], APIClient]
) -> None:
    delatores = _delatores(turno)
    assert len(delatores) == 5, "las sumas deben distinguirse entre sí"
    leido = _leer(api(carlos), mundo)
    assert len(leido) > 20
    dicen = {llamada: numeros & delatores for llamada, numeros in leido.items() if numeros & delatores}
    assert not dicen


def test_la_prueba_lo_habria_visto(
    turno: TurnoCaja, mundo: dict[str, Any], carlos: Usuario, api: Callable[[Usuario], APIClient],
    actor: Callable[[Usuario], Actor],
) -> None:
    """Ya contado, las mismas lecturas sí lo dicen: el Z y las sumas por vendedor."""
    delatores = _delatores(turno)
    cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo={}, ahora=timezone.now())
    z = set(_numeros(api(carlos).get(f"/turnos/{turno.pk}/z").json()))
    assert len(z & delatores) >= 3
    vendedores = set(_numeros(api(carlos).get("/top-users-by-sales").json()))
    assert vendedores & delatores
