"""MariaDB y Redis muertos con -9 y vueltos a levantar: nadie toca el servidor, y sigue solo."""

import json
import random
import time

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from inventario.mantenimiento.tests.fallas.cajas import Cajas
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra

pytestmark = pytest.mark.falla

LATIDO_S = 200
"""Las tareas miran su agenda cada 30 s, y el latido es cada minuto."""


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
    cuadra(fila, cajas, servidor.base)
    _los_trabajadores_laten(servidor)


def _los_trabajadores_laten(servidor: Servidor) -> None:
    servidor.base.consultar("DELETE FROM mantenimiento_latido")
    limite = time.monotonic() + LATIDO_S
    while not servidor.base.consultar("SELECT 1 FROM mantenimiento_latido"):
        assert time.monotonic() < limite, servidor.produccion.bitacora()[-3000:]
        time.sleep(0.5)


def test_sin_redis_se_vende_y_cuando_vuelve_lo_escaneado_cruza_otra_vez(
    servidor: Servidor, veces: int
) -> None:
    cajas = servidor.cajas()
    fila = Fila("Redis muerto con -9 y vuelto a levantar", max(2, veces // 20))
    _cruza_lo_escaneado(servidor, cajas)
    with cajas.trabajando():
        for _ in range(fila.veces):
            servidor.redis.matar()
            cajas.vuelve(time.monotonic())  # se vende igual
            time.sleep(2)
            cajas.vuelve(time.monotonic())
            servidor.redis.partir()
            momento = time.monotonic()
            _cruza_lo_escaneado(servidor, cajas)
            fila.segundos.append(time.monotonic() - momento)
    assert not cajas.tropiezos, "sin Redis no se pierde ni se repite ninguna"
    cuadra(fila, cajas, servidor.base)


def _cruza_lo_escaneado(servidor: Servidor, cajas: Cajas) -> None:
    limite = time.monotonic() + 60
    while not _cruza(servidor, cajas):
        assert time.monotonic() < limite, servidor.produccion.bitacora()[-3000:]
        time.sleep(0.2)


def _cruza(servidor: Servidor, cajas: Cajas) -> bool:
    direccion = servidor.produccion.url.replace("https", "wss") + "/ws/escaneo/"

    def entrar() -> connect:
        return connect(
            direccion, ssl=servidor.produccion.confianza, open_timeout=10, additional_headers=cajas.cabeceras
        )

    escaneo = {"evento": "barcode_scanned", "datos": {"barcode": cajas.codigos[0], "rut": "111111111"}}
    try:
        with entrar() as caja, entrar() as telefono:
            telefono.send(json.dumps(escaneo))
            while True:
                if json.loads(caja.recv(timeout=5))["evento"] == "barcode_update_111111111":
                    return True
    except (WebSocketException, OSError):
        return False
