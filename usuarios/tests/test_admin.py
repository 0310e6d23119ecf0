"""El admin es una puerta más: el mismo freno al entrar, los mismos casos de uso adentro."""

import pytest
from django.test import Client

from conftest import CONTRASENA
from inventario.base.actor import Rol
from registros.models import Registro, TipoRegistro
from usuarios.models import Estado, MovimientoPuntos, Sesion, Usuario

FICHA = {
    "rut": "12.345.678-5", "nombre": "Carlos", "apellido": "Cáceres", "correo": "", "telefono": "",
    "rol": "2", "estado": "Activo", "contrasena": "",
}


@pytest.fixture
def admin_de_ana(ana):
    navegador = Client()
    navegador.force_login(ana)
    return navegador


def ingresar(rut, clave=CONTRASENA):
    return Client().post("/admin/login/?next=/admin/", {"username": rut, "password": clave})


def test_ana_entra_al_admin_con_su_rut(ana):
    respuesta = ingresar("11.111.111-1")
    assert (respuesta.status_code, respuesta["Location"]) == (302, "/admin/")
    registro = Registro.objects.get(tipo=TipoRegistro.SESION)
    assert (registro.mensaje, registro.usuario, registro.puerta) == ("Ingresó al admin", ana, "admin")


def test_el_rut_con_puntos_cabe_en_el_formulario_y_se_llega_al_admin(ana):
    pagina = Client().get("/admin/login/").content.decode()
    assert 'maxlength="14"' in pagina
    respuesta = Client().post("/admin/login/", {"username": "11.111.111-1", "password": CONTRASENA})
    assert respuesta["Location"] == "/admin/"


def test_un_cajero_no_entra_al_admin_ni_con_su_clave(carlos):
    assert ingresar(carlos.rut).status_code == 200
    assert Registro.objects.get().mensaje == "Quiso ingresar al admin sin ser Administrador"


def test_el_admin_tambien_frena_y_lo_dice(ana):
    for _ in range(5):
        assert ingresar(ana.rut, "otra").status_code == 200
    respuesta = ingresar(ana.rut)
    assert (respuesta.status_code, respuesta["Retry-After"]) == (429, "1")
    assert "espere 1 s" in respuesta.content.decode()


def test_los_fallos_del_admin_y_de_la_api_son_los_mismos(ana, entrar):
    for _ in range(5):
        ingresar(ana.rut, "otra")
    assert entrar(ana, ip="127.0.0.1").status_code == 429


def test_una_ana_desactivada_queda_fuera_del_admin_en_el_acto(admin_de_ana, ana):
    assert admin_de_ana.get("/admin/").status_code == 200
    Usuario.objects.filter(pk=ana.pk).update(estado=Estado.INACTIVO)
    assert admin_de_ana.get("/admin/").status_code == 302


def test_se_registra_a_alguien_desde_el_admin(admin_de_ana, ana, entrar):
    respuesta = admin_de_ana.post(
        "/admin/usuarios/usuario/add/", {**FICHA, "contrasena": "Marraqueta-2026"}
    )
    assert respuesta.status_code == 302
    carlos = Usuario.objects.get(rut="123456785")
    assert (carlos.rol, carlos.nombre_normalizado) == (Rol.CAJERO, "carlos caceres")
    assert entrar("12345678-5", "Marraqueta-2026").status_code == 200
    registro = Registro.objects.get(tipo=TipoRegistro.USUARIO)
    assert (registro.usuario, registro.puerta) == (ana, "admin")


@pytest.mark.parametrize(
    ("cambio", "dice"),
    [({"rut": "11.111.111-1"}, "Ya existe un usuario con ese RUT"),
     ({"rut": "66.666.666-6"}, "comprador anónimo"), ({"rut": "12.345.678-9"}, "verificador"),
     ({"contrasena": "corta"}, "demasiado corta")],
)
def test_lo_que_no_sirve_vuelve_al_formulario_con_su_motivo(admin_de_ana, cambio, dice):
    respuesta = admin_de_ana.post(
        "/admin/usuarios/usuario/add/", {**FICHA, "contrasena": "Marraqueta-2026", **cambio}
    )
    assert respuesta.status_code == 200
    assert dice in respuesta.content.decode()
    assert Usuario.objects.count() == 1


def test_desactivar_desde_el_admin_cierra_sus_sesiones(admin_de_ana, carlos, entrar):
    entrar(carlos)
    clave = Usuario.objects.get(pk=carlos.pk).password
    admin_de_ana.post(f"/admin/usuarios/usuario/{carlos.pk}/change/", {**FICHA, "estado": "Inactivo"})
    carlos.refresh_from_db()
    assert (carlos.estado, carlos.password) == (Estado.INACTIVO, clave)
    assert not Sesion.objects.filter(cerrada=None).exists()


def test_el_ultimo_administrador_tampoco_se_quita_desde_el_admin(admin_de_ana, ana):
    respuesta = admin_de_ana.post(
        f"/admin/usuarios/usuario/{ana.pk}/change/",
        {**FICHA, "rut": ana.rut, "nombre": "Ana", "apellido": "Araya", "rol": "3"},
    )
    assert "último Administrador" in respuesta.content.decode()
    ana.refresh_from_db()
    assert ana.rol == Rol.ADMINISTRADOR


def test_en_el_admin_no_se_borra_a_nadie(admin_de_ana, carlos):
    ruta = f"/admin/usuarios/usuario/{carlos.pk}/delete/"
    assert admin_de_ana.post(ruta, {"post": "yes"}).status_code == 403
    assert Usuario.objects.filter(pk=carlos.pk).exists()


@pytest.mark.parametrize("busca", ["Cáceres", "caceres", "12.345.678-5"])
def test_la_lista_del_admin_encuentra_sin_tildes_y_por_rut(admin_de_ana, carlos, clara, busca):
    pagina = admin_de_ana.get("/admin/usuarios/usuario/", {"q": busca}).content.decode()
    assert "Carlos Cáceres" in pagina
    assert "Clara Núñez" not in pagina


def test_sesiones_y_puntos_se_miran_pero_no_se_tocan(admin_de_ana, carlos, clara, entrar, api, ana):
    entrar(carlos)
    api(ana).put(f"/users/{clara.rut}/puntos", {"puntos": 5})
    sesion, movimiento = Sesion.objects.get(), MovimientoPuntos.objects.get()
    for lista, pk in (("sesion", sesion.pk), ("movimientopuntos", movimiento.pk)):
        base = f"/admin/usuarios/{lista}/"
        assert admin_de_ana.get(base).status_code == 200
        ficha = admin_de_ana.get(f"{base}{pk}/change/")
        assert ficha.status_code == 200
        assert sesion.jti_refresco not in ficha.content.decode()
        assert admin_de_ana.post(f"{base}{pk}/change/", {}).status_code == 403
        assert admin_de_ana.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403
