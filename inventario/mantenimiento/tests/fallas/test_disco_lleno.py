"""El disco se llena mientras se vende: se dice claro, nada queda a medias, y al haber espacio sigue solo."""

import time

import pytest

from inventario.mantenimiento.tests.fallas.cajas import Cajas
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.fallas.servicios import lleno

pytestmark = pytest.mark.falla

SIN_CABER_S = 60
"""Lo que se espera a que la base necesite crecer y no pueda."""
SE_DICE = ("507", "503")
"""Sin espacio, MariaDB rechaza lo que no cabe; o, si lo que no cabe es su bitácora, muere hasta que haya."""
LLENO_S = 5
"""Lo que sigue lleno desde entonces."""


def _rechazadas(cajas: Cajas) -> int:
    return sum(cajas.tropiezos[estado] for estado in SE_DICE)


def test_con_el_disco_de_mariadb_lleno_se_avisa_y_al_haber_espacio_se_sigue(
    servidor: Servidor, veces: int
) -> None:
    cajas = servidor.cajas()
    fila = Fila("disco lleno, MariaDB", max(1, veces // 50))
    with cajas.trabajando():
        for _ in range(fila.veces):
            antes = _rechazadas(cajas)
            with lleno(servidor.disco):
                limite = time.monotonic() + SIN_CABER_S
                while _rechazadas(cajas) == antes and time.monotonic() < limite:
                    time.sleep(0.1)
                assert _rechazadas(cajas) > antes, cajas.tropiezos
                time.sleep(LLENO_S)
            fila.segundos.append(cajas.vuelve(time.monotonic()))
    cuadra(fila, cajas, servidor.base)
