"""Registrar usuarios: cualquiera un Cliente, y nadie a otro por encima de sí."""

import json

import pytest
from rest_framework.test import APIClient

from inventario.base.actor import Rol
from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario

NUEVO = {
    "rut": "7.880.442-4", "nombre": "Sofía", "apellido": "Muñoz", "correo": "sofia@ejemplo.cl",
    "contrasena": "Marraqueta-2026", "telefono": "+56 9 1234 5678",
}


def test_un_desconocido_se_registra_como_cliente(db, entrar):
    respuesta = APIClient().post("/register", NUEVO)
    assert respuesta.status_code == 201
    ficha = respuesta.json()
    assert ficha.pop("msg") == "Usuario registrado"
    usuario = Usuario.objects.get()
    assert ficha == {
        "id_usuario": usuario.pk, "rut": "78804424", "nombre": "Sofía", "apellido": "Muñoz",
        "correo": "sofia@ejemplo.cl", "telefono": "+56 9 1234 5678", "tipo_usuario": "Cliente",
        "estado": "Activo", "puntos": 0, "fecha_creacion": ficha["fecha_creacion"],
    }
    assert usuario.nombre_normalizado == "sofia munoz"
    assert entrar("7880442-4", "Marraqueta-2026").status_code == 200


@pytest.mark.parametrize(
    ("quien", "tipo", "estado"),
    [
        (None, "Cliente", 201), (None, "Cajero", 403), (None, "Administrador", 403), (None, "admin", 403),
        ("clara", "cliente", 201), ("clara", "cajero", 403),
        ("carlos", "CLIENTE", 201), ("carlos", "Cajero", 403), ("carlos", "ADMIN", 403),
        ("ana", "Cliente", 201), ("ana", "Cajero", 201), ("ana", "admin", 201),
    ],
)
def test_cada_quien_registra_hasta_donde_puede(api, ana, carlos, clara, quien, tipo, estado):
    gente = {"ana": ana, "carlos": carlos, "clara": clara, None: None}
    antes = Usuario.objects.count()
    respuesta = api(gente[quien]).post("/register", {**NUEVO, "tipo_usuario": tipo})
    assert respuesta.status_code == estado
    assert Usuario.objects.count() - antes == (estado == 201)
    if estado == 403:
        assert respuesta.json()["codigo"] == "sin_permiso"


def test_inactivo_solo_lo_registra_un_administrador(api, ana, carlos):
    assert api(carlos).post("/register", {**NUEVO, "estado": "inactivo"}).status_code == 403
    respuesta = api(ana).post("/register", {**NUEVO, "estado": "inactivo"})
    assert respuesta.json()["estado"] == "Inactivo"


def test_un_administrador_nuevo_puede_entrar_al_admin_y_los_demas_no(api, ana):
    api(ana).post("/register", {**NUEVO, "tipo_usuario": "admin"})
    api(ana).post("/register", {**NUEVO, "rut": "76192083-9", "tipo_usuario": "cajero"})
    administrador, cajero = Usuario.objects.filter(rut__in=["78804424", "761920839"]).order_by("id")
    assert (administrador.is_staff, administrador.is_superuser) == (True, True)
    assert (cajero.is_staff, cajero.is_superuser) == (False, False)


@pytest.mark.parametrize("rut", ["7880442-4", "07.880.442-4", "78804424"])
def test_un_rut_se_registra_una_sola_vez_como_sea_que_se_escriba(db, rut):
    APIClient().post("/register", NUEVO)
    respuesta = APIClient().post("/register", {**NUEVO, "rut": rut})
    assert respuesta.status_code == 409
    assert respuesta.json()["codigo"] == "rut_duplicado"
    assert respuesta.json()["errores"]["rut"]
    assert Usuario.objects.count() == 1


