"""``GET /salud``: dice la verdad de cada parte, a cualquiera, sin secretos."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from channels.layers import channel_layers
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import Schedule
from rest_framework.test import APIClient

from inventario.mantenimiento import salud
from inventario.mantenimiento.models import Latido
from inventario.mantenimiento.semilla import sembrar
from inventario.mantenimiento.tasks import TRABAJADOR, latir

pytestmark = pytest.mark.django_db


def test_con_todo_arriba_responde_200(api: Callable[..., APIClient]) -> None:
    latir()
    respuesta = api().get("/salud/")
    assert respuesta.status_code == 200
    assert respuesta.json() == {
        "msg": "Todo responde",
        "partes": {
            "base_de_datos": "bien", "migraciones": "bien", "canales": "bien", "tareas": "bien",
            "sockets": "bien",
        },
        "tiempo_real": {
            "servidores": 0, "conexiones": 0, "canal_activo": True, "mensajes_perdidos": 0,
        },
    }


def test_un_trabajador_que_nunca_latio_no_se_da_por_vivo(api: Callable[..., APIClient]) -> None:
    respuesta = api().get("/salud")
    assert respuesta.status_code == 503
    assert respuesta.json()["codigo"] == "no_responde"
    assert set(respuesta.json()["errores"]) == {"tareas"}


@pytest.mark.parametrize(("minutos", "estado"), [(2, 200), (4, 503)])
def test_un_trabajador_callado_mas_de_tres_minutos_esta_caido(
    api: Callable[..., APIClient], minutos: int, estado: int
) -> None:
    Latido.objects.create(nombre=TRABAJADOR, momento=timezone.now() - timedelta(minutes=minutos))
    assert api().get("/salud").status_code == estado


def test_una_base_caida_es_503_y_no_cuenta_su_direccion(
    api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    latir()

    def cursor() -> None:
        raise OperationalError("Can't connect to MySQL server on 'secreto.interno'")

    monkeypatch.setattr(connection, "cursor", cursor)
    respuesta = api().get("/salud")
    assert respuesta.status_code == 503
    assert respuesta.json()["partes"]["base_de_datos"] == "No responde"
    assert "secreto" not in respuesta.content.decode()


def test_una_capa_de_canales_que_se_cuelga_no_cuelga_la_salud(
    api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    latir()
    monkeypatch.setattr(salud, "PLAZO_CANALES_S", 0.05)

    async def perder(canal: str, mensaje: object) -> None:
        return None

    monkeypatch.setattr(channel_layers["default"], "send", perder)
    respuesta = api().get("/salud")
    assert respuesta.status_code == 503
    assert set(respuesta.json()["errores"]) == {"canales"}


def test_una_migracion_pendiente_es_503(
    api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    latir()
    monkeypatch.setattr(salud, "_sin_pendientes", False)
    monkeypatch.setattr(salud.MigrationExecutor, "migration_plan", lambda *_: ["una"])
    respuesta = api().get("/salud")
    assert respuesta.status_code == 503
    assert "Faltan 1 migraciones" in respuesta.json()["partes"]["migraciones"]


def test_sembrar_de_nuevo_no_pisa_lo_que_un_administrador_cambio() -> None:
    Schedule.objects.filter(name="latido").update(minutes=5)
    sembrar()
    assert [s.minutes for s in Schedule.objects.filter(name="latido")] == [5]
