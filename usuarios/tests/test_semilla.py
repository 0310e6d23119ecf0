"""El primer Administrador: se crea una vez, y su clave se muestra una vez."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from inventario.base.actor import Rol
from usuarios.models import Estado, FrenoIngreso, Usuario
from usuarios.semilla import crear_primer_administrador
from usuarios.tasks import limpiar


def partir() -> str:
    salida = StringIO()
    call_command("primer_administrador", stdout=salida)
    return salida.getvalue()


@pytest.fixture(autouse=True)
def _sin_ajustes(settings):
    settings.ADMIN_RUT = settings.ADMIN_CONTRASENA = ""


def test_sin_ajustes_se_inventa_una_clave_que_se_muestra_una_vez(db, entrar):
    salida = partir()
    usuario = Usuario.objects.get()
    assert (usuario.rol, usuario.is_superuser) == (Rol.ADMINISTRADOR, True)
    clave = salida.split("Contraseña: ")[1].split()[0]
    assert entrar("11.111.111-1", clave).status_code == 200
    assert partir() == ""
    assert Usuario.objects.count() == 1


def test_con_ajustes_es_la_cuenta_pedida_y_su_clave_no_se_muestra(db, settings, entrar):
    settings.ADMIN_RUT, settings.ADMIN_CONTRASENA = "76.192.083-9", "Marraqueta-2026"
    salida = partir()
    assert "76.192.083-9" in salida
    assert "Marraqueta" not in salida
    assert entrar("761920839", "Marraqueta-2026").status_code == 200


@pytest.mark.parametrize(
    ("rut", "clave", "dice"),
    [("76.192.083-1", "Marraqueta-2026", "ADMIN_RUT"), ("", "1234", "demasiado corta"),
     ("66.666.666-6", "Marraqueta-2026", "anónimo")],
)
def test_un_ajuste_malo_se_explica_y_no_crea_nada(db, settings, rut, clave, dice):
    settings.ADMIN_RUT, settings.ADMIN_CONTRASENA = rut, clave
    with pytest.raises(CommandError, match=dice):
        partir()
    assert not Usuario.objects.exists()


def test_no_se_crea_otro_aunque_el_que_hay_este_inactivo(ana):
    Usuario.objects.update(estado=Estado.INACTIVO)
    assert partir() == ""


def test_el_rut_de_un_cliente_no_se_vuelve_administrador(clara, settings):
    settings.ADMIN_RUT = clara.rut
    with pytest.raises(CommandError, match="Ya existe"):
        partir()


@pytest.mark.django_db(transaction=True)
def test_dos_arranques_a_la_vez_crean_una_cuenta():
    def crear(_: int) -> object:
        try:
            return crear_primer_administrador(rut="", contrasena="", ahora=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hilos:
        cuentas = list(hilos.map(crear, range(2)))
    assert cuentas.count(None) == 1
    assert Usuario.objects.count() == 1


def test_la_limpieza_olvida_lo_viejo(db):
    FrenoIngreso.objects.create(red="10.0.0.1", ultimo_fallo=timezone.now() - timedelta(days=1))
    assert limpiar() == "1 frenos, 0 sesiones y 0 notificaciones"
