"""La agenda: se pone sin duplicar, respeta a quien administra, y lo perdido corre una vez."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task
from django_q.scheduler import scheduler

from inventario.base.fechas import dia_de
from inventario.base.models import ClaveIdempotencia
from inventario.mantenimiento import programacion, tasks
from inventario.mantenimiento.alarmas import alarmar
from inventario.mantenimiento.models import TareaPuesta
from productos.models import Descuento, Producto
from registros.models import Registro
from usuarios.models import Notificacion, Usuario

pytestmark = pytest.mark.django_db


@pytest.fixture
def cuadratura() -> Schedule:
    return Schedule.objects.get(name="cuadratura")


def _cambiar_codigo(monkeypatch: pytest.MonkeyPatch, **cambios: str) -> None:
    tareas = tuple(
        replace(t, **cambios) if t.nombre == "cuadratura" else t for t in programacion.TAREAS
    )
    monkeypatch.setattr(programacion, "TAREAS", tareas)


def test_cada_tarea_existe_y_esta_una_vez() -> None:
    programacion.poner()
    agenda = Schedule.objects.values_list("name", flat=True)
    assert sorted(agenda) == sorted(t.nombre for t in programacion.TAREAS)
    for tarea in programacion.TAREAS:
        modulo, funcion = tarea.funcion.rsplit(".", 1)
        assert callable(getattr(import_module(modulo), funcion))


def test_ninguna_hora_cae_en_la_que_el_cambio_de_hora_borra() -> None:
    for tarea in programacion.TAREAS:
        assert not tarea.cron or int(tarea.cron.split()[1]) >= 1


def test_las_horas_son_las_de_la_tienda(cuadratura: Schedule) -> None:
    local = cuadratura.next_run.astimezone(ZoneInfo("America/Santiago"))
    assert (local.hour, local.minute) == (4, 30)
    assert local > timezone.now()


def test_lo_que_un_administrador_pauso_o_cambio_de_hora_sigue_asi(
    cuadratura: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    Schedule.objects.filter(pk=cuadratura.pk).update(cron="0 23 * * *", repeats=0, next_run=None)
    _cambiar_codigo(monkeypatch, cron="0 6 * * *")
    programacion.poner()
    programacion.poner()
    cuadratura.refresh_from_db()
    assert (cuadratura.cron, cuadratura.repeats, cuadratura.next_run) == ("0 23 * * *", 0, None)


def test_una_version_nueva_cambia_la_hora_que_nadie_toco(
    cuadratura: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cambiar_codigo(monkeypatch, cron="0 6 * * *", funcion="registros.tasks.sellar")
    programacion.poner()
    cuadratura.refresh_from_db()
    assert (cuadratura.cron, cuadratura.func) == ("0 6 * * *", "registros.tasks.sellar")
    assert cuadratura.next_run.astimezone(ZoneInfo("America/Santiago")).hour == 6


def test_una_pausada_que_nadie_movio_sigue_pausada_en_su_hora_nueva(
    cuadratura: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    Schedule.objects.filter(pk=cuadratura.pk).update(next_run=None)
    _cambiar_codigo(monkeypatch, cron="0 6 * * *")
    programacion.poner()
    cuadratura.refresh_from_db()
    assert (cuadratura.cron, cuadratura.next_run) == ("0 6 * * *", None)


def test_lo_que_el_codigo_ya_no_programa_se_va_y_lo_ajeno_queda(monkeypatch: pytest.MonkeyPatch) -> None:
    Schedule.objects.create(name="la de otro", func="math.copysign")
    tareas = tuple(t for t in programacion.TAREAS if t.nombre != "cuadratura")
    monkeypatch.setattr(programacion, "TAREAS", tareas)
    programacion.poner()
    assert not Schedule.objects.filter(name="cuadratura").exists()
    assert Schedule.objects.filter(name="la de otro").exists()


@pytest.mark.django_db(transaction=True)
def test_dos_arranques_a_la_vez_no_duplican() -> None:
    Schedule.objects.all().delete()
    TareaPuesta.objects.all().delete()

    def arrancar(_: int) -> None:
        try:
            programacion.poner()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hilos:
        list(hilos.map(arrancar, range(4)))
    assert Schedule.objects.count() == len(programacion.TAREAS)


@pytest.mark.django_db(transaction=True)
def test_apagada_tres_noches_corre_una_vez_aunque_miren_dos_programadores(cuadratura: Schedule) -> None:
    Schedule.objects.exclude(pk=cuadratura.pk).delete()
    Schedule.objects.update(next_run=timezone.now() - timedelta(days=3))

    def mirar(_: int) -> None:
        try:
            scheduler()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hilos:
        list(hilos.map(mirar, range(2)))
    scheduler()
    assert [q.name() for q in OrmQ.objects.all()] == [OrmQ.objects.get().name()]
    cuadratura.refresh_from_db()
    assert cuadratura.next_run > timezone.now()


def test_el_plazo_de_la_mas_larga_cabe_en_lo_que_tarda_en_repetirse(settings) -> None:
    plazos = [t.fijo["kwargs"] for t in programacion.TAREAS if t.larga]
    assert plazos == [repr({"q_options": {"timeout": 600}})] * len(plazos)
    assert settings.Q_CLUSTER["timeout"] < 600 < settings.Q_CLUSTER["retry"] / 2


# ── Lo que cada una hace ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def vencido(producto: Callable[..., Producto], ahora: datetime) -> Producto:
    arroz = producto("Arroz")
    Descuento.objects.create(
        producto=arroz, porcentaje=15, ultimo_dia=dia_de(timezone.now()) - timedelta(days=1)
    )
    return arroz


def test_el_comando_simula_y_despues_borra_con_su_registro(vencido: Producto) -> None:
    salida = StringIO()
    call_command("eliminar_descuentos_vencidos", "--simular", stdout=salida)
    assert "Arroz: 15 % hasta el" in salida.getvalue()
    assert "Se borrarían 1" in salida.getvalue()
    assert Descuento.objects.count() == 1
    for esperado in ("1 descuentos", "0 descuentos"):
        salida = StringIO()
        call_command("eliminar_descuentos_vencidos", stdout=salida)
        assert esperado in salida.getvalue()
    registro = Registro.objects.get(mensaje="Descuento vencido: Arroz")
    assert (registro.objeto_tipo, registro.objeto_id) == ("producto", vencido.pk)
    assert registro.cambios["descuento"] == ["15", None]


def test_el_descuento_que_vence_hoy_no_se_borra(producto: Callable[..., Producto]) -> None:
    Descuento.objects.create(producto=producto(), porcentaje=15, ultimo_dia=dia_de(timezone.now()))
    call_command("eliminar_descuentos_vencidos", stdout=StringIO())
    assert Descuento.objects.count() == 1


def test_la_limpieza_borra_lo_viejo_y_deja_lo_que_sirve(ana: Usuario, settings) -> None:
    vieja, nueva = (
        ClaveIdempotencia.objects.create(usuario=ana, clave=c, huella="x") for c in ("vieja", "nueva")
    )
    limite = timezone.now() - timedelta(hours=settings.IDEMPOTENCIA_HORAS)
    ClaveIdempotencia.objects.filter(pk=vieja.pk).update(creada=limite - timedelta(minutes=1))
    ClaveIdempotencia.objects.filter(pk=nueva.pk).update(creada=limite + timedelta(minutes=1))
    hace = timezone.now() - timedelta(days=31)
    for n, momento in enumerate((hace, timezone.now())):
        Task.objects.create(id=str(n), name=str(n), func="f", started=momento, stopped=momento, success=True)
    assert tasks.limpiar().startswith("1 claves de idempotencia, 0 sesiones del admin, 1 resultados")
    assert ClaveIdempotencia.objects.get() == nueva
    assert Task.objects.get().id == "1"
    assert tasks.limpiar().startswith("0 claves")


def test_una_alarma_llega_a_quien_administra_y_no_se_repite_en_el_dia(
    ana: Usuario, carlos: Usuario, ahora: datetime
) -> None:
    problemas = ["uno", "dos", "tres", "cuatro", "cinco"]
    assert alarmar(titulo="Mal", problemas=problemas, ahora=ahora)
    assert not alarmar(titulo="Mal", problemas=problemas, ahora=ahora + timedelta(hours=2))
    assert not alarmar(titulo="Otra", problemas=[], ahora=ahora)
    aviso = Notificacion.objects.get()
    assert (aviso.usuario, aviso.mensaje) == (ana, "uno; dos; tres; y 2 más")
    assert Registro.objects.filter(mensaje="Mal").count() == 1
    assert alarmar(titulo="Mal", problemas=problemas, ahora=ahora + timedelta(days=1))


def test_un_stock_que_no_es_su_kardex_se_avisa(producto: Callable[..., Producto], ana: Usuario) -> None:
    arroz = producto("Arroz", stock=10)
    assert tasks.verificar_cuentas() == "0 problemas"
    Producto.objects.filter(pk=arroz.pk).update(stock=11)
    assert tasks.verificar_cuentas() == "1 problemas"
    assert Notificacion.objects.get(usuario=ana).mensaje.startswith("kardex de Arroz: stock 11")


def test_la_cadena_se_verifica_y_deja_su_ancla_en_la_bitacora(
    producto: Callable[..., Producto], caplog: pytest.LogCaptureFixture
) -> None:
    producto()
    with caplog.at_level("INFO"):
        assert tasks.verificar_cadena().startswith("0 problemas; ancla ")
    assert "ancla de los registros" in caplog.text


def test_cerrar_el_dia_sin_ventas_no_corrige_nada() -> None:
    assert tasks.cerrar_dia().startswith("0 días corregidos")
    assert not Notificacion.objects.exists()
