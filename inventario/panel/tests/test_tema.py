"""El admin: quién entra, qué ve y en qué idioma."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from inventario.base.models import Tienda
from usuarios.models import Usuario


def _sesion(usuario: Usuario) -> Client:
    cliente = Client()
    cliente.force_login(usuario)
    return cliente


@pytest.mark.django_db
def test_un_desconocido_ve_la_entrada_con_el_nombre_de_la_tienda() -> None:
    Tienda.objects.filter(pk=1).update(razon_social="Almacén Doña Rosa")
    respuesta = Client().get("/admin/login/")
    assert respuesta.status_code == 200
    assert "Almacén Doña Rosa" in respuesta.content.decode()
    assert "Welcome" not in respuesta.content.decode()


def test_ana_entra_y_el_menu_esta_en_espanol(ana: Usuario) -> None:
    respuesta = _sesion(ana).get("/admin/")
    assert respuesta.status_code == 200
    texto = respuesta.content.decode()
    assert "Inicio" in texto
    for ingles in ("Light", "Dark", "Search apps", "Log out", "Change password"):
        assert f">{ingles}" not in texto


def test_un_cajero_y_una_clienta_no_entran(carlos: Usuario, clara: Usuario) -> None:
    for persona in (carlos, clara):
        respuesta = _sesion(persona).get("/admin/")
        assert respuesta.status_code == 302
        assert respuesta["Location"].startswith("/admin/login/")


def test_la_direccion_sin_barra_tambien_sirve(ana: Usuario) -> None:
    respuesta = _sesion(ana).get("/admin")
    assert respuesta.status_code == 302
    assert respuesta["Location"] == "/admin/"


def test_letras_e_iconos_son_locales() -> None:
    for hoja in ("unfold/css/styles.css", "unfold/fonts/inter/styles.css",
                 "unfold/fonts/material-symbols/styles.css", "panel/panel.css"):
        ruta = finders.find(hoja)
        assert ruta is not None
        texto = Path(str(ruta)).read_text()
        assert "url(http" not in texto.replace('"', "").replace("'", "")
        assert "@import" not in texto


def test_el_tema_va_antes_que_el_admin() -> None:
    apps = settings.INSTALLED_APPS
    assert apps.index("unfold") < apps.index("django.contrib.admin")
