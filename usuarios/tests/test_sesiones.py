"""Las sesiones: se renuevan de a una vez, y cuando terminan, terminan para todos sus tokens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.actor import Actor, Puerta
from registros.models import Registro, TipoRegistro
from usuarios.models import Sesion, Usuario
from usuarios.sesiones import (
    GRACIA,
    RECUERDO,
    SesionCerrada,
    TokenUsado,
    borrar_sesiones_viejas,
    refrescar,
)
from usuarios.tokens import leer_refresco

DESCONOCIDO = Actor(puerta=Puerta.API, ip="10.0.0.5")


@pytest.fixture
def adentro(carlos, entrar):
    return entrar(carlos).json()


def renovar(token):
    return APIClient().post("/token/refresh", {"refresh_token": token})


def test_el_refresco_da_un_par_nuevo_que_sirve(adentro, con_token):
    respuesta = renovar(adentro["refresh_token"])
    assert respuesta.status_code == 200
    nuevo = respuesta.json()
    assert set(nuevo) == {"msg", "access_token", "refresh_token"}
    assert nuevo["refresh_token"] != adentro["refresh_token"]
    assert con_token(nuevo["access_token"]).get("/profile").status_code == 200
    assert renovar(nuevo["refresh_token"]).status_code == 200


def test_repetirlo_al_tiro_se_rechaza_y_la_sesion_sigue(adentro):
    nuevo = renovar(adentro["refresh_token"]).json()
    repetido = renovar(adentro["refresh_token"])
    assert (repetido.status_code, repetido.json()["codigo"]) == (401, "token_usado")
    assert renovar(nuevo["refresh_token"]).status_code == 200


def test_repetirlo_mas_tarde_cierra_la_sesion_y_queda_registro(adentro, carlos, empujones):
    ahora = timezone.now()
    primero = adentro["refresh_token"]
    nuevo = refrescar(refresco=primero, actor=DESCONOCIDO, ahora=ahora)
    tarde = ahora + GRACIA + timedelta(seconds=1)
    with pytest.raises(TokenUsado):
        refrescar(refresco=primero, actor=DESCONOCIDO, ahora=tarde)
    with pytest.raises(SesionCerrada):
        refrescar(refresco=nuevo.refresco, actor=DESCONOCIDO, ahora=tarde)
    assert Registro.objects.get(tipo=TipoRegistro.SEGURIDAD).objeto_id == carlos.pk
    assert Sesion.objects.get().cerrada == tarde
    assert empujones == [carlos.pk]


def test_uno_de_hace_dos_vueltas_cierra_la_sesion_aunque_sea_al_tiro(adentro):
    ahora = timezone.now()
    primero = adentro["refresh_token"]
    segundo = refrescar(refresco=primero, actor=DESCONOCIDO, ahora=ahora)
    refrescar(refresco=segundo.refresco, actor=DESCONOCIDO, ahora=ahora)
    with pytest.raises(TokenUsado):
        refrescar(refresco=primero, actor=DESCONOCIDO, ahora=ahora)
    assert Sesion.objects.get().cerrada == ahora


def test_usarla_alarga_la_sesion(adentro, settings):
    ahora = timezone.now() + timedelta(days=10)
    refrescar(refresco=adentro["refresh_token"], actor=DESCONOCIDO, ahora=ahora)
    assert Sesion.objects.get().vence == ahora + settings.SESION_REFRESCO


@pytest.mark.parametrize("token", ["", "x", None, "a.b.c", 7, ["x"]])
@pytest.mark.django_db
def test_un_refresco_de_basura_se_rechaza_sin_enredos(token):
    assert renovar(token).status_code in (400, 401)


def test_el_token_de_acceso_no_refresca(adentro):
    assert renovar(adentro["access_token"]).status_code == 401


def test_salir_cierra_esa_sesion_y_no_las_otras(adentro, carlos, entrar, con_token, empujones):
    otra = entrar(carlos).json()
    respuesta = con_token(adentro["access_token"]).post(
        "/logout", {"refresh_token": adentro["refresh_token"]}
    )
    assert respuesta.status_code == 200
    assert respuesta.json() == {"msg": "Sesión cerrada"}
    assert con_token(adentro["access_token"]).get("/profile").status_code == 401
    assert renovar(adentro["refresh_token"]).json()["codigo"] == "sesion_cerrada"
    assert con_token(otra["access_token"]).get("/profile").status_code == 200
    assert empujones == [carlos.pk]


def test_salir_pide_token_y_no_cierra_la_sesion_de_otro(adentro, clara, entrar, con_token):
    ajena = entrar(clara).json()
    assert APIClient().post("/logout", {"refresh_token": ajena["refresh_token"]}).status_code == 401
    respuesta = con_token(adentro["access_token"]).post(
        "/logout", {"refresh_token": ajena["refresh_token"]}
    )
    assert respuesta.status_code == 401
    assert con_token(ajena["access_token"]).get("/profile").status_code == 200


def test_salir_con_un_refresco_ya_cambiado_se_rechaza(adentro, con_token):
    nuevo = renovar(adentro["refresh_token"]).json()
    cliente = con_token(nuevo["access_token"])
    respuesta = cliente.post("/logout", {"refresh_token": adentro["refresh_token"]})
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (401, "token_usado")
    assert cliente.get("/profile").status_code == 200


@pytest.mark.parametrize(
    "cambio",
    [{"contrasena": "Marraqueta-2026"}, {"estado": "Inactivo"}, {"tipo_usuario": "Cliente"},
     {"rut": "76192083-9"}],
)
def test_otra_clave_rol_estado_o_rut_dejan_fuera_todos_los_tokens(
    ana, api, adentro, carlos, entrar, con_token, empujones, cambio
):
    entrar(carlos)
    assert api(ana).put(f"/users/{carlos.rut}", cambio).status_code == 200
    assert con_token(adentro["access_token"]).get("/profile").status_code == 401
    assert renovar(adentro["refresh_token"]).status_code == 401
    assert not Sesion.objects.filter(cerrada=None).exists()
    assert empujones == [carlos.pk]


def test_cambiar_la_clave_propia_cierra_tambien_la_sesion_con_que_se_cambio(
    adentro, carlos, entrar, con_token
):
    cliente = con_token(adentro["access_token"])
    assert cliente.put(f"/users/{carlos.rut}", {"contrasena": "Marraqueta-2026"}).status_code == 200
    assert cliente.get("/profile").status_code == 401
    assert entrar(carlos).status_code == 401
    assert entrar(carlos, "Marraqueta-2026").status_code == 200


def test_cambiar_el_telefono_no_cierra_nada(adentro, carlos, con_token, empujones):
    cliente = con_token(adentro["access_token"])
    cliente.put(f"/users/{carlos.rut}", {"telefono": "22 555 0000"})
    assert cliente.get("/profile").json()["telefono"] == "22 555 0000"
    assert not empujones


def test_un_desactivado_queda_fuera_en_el_acto(ana, api, adentro, carlos, con_token):
    assert api(ana).delete(f"/users/{carlos.rut}").status_code == 200
    respuesta = con_token(adentro["access_token"]).get("/profile")
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (401, "sesion_cerrada")
    assert respuesta["WWW-Authenticate"].startswith("Bearer")


def test_cada_peticion_busca_la_sesion_y_su_usuario_en_una_consulta(
    adentro, con_token, django_assert_num_queries
):
    cliente = con_token(adentro["access_token"])
    with django_assert_num_queries(1):
        assert cliente.get("/profile").status_code == 200


def test_las_sesiones_terminadas_hace_tiempo_se_borran(adentro, carlos, entrar):
    entrar(carlos)
    ahora = timezone.now()
    sesion_id, _ = leer_refresco(adentro["refresh_token"])
    Sesion.objects.filter(pk=sesion_id).update(cerrada=ahora)
    assert borrar_sesiones_viejas(ahora=ahora + RECUERDO) == 0
    assert borrar_sesiones_viejas(ahora=ahora + RECUERDO + timedelta(seconds=1)) == 1
    assert Sesion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_de_cuatro_refrescos_a_la_vez_gana_uno_y_la_sesion_sigue(carlos, entrar):
    token = entrar(carlos).json()["refresh_token"]

    def uno(_: int) -> tuple[int, str]:
        try:
            respuesta = renovar(token)
            return respuesta.status_code, respuesta.json().get("refresh_token", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hilos:
        respuestas = sorted(hilos.map(uno, range(4)))
    assert [estado for estado, _ in respuestas] == [200, 401, 401, 401]
    assert renovar(respuestas[0][1]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ingresar_mientras_lo_desactivan_no_deja_una_sesion_abierta(ana, api, carlos, entrar):
    def ingresar(_: int) -> str:
        try:
            return entrar(carlos).json().get("access_token", "")
        finally:
            connection.close()

    def desactivar() -> None:
        try:
            api(ana).delete(f"/users/{carlos.rut}")
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as hilos:
        ingresos = [hilos.submit(ingresar, n) for n in range(4)]
        hilos.submit(desactivar).result()
        for ingreso in ingresos:
            ingreso.result()
    assert not Usuario.objects.get(pk=carlos.pk).is_active
    assert not Sesion.objects.filter(usuario=carlos, cerrada=None).exists()
