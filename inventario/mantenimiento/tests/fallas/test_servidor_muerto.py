"""El servidor muerto con -9 en cualquier momento, bajo carga."""

import os
import random
import signal
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.exceptions import ConnectionClosed

from inventario.mantenimiento.tests.fallas.aparatos import caja_y_telefono
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.produccion import Produccion
from productos.tests.procesos import escuchan

pytestmark = pytest.mark.falla

WEB = ("inventario-web@8001", "inventario-web@8002")
SOCKETS = ("inventario-sockets@9001", "inventario-sockets@9002")
AMBOS = 0.2
"""De cada muerte, la probabilidad de que sean los dos procesos a la vez."""
SIN_RESPUESTA = "upstream prematurely closed connection"
"""Lo que nginx anota de una petición que ya había pasado a un proceso, si éste muere sin contestarla."""
MURIENDO_S = 0.5
"""Menos que ``RestartSec``: lo que aún conteste en el puerto de un muerto es el muerto."""
PLAZO_S, APENAS_S = 60, 3
"""Lo que se espera a que un proceso parta, y desde entonces, lo que pueden tardar en volver los aparatos."""


def test_se_vende_aunque_se_mate_el_servidor_una_y_otra_vez(servidor: Servidor, veces: int) -> None:
    produccion, cajas, azar = servidor.produccion, servidor.cajas(), random.Random(9)
    fila, con_algo_a_medias = Fila("kill -9 a los procesos HTTP, bajo carga", veces), 0
    with cajas.trabajando():
        for _ in range(veces):
            victimas = WEB if azar.random() < AMBOS else (azar.choice(WEB),)
            _atienden(produccion, victimas)
            time.sleep(azar.uniform(0, 1.5))
            antes, momento = _a_medias(produccion), time.monotonic()
            _matar(produccion, victimas)
            fila.segundos.append(cajas.vuelve(momento))
            con_algo_a_medias += _a_medias(produccion) > antes
    cuadra(fila, cajas, servidor.base)
    assert con_algo_a_medias >= veces // 2, f"sólo {con_algo_a_medias} muertes con una petición a medias"


def test_los_aparatos_vuelven_solos_por_el_otro_proceso_o_apenas_haya_uno(
    servidor: Servidor, veces: int
) -> None:
    produccion, cajas = servidor.produccion, servidor.cajas()
    fila = Fila("kill -9 a los procesos de sockets", max(2, veces // 20))
    with cajas.trabajando(), ThreadPoolExecutor(1) as aparte:
        for vez in range(fila.veces):
            _atienden(produccion, SOCKETS)
            victimas = SOCKETS if vez % 2 else SOCKETS[:1]
            with caja_y_telefono(produccion, cajas) as pareja:
                pareja.cruza()
                momento = time.monotonic()
                _matar(produccion, victimas)
                with pytest.raises(ConnectionClosed):
                    pareja.caja.esperar("lo que ya no llega")
            hay_quien = aparte.submit(_cuando_atiende_alguno, produccion)
            with caja_y_telefono(produccion, cajas) as pareja:
                pareja.cruza()
                vuelta = time.monotonic()
            fila.segundos.append(vuelta - momento)
            assert vuelta - hay_quien.result() < APENAS_S
    cuadra(fila, cajas, servidor.base)
    assert not cajas.tropiezos, "vender no depende de los sockets"


def _a_medias(produccion: Produccion) -> int:
    """Las peticiones que un proceso ya tenía y quedaron sin respuesta, según nginx."""
    return (produccion.carpeta / "nginx.log").read_text().count(SIN_RESPUESTA)


def _atienden(produccion: Produccion, unidades: Iterable[str]) -> None:
    for unidad in unidades:
        produccion.esperar_unidad(unidad)


def _cuando_atiende_alguno(produccion: Produccion) -> float:
    """El momento en que un proceso de sockets contesta, preguntándole a él."""
    time.sleep(MURIENDO_S)
    limite = time.monotonic() + PLAZO_S
    while not any(escuchan(produccion.puerto(unidad)) for unidad in SOCKETS):
        assert time.monotonic() < limite, produccion.bitacora()[-3000:]
        time.sleep(0.05)
    return time.monotonic()


def _matar(produccion: Produccion, unidades: Iterable[str]) -> None:
    for unidad in unidades:
        os.killpg(int(produccion.numero(unidad)), signal.SIGKILL)
