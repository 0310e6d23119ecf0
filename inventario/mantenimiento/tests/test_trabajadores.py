"""Trabajadores de verdad: con el reloj corrido cada tarea corre una vez, y matar uno no hace daño."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

from inventario.mantenimiento.programacion import TAREAS
from inventario.mantenimiento.tests.otra_base import OtraBase, otra_base

pytestmark = [pytest.mark.lento, pytest.mark.django_db]

DESCUENTOS = 3000


@pytest.fixture
def otra(tmp_path: Path) -> Iterator[OtraBase]:
    with otra_base(tmp_path / "otra") as base:
        base.manage("migrate", "-v0")
        yield base


@contextmanager
def _trabajador(otra: OtraBase) -> Iterator[subprocess.Popen[bytes]]:
    proceso = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"], cwd=settings.BASE_DIR, env=otra.entorno,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    try:
        yield proceso
    finally:
        if proceso.poll() is None:
            proceso.terminate()
            with suppress(subprocess.TimeoutExpired):
                proceso.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(proceso.pid, signal.SIGKILL)
        proceso.wait()


def _esperar(listo: Callable[[], object], segundos: int = 300) -> None:
    limite = time.monotonic() + segundos
    while not listo():
        assert time.monotonic() < limite
        time.sleep(0.3)


def test_apagada_unos_dias_dos_trabajadores_corren_cada_tarea_una_vez(otra: OtraBase) -> None:
    otra.consultar("UPDATE django_q_schedule SET next_run = '2026-01-01 00:00:00'")
    esperadas = sorted(t.nombre for t in TAREAS if t.guardar)
    hechas = "SELECT `group`, success FROM django_q_task ORDER BY 1"
    with _trabajador(otra), _trabajador(otra):
        _esperar(lambda: len(otra.consultar(hechas)) >= len(esperadas))
        _esperar(lambda: otra.consultar("SELECT 1 FROM mantenimiento_latido"))
        # Un rato más: si algo fuera a correr por segunda vez, ya está en la cola.
        time.sleep(3)
        assert [(nombre, bool(bien)) for nombre, bien in otra.consultar(hechas)] == [
            (nombre, True) for nombre in esperadas
        ]
    assert otra.consultar("SELECT 1 FROM django_q_schedule WHERE next_run < '2026-06-01 00:00:00'") == []
    assert len(list((Path(otra.entorno["RESPALDOS_DIR"])).glob("*.respaldo"))) == 1


LLENAR = f"""
from datetime import date
from django.utils import timezone
from productos.models import Categoria, Descuento, Producto
from django_q.tasks import async_task
c = Categoria.objects.create(nombre="C", nombre_normalizado="c")
ps = [Producto(nombre=f"P{{n}}", nombre_normalizado=f"p{{n}}", categoria=c, precio_venta=100)
      for n in range({DESCUENTOS})]
Producto.objects.bulk_create(ps, batch_size=500)
ids = Producto.objects.values_list("pk", flat=True)
Descuento.objects.bulk_create(
    [Descuento(producto_id=i, porcentaje=10, ultimo_dia=date(2026, 1, 1)) for i in ids], batch_size=500)
async_task("productos.tasks.eliminar_descuentos_vencidos", group="prueba")
"""


def test_un_trabajador_muerto_en_plena_tarea_la_deja_a_otro_que_no_repite_nada(otra: OtraBase) -> None:
    otra.consultar("DELETE FROM django_q_schedule")
    otra.manage("shell", "-c", LLENAR)
    quedan = "SELECT COUNT(*) FROM productos_descuento"
    with _trabajador(otra) as victima:
        _esperar(lambda: otra.consultar(quedan)[0][0] < DESCUENTOS)
        os.killpg(victima.pid, signal.SIGKILL)
    a_medias = otra.consultar(quedan)[0][0]
    assert 0 < a_medias < DESCUENTOS
    # La tarea sigue encolada, tomada por el muerto hasta que pase ``retry``: se adelanta el reloj.
    assert otra.consultar("SELECT COUNT(*) FROM django_q_ormq") == [(1,)]
    otra.consultar("UPDATE django_q_ormq SET `lock` = '2026-01-01 00:00:00'")
    with _trabajador(otra):
        _esperar(lambda: otra.consultar("SELECT 1 FROM django_q_task WHERE success = 1"))
    assert otra.consultar(quedan) == [(0,)]
    registros = "FROM registros_registro WHERE mensaje LIKE 'Descuento vencido%'"
    assert otra.consultar(f"SELECT COUNT(*), COUNT(DISTINCT objeto_id) {registros}") == [
        (DESCUENTOS, DESCUENTOS)
    ]
    assert otra.consultar("SELECT COUNT(*) FROM django_q_ormq") == [(0,)]
