"""Las mismas fallas en la tienda de un solo comando, con SQLite."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.fallas.embebida import Embebida, tienda_embebida
from inventario.mantenimiento.tests.fallas.servicios import disco_chico, lleno

pytestmark = pytest.mark.falla

LLENO_S = 5


@pytest.fixture
def tienda(tmp_path: Path) -> Iterator[Embebida]:
    with tienda_embebida(tmp_path / "datos") as embebida:
        yield embebida


def test_el_supervisor_levanta_al_servidor_muerto_y_se_sigue_vendiendo(tienda: Embebida, veces: int) -> None:
    cajas, azar = tienda.cajas(), random.Random(9)
    fila = Fila("kill -9 al servidor embebido, SQLite", max(2, veces // 15))
    with cajas.trabajando():
        for _ in range(fila.veces):
            time.sleep(azar.uniform(0, 2))
            momento = time.monotonic()
            tienda.matar_servidor()
            fila.segundos.append(cajas.vuelve(momento))
    cuadra(fila, cajas, tienda.base)
    assert cajas.tropiezos.total() >= fila.veces, "se mató con todas las cajas en silencio"


def test_tras_matarlo_todo_a_la_vez_la_tienda_abre_con_cada_venta_que_confirmo(
    tienda: Embebida, veces: int
) -> None:
    cajas, azar = tienda.cajas(), random.Random(9)
    fila = Fila("todos los procesos muertos a la vez, SQLite", max(2, veces // 15))
    with cajas.trabajando():
        for _ in range(fila.veces):
            time.sleep(azar.uniform(0.5, 2))
            tienda.apagon()
            momento = time.monotonic()
            tienda.prender()
            fila.segundos.append(cajas.vuelve(momento))
    cuadra(fila, cajas, tienda.base)
    assert cajas.tropiezos.total() >= fila.veces, "se mató con todas las cajas en silencio"


def test_con_el_disco_lleno_la_tienda_embebida_avisa_y_al_haber_espacio_sigue_sola(tmp_path: Path) -> None:
    with disco_chico(tmp_path, megas=80) as disco, tienda_embebida(disco / "datos") as tienda:
        cajas = tienda.cajas()
        fila = Fila("disco lleno, SQLite", 1)
        with cajas.trabajando():
            cajas.vuelve(time.monotonic())
            with lleno(disco):
                time.sleep(LLENO_S)
            fila.segundos.append(cajas.vuelve(time.monotonic()))
        cuadra(fila, cajas, tienda.base)
        assert cajas.tropiezos["507"], cajas.tropiezos
