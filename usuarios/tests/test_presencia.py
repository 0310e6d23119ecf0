"""Los sockets que dejó un proceso muerto, cuando otro parte en la misma máquina."""

import os
import subprocess
import sys
import uuid
from datetime import datetime

import pytest

from usuarios.models import Presencia, ServidorTiempoReal, Sesion, Usuario
from usuarios.presencia import Cuentas, latir

pytestmark = pytest.mark.django_db
CUENTAS = Cuentas(canal_activo=True, perdidos=0)


@pytest.fixture
def pid_muerto() -> int:
    hijo = subprocess.Popen([sys.executable, "-c", ""])
    hijo.wait()
    return hijo.pid


def _servidor_con_un_socket(nombre: str, usuario: Usuario, ahora: datetime) -> ServidorTiempoReal:
    servidor = ServidorTiempoReal.objects.create(nombre=nombre, iniciado=ahora, visto=ahora)
    sesion = Sesion.objects.create(usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora)
    Presencia.objects.create(
        servidor=servidor, usuario=usuario, sesion=sesion, transporte="websocket", desde=ahora
    )
    return servidor


def _latir(nombre: str, ahora: datetime) -> bool:
    return latir(servidor_id=uuid.uuid4(), nombre=nombre, iniciado=ahora, cuentas=CUENTAS, ahora=ahora)


def test_al_partir_se_quitan_los_sockets_de_quien_murio_en_la_misma_maquina(
    carlos: Usuario, ahora: datetime, pid_muerto: int
) -> None:
    muerto = _servidor_con_un_socket(f"caja-1:{pid_muerto}", carlos, ahora)
    assert _latir(f"caja-1:{os.getpid()}", ahora)
    assert not ServidorTiempoReal.objects.filter(pk=muerto.pk).exists()
    assert not Presencia.objects.exists()


def test_no_los_de_un_proceso_que_corre_ni_los_de_otra_maquina(
    carlos: Usuario, ahora: datetime, pid_muerto: int
) -> None:
    vecino = _servidor_con_un_socket(f"caja-1:{os.getppid()}", carlos, ahora)
    lejano = _servidor_con_un_socket(f"caja-10:{pid_muerto}", carlos, ahora)
    _latir(f"caja-1:{os.getpid()}", ahora)
    assert {p.servidor_id for p in Presencia.objects.all()} == {vecino.pk, lejano.pk}
