"""El diagnóstico dice qué anda mal, sigue aunque algo falle, y termina distinto de cero."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import Schedule, Task

from inventario.mantenimiento import diagnostico, tasks
from inventario.mantenimiento.diagnostico import Estado, Hallazgo, diagnosticar
from productos.models import Producto

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tienda_sana(tmp_path: Path, settings) -> None:
    settings.RESPALDOS_DIR = tmp_path
    (tmp_path / f"inventario-{timezone.now():%Y%m%dT%H%M%SZ}.respaldo").write_text("x")
    tasks.latir()


def _malos(**opciones: bool) -> dict[str, str]:
    return {
        h.que: h.detalle for h in diagnosticar(ahora=timezone.now(), **opciones) if h.estado == Estado.MAL
    }


def test_una_tienda_sana_sale_con_cero_y_cabe_en_una_pagina() -> None:
    salida = StringIO()
    call_command("diagnostico", stdout=salida)
    lineas = salida.getvalue().splitlines()
    assert lineas[-1] == "Todo anda bien"
    assert len(lineas) < 50
    for parte in ("versiones", "base de datos", "Redis", "tareas", "disco", "reloj", "migraciones", "kardex"):
        assert any(parte in linea for linea in lineas)


def test_un_trabajador_callado_una_tarea_fallida_y_un_respaldo_viejo_se_ven(tmp_path: Path) -> None:
    hace = timezone.now() - timedelta(days=3)
    for respaldo in tmp_path.glob("*.respaldo"):
        respaldo.rename(tmp_path / f"inventario-{hace:%Y%m%dT%H%M%SZ}.respaldo")
    tasks.Latido.objects.update(momento=hace)
    Task.objects.create(
        id="1", name="t", func="f", group="respaldo", started=hace, stopped=hace, success=False,
        result="No hay espacio : Traceback (most recent call last)",
    )
    Schedule.objects.filter(name="vencimientos").update(next_run=None)
    malos = _malos(rapido=True)
    assert set(malos) == {"tareas", "tarea respaldo", "respaldos"}
    assert malos["tarea respaldo"].endswith(": No hay espacio")
    with pytest.raises(CommandError, match="3 cosas andan mal"):
        call_command("diagnostico", "--rapido", stdout=StringIO())


def test_una_cuenta_que_no_cuadra_se_nombra(producto: Callable[..., Producto]) -> None:
    arroz = producto("Arroz")
    Producto.objects.filter(pk=arroz.pk).update(stock=99)
    assert "Arroz" in _malos()["kardex"]
    assert "kardex" not in _malos(rapido=True)


def test_un_reloj_atrasado_se_nota_por_los_registros(producto: Callable[..., Producto]) -> None:
    producto()
    ayer = timezone.now() - timedelta(days=1000)
    reloj = [h for h in diagnosticar(ahora=ayer, rapido=True) if h.que == "reloj"]
    assert reloj[0].estado == Estado.MAL
    assert "atrasado" in reloj[0].detalle


def test_lo_que_no_se_puede_revisar_no_impide_lo_demas(monkeypatch: pytest.MonkeyPatch) -> None:
    def revienta(_: datetime) -> list[Hallazgo]:
        raise OSError("la base no contesta")

    monkeypatch.setitem(diagnostico.REVISIONES, "base de datos", revienta)
    hallazgos = list(diagnosticar(ahora=timezone.now(), rapido=True))
    assert Hallazgo("base de datos", Estado.MAL, "no se pudo revisar: la base no contesta") in hallazgos
    assert hallazgos[-1].que == "reloj"