@pytest.mark.parametrize(
    ("cambio", "campo"),
    [
        ({"rut": "12531909-3"}, "rut"), ({"rut": "66.666.666-6"}, "rut"), ({"rut": ""}, "rut"),
        ({"rut": "00000000-0"}, "rut"), ({"rut": None}, "rut"), ({"rut": {"a": 1}}, "rut"),
        ({"nombre": " "}, "nombre"), ({"nombre": "x" * 81}, "nombre"), ({"apellido": None}, "apellido"),
        ({"correo": "sin arroba"}, "correo"), ({"telefono": "1" * 31}, "telefono"),
        ({"contrasena": "corta"}, "contrasena"), ({"contrasena": "12345678"}, "contrasena"),
        ({"contrasena": "password"}, "contrasena"), ({"contrasena": "78804424-x"}, "contrasena"),
        ({"tipo_usuario": "Jefe"}, "tipo_usuario"), ({"tipo_usuario": 2}, "tipo_usuario"),
        ({"estado": "Dormido"}, "estado"),
    ],
)
def test_lo_que_no_sirve_se_dice_por_campo_y_no_se_crea_nada(db, cambio, campo):
    respuesta = APIClient().post("/register", {**NUEVO, **cambio})
    assert respuesta.status_code == 400
    assert respuesta.json()["errores"][campo]
    assert not Usuario.objects.exists()


def test_media_letra_no_es_un_nombre(db):
    cuerpo = json.dumps({**NUEVO, "nombre": "\ud800"})
    respuesta = APIClient().post("/register", cuerpo, content_type="application/json")
    assert respuesta.status_code == 400
    assert "nombre" in respuesta.json()["errores"]


def test_la_contrasena_debil_se_explica_en_castellano(db):
    errores = APIClient().post("/register", {**NUEVO, "contrasena": "1234"}).json()["errores"]
    assert "demasiado corta" in errores["contrasena"][0]


@pytest.mark.parametrize("campo", ["rut", "nombre", "apellido", "contrasena"])
def test_sin_un_dato_necesario_no_hay_usuario(db, campo):
    cuerpo = {k: v for k, v in NUEVO.items() if k != campo}
    assert campo in APIClient().post("/register", cuerpo).json()["errores"]


def test_correo_y_telefono_pueden_faltar_o_ser_nulos(db):
    respuesta = APIClient().post("/register", {**NUEVO, "correo": None, "telefono": None})
    assert respuesta.status_code == 201
    assert (respuesta.json()["correo"], respuesta.json()["telefono"]) == ("", "")


def test_lo_que_no_se_pide_no_se_lee(db):
    respuesta = APIClient().post(
        "/register",
        {**NUEVO, "puntos": 9999, "id": 77, "id_usuario": 77, "is_superuser": True, "is_staff": True,
         "rol": 1, "fecha_creacion": "2000-01-01T00:00:00Z"},
    )
    usuario = Usuario.objects.get()
    assert (usuario.puntos, usuario.is_superuser, usuario.rol) == (0, False, Rol.CLIENTE)
    assert usuario.pk != 77
    assert respuesta.json()["fecha_creacion"][:4] != "2000"


def test_un_nombre_cuyas_letras_crecen_al_buscarlas_igual_cabe(db):
    assert APIClient().post("/register", {**NUEVO, "nombre": "ﷺ" * 80}).status_code == 201


def test_un_token_malo_no_pasa_por_desconocido(db, con_token):
    assert con_token("roto").post("/register", NUEVO).status_code == 401


def test_registrar_deja_registro_de_quien_lo_hizo(api, ana):
    api(ana).post("/register", {**NUEVO, "tipo_usuario": "cajero"})
    registro = Registro.objects.get(tipo=TipoRegistro.USUARIO)
    assert registro.usuario == ana
    assert registro.mensaje == "Registró a Sofía Muñoz como Cajero"
    assert NUEVO["contrasena"] not in str(registro.__dict__)


def test_un_cuerpo_que_no_es_un_objeto_es_400(db):
    for cuerpo in ("[]", '"x"', "7", "null", "{"):
        respuesta = APIClient().post("/register", cuerpo, content_type="application/json")
        assert respuesta.status_code == 400, cuerpo
