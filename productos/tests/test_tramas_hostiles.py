"""50.000 tramas hostiles a los dos sockets de un servidor de verdad: ni se cae, ni se hincha, y atiende."""

import asyncio
import os
import re
import time
from pathlib import Path
from random import Random

import pytest
from websockets.exceptions import ConnectionClosed

from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta
from productos.socketio import ESPERA_S, PING_S
from productos.tests.clientes_socket import abrir_sesion
from productos.tests.procesos import ClientePlano, corriendo, puerto_libre, servidor
from productos.tests.tramas_hostiles import Atacante
from usuarios.models import Usuario
from usuarios.servicios import registrar_usuario

pytestmark = [pytest.mark.lento, pytest.mark.django_db(transaction=True)]

SEMILLA = int(os.environ.get("SEMILLA_TRAMAS", "20261124"))
TRAMAS = 50_000
CALENTAMIENTO = 10_000
CRECE_A_LO_MAS_MB = 12
"""Entre una mitad y la otra, ya caliente: si cada trama dejara 1 KB serían 20."""
VENCEN_S = PING_S + ESPERA_S + 30
"""Lo que tarda en irse una sesión de polling que su cliente abandonó, y la ronda que la barre."""


def memoria_mb(pid: int) -> float:
    kb = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert kb is not None
    return int(kb[1]) / 1024


def contestan(puerto: int, usuario: Usuario) -> bool:
    """Si un dispositivo nuevo de ``usuario`` entra y recibe respuesta."""
    cliente = ClientePlano(puerto, abrir_sesion(usuario)[1])
    try:
        cliente.decir("scan_request", {"rut": usuario.rut})
        return cliente.esperar("scan_response", 10) == {"message": "Escaneo iniciado"}
    except (TimeoutError, ConnectionClosed):
        return False
    finally:
        cliente.irse()


def test_cincuenta_mil_tramas_hostiles_no_botan_ni_hinchan_al_servidor(
    carlos: Usuario, ana: Usuario, clara: Usuario, ahora, capsys
) -> None:
    tokens = [abrir_sesion(carlos)[1], abrir_sesion(ana)[1]]
    for rut in ("98765433", "157768921", "78804424"):
        otra = registrar_usuario(
            actor=Actor.sistema(puerta=Puerta.COMANDO), rut=rut, nombre="Otra", apellido="Persona",
            contrasena=CONTRASENA, ahora=ahora,
        )  # fmt: skip
        tokens.append(abrir_sesion(otra)[1])
    puerto = puerto_libre()
    proceso = servidor(puerto)
    with corriendo(proceso):
        hijo = proceso.hijo
        assert hijo is not None
        atacante = Atacante(puerto=puerto, tokens=tokens, azar=Random(SEMILLA))
        memoria = [memoria_mb(hijo.pid)]
        for tramas in (CALENTAMIENTO, (TRAMAS - CALENTAMIENTO) // 2, (TRAMAS - CALENTAMIENTO) // 2):
            # Cada vuelta parte sin lo que la anterior dejó abierto: lo que quede es lo que se fugó.
            if atacante.tramas:
                time.sleep(VENCEN_S)
            asyncio.run(atacante.atacar(tramas))
            assert hijo.poll() is None, f"el servidor murió tras {atacante.tramas} tramas"
            memoria.append(memoria_mb(hijo.pid))
        with capsys.disabled():
            print(
                f"\n{atacante.tramas} tramas, {atacante.conexiones} conexiones, "
                f"{atacante.rechazos} cortadas y {atacante.sin_respuesta} sin respuesta; "
                f"memoria al partir, a las 10.000, 30.000 y 50.000: {[round(mb) for mb in memoria]} MB"
            )
        assert atacante.tramas >= TRAMAS
        assert atacante.sin_respuesta == 0
        assert memoria[-1] - memoria[-2] < CRECE_A_LO_MAS_MB

        # A los demás los atiende igual; a quien atacó, cuando vence lo que dejó abierto: hasta entonces
        # tiene ocupados los sockets que le tocan.
        assert contestan(puerto, clara)
        limite = time.monotonic() + VENCEN_S
        while not contestan(puerto, carlos):
            assert time.monotonic() < limite, "la cuenta que atacó no pudo volver a entrar"
