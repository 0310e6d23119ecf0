"""Lo que no se permite queda registrado; una inundación de intentos, no."""

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from registros import middleware
from registros.middleware import Cedazo
from registros.models import Registro, TipoRegistro

pytestmark = pytest.mark.django_db


class Reloj:
    def __init__(self) -> None:
        self.ahora = 5000.0

    def __call__(self) -> float:
        return self.ahora


@pytest.fixture(autouse=True)
def reloj(monkeypatch: pytest.MonkeyPatch) -> Reloj:
    reloj = Reloj()
    monkeypatch.setattr(middleware, "cedazo", Cedazo(reloj))
    return reloj


def seguridad() -> list[Registro]:
    return list(Registro.objects.filter(tipo=TipoRegistro.SEGURIDAD).order_by("id"))


def test_un_cajero_que_pide_lo_que_no_puede_queda_anotado(api, carlos):
    respuesta = api(carlos).get("/registros", headers={"User-Agent": "caja 1", "X-Request-ID": "p-1"})
    assert respuesta.status_code == 403
    [registro] = seguridad()
    assert registro.usuario == carlos
    assert registro.mensaje == "Rechazado (403): GET /registros"
    assert registro.descripcion == "sin_permiso"
    assert (registro.ip, registro.dispositivo, registro.peticion_id) == ("127.0.0.1", "caja 1", "p-1")


def test_el_rut_de_la_ruta_no_queda_entero(api, carlos, ana):
    assert api(carlos).delete("/users/11.111.111-1").status_code == 403
    [registro] = seguridad()
    assert registro.mensaje.endswith("DELETE /users/…1111")


def test_cien_iguales_son_uno_y_el_siguiente_dice_cuantos_hubo(api, carlos, reloj):
    cliente = api(carlos)
    for _ in range(100):
        cliente.get("/registros")
    assert len(seguridad()) == 1
    reloj.ahora += 61
    cliente.get("/registros")
    assert seguridad()[-1].descripcion == "sin_permiso; 99 más desde el anterior"


def test_lo_distinto_se_anota_aparte(api, carlos, clara):
    api(carlos).get("/registros")
    api(clara).get("/registros")
    api(carlos).get("/compras")
    assert [r.usuario_id for r in seguridad()] == [carlos.pk, clara.pk, carlos.pk]


def test_un_desconocido_deja_uno_por_hora_pida_lo_que_pida(reloj):
    cliente = APIClient()
    for n in range(20):
        cliente.get(f"/product/barcode/{n}")
        cliente.get("/users", headers={"Authorization": "Bearer inventado"})
    [registro] = seguridad()
    assert registro.usuario is None
    assert registro.ip == "127.0.0.1"
    reloj.ahora += 3601
    cliente.get("/users")
    assert len(seguridad()) == 2


def test_un_429_tambien_y_los_ingresos_se_registran_por_su_lado(settings, monkeypatch):
    settings.LIMITE_DESCONOCIDO_MINUTO = 1
    from inventario.base import limites

    monkeypatch.setattr(limites, "por_desconocido", limites.Ventana())
    cliente = APIClient()
    cliente.get("/products")
    cliente.get("/products")
    assert [r.mensaje for r in seguridad()] == [
        "Rechazado (401): GET /products", "Rechazado (429): GET /products",
    ]
    antes = len(seguridad())
    cliente.post("/login", {"rut": "217997607", "contrasena": "no es"})
    assert len(seguridad()) == antes


def test_hay_un_tope_por_hora_pase_lo_que_pase(monkeypatch, reloj):
    monkeypatch.setattr(middleware, "TOPE_POR_HORA", 5)
    cedazo = Cedazo(reloj)
    assert sum(cedazo.pasa((n,), 60) is not None for n in range(50)) == 5
    reloj.ahora += 3600
    assert cedazo.pasa((1,), 60) is not None


def test_si_no_se_puede_anotar_el_rechazo_sigue_siendo_un_rechazo(api, carlos, monkeypatch):
    def fallar(**_: object) -> None:
        raise OperationalError("se cayó")

    monkeypatch.setattr(middleware, "anotar_rechazo", fallar)
    assert api(carlos).get("/registros").status_code == 403


def test_lo_permitido_y_lo_que_no_existe_no_dejan_nada(api, ana):
    api(ana).get("/registros")
    api(ana).get("/no-existe")
    assert not seguridad()
