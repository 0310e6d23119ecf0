"""Las tareas en el admin: en español, sin editar lo que corre, y con rastro de cada cambio."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from inventario.base.fechas import ZONA
from inventario.mantenimiento.programacion import poner
from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db
LISTA = "/admin/django_q/schedule/"


@pytest.fixture
def admin_de_ana(ana: Usuario) -> Client:
    navegador = Client()
    navegador.force_login(ana)
    return navegador


@pytest.fixture
def respaldo() -> Schedule:
    poner()
    return Schedule.objects.get(name="respaldo")


def test_se_leen_en_espanol(admin_de_ana: Client, respaldo: Schedule) -> None:
    texto = admin_de_ana.get(LISTA).content.decode()
    assert "Todos los días a las 03:00" in texto
    assert "Cada minuto" in texto
    assert "Sin historial" in texto
    for ingles in ("Scheduled task", "Repeats", "Next Run", "Function"):
        assert ingles not in texto


def test_cambiar_la_hora_sobrevive_al_arranque_y_queda_registrado(
    admin_de_ana: Client, respaldo: Schedule, ana: Usuario
) -> None:
    admin_de_ana.post(f"{LISTA}{respaldo.pk}/horario/", {"hora": "05:30"})
    poner()
    respaldo.refresh_from_db()
    assert respaldo.cron == "30 5 * * *"
    assert respaldo.next_run is not None
    assert f"{respaldo.next_run.astimezone(ZONA):%H:%M}" == "05:30"
    registro = Registro.objects.filter(tipo=TipoRegistro.TAREA).latest("id")
    assert (registro.usuario, registro.cambios["cron"]) == (ana, ["0 3 * * *", "30 5 * * *"])


@pytest.mark.django_db(transaction=True)
def test_con_otro_horario_no_corre_una_ultima_vez_en_el_anterior(
    admin_de_ana: Client, respaldo: Schedule
) -> None:
    sello = Schedule.objects.get(name="sellar registros")
    # A las dos les tocaba recién, y el programador todavía no pasa.
    recien = timezone.now() - timedelta(seconds=1)
    Schedule.objects.update(next_run=timezone.now() + timedelta(days=1))
    Schedule.objects.filter(pk__in=[respaldo.pk, sello.pk]).update(next_run=recien)
    hora = (timezone.now() + timedelta(hours=2)).astimezone(ZONA)
    admin_de_ana.post(f"{LISTA}{respaldo.pk}/horario/", {"hora": f"{hora:%H:%M}"})
    admin_de_ana.post(f"{LISTA}{sello.pk}/horario/", {"minutos": "90"})
    scheduler()
    assert not OrmQ.objects.exists()
    respaldo.refresh_from_db()
    sello.refresh_from_db()
    assert respaldo.next_run
    assert f"{respaldo.next_run.astimezone(ZONA):%H:%M}" == f"{hora:%H:%M}"
    assert sello.next_run
    assert timedelta(minutes=89) < sello.next_run - timezone.now() <= timedelta(minutes=90)


def test_pausar_y_reanudar(admin_de_ana: Client, respaldo: Schedule) -> None:
    direccion = f"{LISTA}{respaldo.pk}/pausa/"
    admin_de_ana.post(direccion, {})
    poner()
    respaldo.refresh_from_db()
    assert respaldo.next_run is None
    assert "Pausada" in admin_de_ana.get(LISTA).content.decode()
    negada = admin_de_ana.post(f"{LISTA}{respaldo.pk}/correr/", {})
    assert "está pausada" in negada.content.decode()
    admin_de_ana.post(direccion, {})
    respaldo.refresh_from_db()
    assert respaldo.next_run is not None
    assert respaldo.next_run > timezone.now()


def test_mandarla_correr(admin_de_ana: Client, respaldo: Schedule) -> None:
    admin_de_ana.post(f"{LISTA}{respaldo.pk}/correr/", {})
    respaldo.refresh_from_db()
    assert respaldo.next_run is not None
    assert respaldo.next_run <= timezone.now()


def test_nadie_cambia_la_funcion_ni_agrega_tareas(admin_de_ana: Client, respaldo: Schedule) -> None:
    ficha = f"{LISTA}{respaldo.pk}/change/"
    assert admin_de_ana.get(ficha).status_code == 200
    assert admin_de_ana.post(ficha, {"func": "os.system"}).status_code == 403
    assert admin_de_ana.get(f"{LISTA}add/").status_code == 403
    assert admin_de_ana.post(f"{LISTA}{respaldo.pk}/delete/", {"post": "yes"}).status_code == 403
