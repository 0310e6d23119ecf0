"""Cambiar la propia contraseña en el admin pasa por el caso de uso: registro y sesiones cerradas."""

import pytest
from django.test import Client

from conftest import CONTRASENA
from registros.models import Registro
from usuarios.models import Sesion, Usuario

DIRECCION = "/admin/password_change/"


@pytest.mark.django_db(transaction=True)
def test_cierra_las_demas_sesiones_y_quien_la_cambio_sigue_adentro(ana: Usuario) -> None:
    cliente = Client()
    otro = cliente.post(
        "/login", {"rut": ana.rut, "contrasena": CONTRASENA}, content_type="application/json"
    )
    assert otro.status_code == 200
    cliente.force_login(ana)
    pagina = cliente.get(DIRECCION)
    assert pagina.status_code == 200
    nueva = "Marraqueta-con-palta-2026"
    respuesta = cliente.post(
        DIRECCION, {"old_password": CONTRASENA, "new_password1": nueva, "new_password2": nueva}
    )
    assert respuesta.status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(nueva)
    assert not Sesion.objects.filter(usuario=ana, cerrada=None).exists()
    assert cliente.get("/admin/").status_code == 200
    registro = Registro.objects.filter(objeto_tipo="usuario", objeto_id=ana.pk).latest("id")
    assert (registro.puerta, registro.descripcion) == ("admin", "Cambió la contraseña")


@pytest.mark.django_db
def test_con_la_anterior_equivocada_no_cambia(ana: Usuario) -> None:
    cliente = Client()
    cliente.force_login(ana)
    nueva = "Marraqueta-con-palta-2026"
    respuesta = cliente.post(
        DIRECCION, {"old_password": "otra", "new_password1": nueva, "new_password2": nueva}
    )
    assert respuesta.status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(CONTRASENA)
