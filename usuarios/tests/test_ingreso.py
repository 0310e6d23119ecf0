"""Ingresar: con el RUT como cada uno lo escribe, y sin que el error cuente más de la cuenta."""

from unittest.mock import patch

import pytest
from rest_framework.test import APIClient

from conftest import CONTRASENA
from registros.models import Registro, TipoRegistro
from usuarios.models import Estado, Sesion, Usuario

MALAS = {"msg": "RUT o contraseña incorrectos", "codigo": "credenciales_invalidas", "errores": {}}


def test_carlos_ingresa_y_recibe_sus_tokens_y_su_ficha(carlos, entrar, con_token):
    respuesta = entrar(carlos)
    assert respuesta.status_code == 200
    cuerpo = respuesta.json()
    assert set(cuerpo) == {"msg", "access_token", "refresh_token", "usuario"}
    assert cuerpo["usuario"]["rut"] == "123456785"
    assert cuerpo["usuario"]["tipo_usuario"] == "Cajero"
    assert "password" not in cuerpo["usuario"]
    ficha = con_token(cuerpo["access_token"]).get("/profile").json()
    assert ficha["id_usuario"] == carlos.pk


@pytest.mark.parametrize("rut", ["21.799.760-7", "21799760-7", "217997607", " 021799760-7 "])
def test_el_rut_se_escribe_como_sea(clara, entrar, rut):
    assert entrar(rut).status_code == 200


@pytest.mark.parametrize("rut", ["10000013-k", "10.000.013-K", "10000013k"])
def test_la_k_puede_ser_chica(clara, entrar, rut):
    Usuario.objects.filter(pk=clara.pk).update(rut="10000013K")
    assert entrar(rut).status_code == 200


@pytest.mark.parametrize("rut", ["123456785", "111111111", "12345678-9", "carlos", "66.666.666-6"])
def test_todo_ingreso_malo_se_ve_igual(carlos, entrar, rut):
    respuesta = entrar(rut, "otra-clave-cualquiera")
    assert respuesta.status_code == 401
    assert respuesta.json() == MALAS
    assert not Sesion.objects.exists()


@pytest.mark.parametrize("rut", ["123456785", "111111111", "no es un rut"])
def test_con_un_rut_que_no_existe_se_hace_el_mismo_trabajo(carlos, entrar, rut):
    with patch(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode", return_value="md5$x$y"
    ) as encode:
        entrar(rut, "otra-clave-cualquiera")
    assert encode.call_count == 1


def test_un_inactivo_no_entra_y_sin_su_clave_ni_siquiera_sabe_que_lo_esta(carlos, entrar):
    Usuario.objects.filter(pk=carlos.pk).update(estado=Estado.INACTIVO)
    respuesta = entrar(carlos)
    assert respuesta.status_code == 401
    assert respuesta.json()["codigo"] == "cuenta_inactiva"
    assert entrar(carlos, "otra-clave-cualquiera").json() == MALAS
    assert not Sesion.objects.exists()


@pytest.mark.parametrize(
    "cuerpo",
    [{}, {"rut": "123456785"}, {"contrasena": "x"}, {"rut": None, "contrasena": None}, [], "x",
     {"rut": ["123456785"], "contrasena": {}}, {"rut": "1\x00", "contrasena": "x"},
     {"rut": "123456785", "contrasena": "x" * 129}],
)
@pytest.mark.django_db
def test_un_pedido_mal_hecho_es_400(cuerpo):
    respuesta = APIClient().post("/login", cuerpo)
    assert respuesta.status_code == 400
    assert respuesta.json()["errores"]


def test_un_token_vencido_no_estorba_a_quien_ingresa(carlos, con_token):
    respuesta = con_token("vencido.o.roto").post(
        "/login", {"rut": carlos.rut, "contrasena": CONTRASENA}
    )
    assert respuesta.status_code == 200


def test_la_sesion_recuerda_desde_donde_se_abrio(carlos):
    APIClient(REMOTE_ADDR="10.0.0.9", HTTP_USER_AGENT="Caja 2").post(
        "/login", {"rut": carlos.rut, "contrasena": CONTRASENA}
    )
    sesion = Sesion.objects.get()
    assert (sesion.usuario, sesion.ip, sesion.dispositivo) == (carlos, "10.0.0.9", "Caja 2")
    carlos.refresh_from_db()
    assert carlos.last_login == sesion.creada


def test_cada_ingreso_deja_registro_el_bueno_y_el_malo_sin_el_rut_entero(carlos, entrar):
    entrar(carlos)
    entrar(carlos, "otra-clave-cualquiera")
    bueno, malo = Registro.objects.filter(tipo=TipoRegistro.SESION).order_by("id")
    assert (bueno.mensaje, bueno.usuario, bueno.ip) == ("Ingresó", carlos, "10.0.0.5")
    assert (malo.usuario, malo.objeto_id) == (None, carlos.pk)
    assert malo.mensaje == "Ingreso fallido con …6785"


def test_una_clave_cambiada_mientras_se_comprobaba_ya_no_abre(carlos, entrar):
    comprobar = Usuario.check_password

    def y_entonces_cambia(self: Usuario, clave: str) -> bool:
        buena = comprobar(self, clave)
        otra = Usuario.objects.get(pk=self.pk)
        otra.set_password("Otra-clave-2026")
        otra.save()
        return buena

    with patch.object(Usuario, "check_password", y_entonces_cambia):
        assert entrar(carlos).status_code == 401
    assert not Sesion.objects.exists()


def test_la_contrasena_se_guarda_con_argon2(settings, carlos):
    settings.PASSWORD_HASHERS = ["inventario.base.contrasenas.Argon2Moderado"]
    carlos.set_password(CONTRASENA)
    assert carlos.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert carlos.check_password(CONTRASENA)
