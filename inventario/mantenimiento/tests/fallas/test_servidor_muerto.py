"""El servidor muerto con -9 en cualquier momento, bajo carga."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest

from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.produccion import Produccion

pytestmark = pytest.mark.falla

WEB = ("inventario-web@8001", "inventario-web@8002")
AMBOS = 0.2
"""De cada muerte, la probabilidad de que sean los dos procesos a la vez."""


def test_se_vende_aunque_se_mate_el_servidor_una_y_otra_vez(servidor: Servidor, veces: int) -> None:
    produccion, cajas, azar = servidor.produccion, servidor.cajas(), random.Random(9)
    fila = Fila("kill -9 a los procesos HTTP, bajo carga", veces)
    with cajas.trabajando():
        for _ in range(veces):
            time.sleep(azar.uniform(0, 1.5))
            victimas = WEB if azar.random() < AMBOS else (azar.choice(WEB),)
            for victima in victimas:
                _proceso(produccion, victima)
            momento = time.monotonic()
            for victima in victimas:
                os.killpg(_proceso(produccion, victima), signal.SIGKILL)
            fila.segundos.append(cajas.vuelve(momento))
    cuadra(fila, cajas, servidor.base)


def _proceso(produccion: Produccion, unidad: str) -> int:
    """El de esa unidad, cuando lo hay: puede estar recién partiendo."""
    while True:
        numero = int(produccion.numero(unidad))
        with suppress(ProcessLookupError):
            os.kill(numero, 0)
            return numero
        time.sleep(0.05)
