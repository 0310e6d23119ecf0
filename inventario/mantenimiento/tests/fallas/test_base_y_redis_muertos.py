"""MariaDB y Redis muertos con -9 y vueltos a levantar: nadie toca el servidor, y sigue solo."""

import random
import time

import pytest

from inventario.mantenimiento.tests.fallas.aparatos import caja_y_telefono
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra

pytestmark = pytest.mark.falla

LATIDO_S = 200
"""Las tareas miran su agenda cada 30 s, y el latido es cada minuto."""
REDIS_S = 8
"""Desde que Redis contesta, lo que puede tardar lo escaneado en cruzar; con la máquina ocupada se vio 1."""


def test_mariadb_muere_y_vuelve_y_la_tienda_sigue_sola(servidor: Servidor, veces: int) -> None:
    cajas, azar = servidor.cajas(), random.Random(9)
    fila = Fila("MariaDB muerta con -9 y vuelta a levantar", max(2, veces // 10))
    with cajas.trabajando():
        for _ in range(fila.veces):
            time.sleep(azar.uniform(1, 3))
            servidor.mariadb.matar()
            time.sleep(azar.uniform(0, 3))
            servidor.mariadb.partir()
            fila.segundos.append(cajas.vuelve(time.monotonic()))
        with caja_y_telefono(servidor.produccion, cajas) as pareja:
            pareja.cruza()
    cuadra(fila, cajas, servidor.base)
    assert cajas.tropiezos["503"], "ninguna caja notó que la base murió"
    _los_trabajadores_laten(servidor)


def _los_trabajadores_laten(servidor: Servidor) -> None:
    servidor.base.consultar("DELETE FROM mantenimiento_latido")
    limite = time.monotonic() + LATIDO_S
    while not servidor.base.consultar("SELECT 1 FROM mantenimiento_latido"):
        assert time.monotonic() < limite, servidor.produccion.bitacora()[-3000:]
        time.sleep(0.5)


def test_sin_redis_se_vende_los_aparatos_lo_saben_y_cuando_vuelve_se_oyen_sin_reconectarse(
    servidor: Servidor, veces: int
) -> None:
    cajas = servidor.cajas()
    fila = Fila("Redis muerto con -9 y vuelto a levantar", max(2, veces // 20))
    with caja_y_telefono(servidor.produccion, cajas) as pareja, cajas.trabajando():
        pareja.cruza()
        for _ in range(fila.veces):
            servidor.redis.matar()
            for aparato in pareja:
                assert aparato.esperar("error")["codigo"] == "canal_caido"
            cajas.vuelve(time.monotonic())  # se vende igual
            sin_cruzar = pareja.escanear()
            assert pareja.telefono.esperar("error")["codigo"] == "canal_caido"
            with pytest.raises(TimeoutError):  # están en procesos distintos
                pareja.llega(sin_cruzar, espera_s=1)
            cajas.vuelve(time.monotonic())
            servidor.redis.partir()
            momento = time.monotonic()
            for aparato in pareja:
                assert aparato.esperar("canal", REDIS_S)["activo"] is True
            pareja.cruza()
            fila.segundos.append(time.monotonic() - momento)
    assert not cajas.tropiezos, "sin Redis no se pierde ni se repite ninguna"
    cuadra(fila, cajas, servidor.base)
    assert max(fila.segundos) < REDIS_S
