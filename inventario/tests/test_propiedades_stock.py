"""El stock se puede creer: secuencias al azar de todo lo que lo mueve, y lo que vale después de cada paso.

Compras, ventas, devoluciones, ajustes, conteos, correcciones y anulaciones, por los mismos casos de
uso que llaman las puertas. Después de cada uno:

- el stock y su valor son la suma del kardex, y cada movimiento sigue del anterior;
- los lotes de lo que se lleva por lotes suman su stock, y cada uno es la suma de lo suyo;
- nada queda bajo cero;
- el costo promedio está entre el menor y el mayor costo de lo que hay;
- volver a contar el kardex desde la nada, por sus reglas, da el stock y el costo de hoy.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from inventario.base.actor import Actor
from inventario.tests.tienda_al_azar import Tienda, un_paso
from productos.models import Categoria
from productos.verificacion import verificar_inventario
from usuarios.models import Usuario


@pytest.fixture
def tienda(
    ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> Iterator[type[Tienda]]:
    Categoria.objects.get_or_create(nombre_normalizado="todo", defaults={"nombre": "Todo"})
    yield type("TiendaDePrueba", (Tienda,), {"actor": actor(ana), "ahora": ahora})
    assert list(verificar_inventario()) == []


def _ajustes(ejemplos: int, pasos: int, **resto: Any) -> settings:
    return settings(
        max_examples=ejemplos, stateful_step_count=pasos, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), **resto,
    )


@pytest.mark.parametrize("semilla", range(2))
def test_un_mes_de_tienda_al_azar_cuadra_despues_de_cada_paso(
    tienda: type[Tienda], semilla: int
) -> None:
    """Con los pesos puestos a mano, para que de verdad se anule y se devuelva muchas veces."""
    azar, una = Random(semilla), tienda()
    una.abrir()
    for _ in range(150):
        un_paso(azar, una)
        una.el_stock_es_su_kardex()
        una.los_lotes_suman_el_stock()
        una.el_promedio_esta_entre_los_costos_de_lo_que_hay()
    una.teardown()
    assert una.hecho["anulada"] >= 10
    assert una.hecho["no se anula"] >= 1


def test_despues_de_cada_paso_el_stock_y_su_costo_son_los_del_kardex(tienda: type[Tienda]) -> None:
    run_state_machine_as_test(tienda, settings=_ajustes(8, 20, derandomize=True))


@pytest.mark.lento
def test_y_tambien_en_muchas_secuencias_mas_largas(tienda: type[Tienda]) -> None:
    run_state_machine_as_test(tienda, settings=_ajustes(60, 50))
