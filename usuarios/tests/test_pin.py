"""El PIN: fácil de escribir, difícil de adivinar, y no vale nada lejos de una caja conocida."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta
from inventario.base.errores import ErrorDeDominio
from registros.models import Registro
from usuarios.ingreso import entrar_con_pin
from usuarios.models import DispositivoCaja, Usuario
from usuarios.reglas import problema_del_pin

Api = Callable[[Usuario | None], APIClient]
pytestmark = pytest.mark.django_db
PIN = "4071"


@pytest.fixture
def con_pin(api: Api, carlos: Usuario) -> Usuario:
    ruta = f"/users/{carlos.rut}/pin"
    assert api(carlos).put(ruta, {"pin": PIN, "contrasena": CONTRASENA}).status_code == 200
    carlos.refresh_from_db()
    return carlos


@pytest.fixture
def dispositivo(api: Api, carlos: Usuario) -> str:
    pedido = {"nombre": "Mesón", "contrasena": CONTRASENA}
    return str(api(carlos).post("/dispositivos", pedido).json()["dispositivo"])


def entrar(**cuerpo: Any) -> Any:
    return APIClient().post("/login", cuerpo)


@pytest.mark.parametrize(
    "pin", ["123", "123456789", "12a4", "1234", "4321", "8901", "0000", "1111", "2345", "٤٠٧١"]
)
def test_no_se_admite_un_pin_facil(pin: str) -> None:
    assert problema_del_pin(pin, rut="217997607")


def test_ni_parte_del_rut_y_los_demas_si() -> None:
    assert problema_del_pin("7997", rut="217997607")
    assert not problema_del_pin("4071", rut="217997607")
    assert not problema_del_pin("90210045", rut="217997607")


def test_se_entra_con_pin_desde_una_caja_conocida(con_pin: Usuario, dispositivo: str) -> None:
    respuesta = entrar(rut=con_pin.rut, pin=PIN, dispositivo=dispositivo)
    assert respuesta.status_code == 200
    assert respuesta.json()["usuario"]["rut"] == con_pin.rut


@pytest.mark.parametrize("cambio", [{"dispositivo": "otro"}, {"pin": "4072"}, {"rut": "11.111.111-1"}])
def test_desde_otra_parte_o_con_otro_pin_es_el_mismo_401(
    con_pin: Usuario, dispositivo: str, cambio: dict[str, str]
) -> None:
    respuesta = entrar(**{"rut": con_pin.rut, "pin": PIN, "dispositivo": dispositivo, **cambio})
    assert (respuesta.status_code, respuesta.json()["msg"]) == (401, "RUT o contraseña incorrectos")


def test_sin_dispositivo_no_se_intenta(con_pin: Usuario) -> None:
    respuesta = entrar(rut=con_pin.rut, pin=PIN)
    assert (respuesta.status_code, list(respuesta.json()["errores"])) == (400, ["dispositivo"])
    assert list(entrar(rut=con_pin.rut).json()["errores"]) == ["contrasena"]


def test_adivinar_se_frena_y_ni_el_que_acierta_pasa(
    con_pin: Usuario, dispositivo: str, ahora: datetime
) -> None:
    def probar(pin: str) -> str:
        with pytest.raises(ErrorDeDominio) as error:
            entrar_con_pin(
                rut=con_pin.rut, pin=pin, dispositivo=dispositivo, ahora=ahora,
                actor=Actor(puerta=Puerta.API, ip="10.0.0.9"),
            )
        return error.value.codigo

    assert {probar(f"90{n:02}") for n in range(5)} == {"credenciales_invalidas"}
    assert probar(PIN) == "ingreso_frenado"


def test_revocada_la_caja_ya_no_se_entra(api: Api, con_pin: Usuario, ana: Usuario, dispositivo: str) -> None:
    (listado,) = api(ana).get("/dispositivos").json()
    assert api(ana).delete(f"/dispositivos/{listado['id_dispositivo']}").status_code == 200
    assert entrar(rut=con_pin.rut, pin=PIN, dispositivo=dispositivo).status_code == 401
    assert api(ana).delete(f"/dispositivos/{listado['id_dispositivo']}").status_code == 404


def test_un_administrador_quita_un_pin(api: Api, con_pin: Usuario, ana: Usuario, dispositivo: str) -> None:
    assert api(ana).delete(f"/users/{con_pin.rut}/pin").status_code == 200
    assert entrar(rut=con_pin.rut, pin=PIN, dispositivo=dispositivo).status_code == 401
    assert Registro.objects.filter(usuario=ana, mensaje__startswith="Quitó el PIN").exists()


def test_un_inactivo_no_entra_con_pin(con_pin: Usuario, dispositivo: str) -> None:
    Usuario.objects.filter(pk=con_pin.pk).update(estado="Inactivo")
    assert entrar(rut=con_pin.rut, pin=PIN, dispositivo=dispositivo).json()["codigo"] == "cuenta_inactiva"


def test_ponerlo_pide_la_contrasena(api: Api, carlos: Usuario) -> None:
    respuesta = api(carlos).put(f"/users/{carlos.rut}/pin", {"pin": PIN, "contrasena": "no es"})
    assert respuesta.status_code == 401
    carlos.refresh_from_db()
    assert carlos.pin == ""


def test_no_queda_escrito_en_ninguna_parte(con_pin: Usuario, dispositivo: str) -> None:
    assert PIN not in con_pin.pin
    assert DispositivoCaja.objects.get().resumen != dispositivo
    for registro in Registro.objects.all():
        dicho = f"{registro.mensaje} {registro.descripcion} {registro.cambios}"
        assert PIN not in dicho
        assert dispositivo not in dicho


@pytest.mark.parametrize(
    ("cuerpo", "estado"),
    [({"pin": PIN}, 200), ({"pin": "4072"}, 401), ({"contrasena": CONTRASENA}, 200),
     ({"contrasena": "no"}, 401), ({}, 400), ({"pin": PIN, "contrasena": CONTRASENA}, 400)],
)
def test_desbloquear_la_caja(api: Api, con_pin: Usuario, cuerpo: dict[str, str], estado: int) -> None:
    assert api(con_pin).post("/verificar-pin", cuerpo).status_code == estado


def test_el_admin_lista_y_revoca_las_cajas(ana: Usuario, con_pin: Usuario, dispositivo: str) -> None:
    panel = Client()
    panel.force_login(ana)
    caja = DispositivoCaja.objects.get()
    assert "Mesón" in panel.get(reverse("admin:usuarios_dispositivocaja_changelist")).content.decode()
    assert panel.post(reverse("admin:usuarios_dispositivocaja_revocar", args=[caja.pk])).status_code == 302
    caja.refresh_from_db()
    assert caja.revocado is not None
