"""Leer de MariaDB desde el bucle: cada respuesta es de quien la pidió, y si la base se cae se sabe."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connection
from django.db.utils import OperationalError

from inventario.base.mysql import sin_hilo
from inventario.base.mysql.sin_hilo import SinHilo

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="la base embebida no se espera: se lee"),
]


@pytest_asyncio.fixture
async def directa() -> AsyncIterator[SinHilo]:
    abierta = SinHilo()
    abierta.abrir(await asyncio.to_thread(abierta.conectar))
    yield abierta
    abierta.cerrar()


def _matar(numero: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("KILL %s", [numero])


async def test_lee_con_sus_valores_y_el_bucle_sigue_entretanto(directa):
    vueltas = 0

    async def contar() -> None:
        nonlocal vueltas
        while True:
            await asyncio.sleep(0.01)
            vueltas += 1

    otra = asyncio.create_task(contar())
    filas = await directa.leer("SELECT SLEEP(0.3), %s, %s", ["ñandú 'y' %s", 7])
    otra.cancel()
    assert tuple(filas[0]) == (0, "ñandú 'y' %s", 7)
    assert vueltas > 10
    assert directa.libre


async def test_quien_deja_de_esperar_no_le_deja_su_respuesta_al_siguiente(directa):
    impaciente = asyncio.create_task(directa.leer("SELECT 'suya' FROM (SELECT SLEEP(0.2)) AS x", []))
    await asyncio.sleep(0.05)
    impaciente.cancel()
    await asyncio.sleep(0)
    assert not directa.libre
    await asyncio.sleep(0.3)
    assert directa.libre
    assert tuple(await directa.leer("SELECT 'otra'", [])) == (("otra",),)


async def test_si_la_base_corta_a_quien_espera_se_dice_y_la_conexion_se_cierra(directa):
    [[numero]] = await directa.leer("SELECT CONNECTION_ID()", [])
    espera = asyncio.create_task(directa.leer("SELECT SLEEP(20)", []))
    await asyncio.sleep(0.05)
    await sync_to_async(_matar)(numero)
    with pytest.raises(OperationalError):
        await espera
    assert not directa.abierta


async def test_si_la_base_corta_sin_que_nadie_pregunte_tambien_se_sabe(directa):
    [[numero]] = await directa.leer("SELECT CONNECTION_ID()", [])
    await sync_to_async(_matar)(numero)
    for _ in range(100):
        if not directa.abierta:
            break
        await asyncio.sleep(0.02)
    assert not directa.abierta


async def test_una_base_que_no_contesta_no_se_espera_para_siempre(directa, monkeypatch):
    monkeypatch.setattr(sin_hilo, "PLAZO_S", 0.2)
    with pytest.raises(OperationalError, match="no contestó"):
        await directa.leer("SELECT SLEEP(20)", [])
    assert not directa.abierta


async def test_un_sql_equivocado_es_un_error_y_no_una_respuesta_vacia(directa):
    with pytest.raises(OperationalError):
        await directa.leer("SELECT nada FROM ninguna", [])
    assert not directa.abierta
