"""Quien queda fuera de la API queda fuera de los sockets en el acto, y nadie más."""

import pytest
from asgiref.sync import sync_to_async
from rest_framework.test import APIClient

from conftest import CONTRASENA
from productos.tests.clientes_socket import TRANSPORTES

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def entrar(usuario):
    datos = {"rut": usuario.rut, "contrasena": CONTRASENA}
    return APIClient().post("/login", datos).json()


@pytest.mark.parametrize("por", TRANSPORTES)
@pytest.mark.parametrize(
    ("metodo", "cuerpo"),
    [("delete", None), ("put", {"contrasena": "Marraqueta-2026"}), ("put", {"tipo_usuario": "cliente"})],
)
async def test_lo_que_cierra_las_sesiones_de_carlos_termina_sus_sockets(
    api, ana, carlos, por, metodo, cuerpo
):
    suyo = por((await entrar(carlos))["access_token"])
    ajeno = por((await entrar(ana))["access_token"])
    assert await suyo.conectar()
    assert await ajeno.conectar()
    respuesta = await sync_to_async(getattr(api(ana), metodo))(f"/users/{carlos.rut}", cuerpo)
    assert respuesta.status_code == 200
    assert await suyo.esperar_cierre()
    assert await ajeno.silencio("error")
    assert ajeno.cerrado is None
    await ajeno.irse()


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_salir_termina_los_sockets_de_esa_sesion_y_no_los_de_las_otras(carlos, por):
    una, otra = await entrar(carlos), await entrar(carlos)
    de_una, de_otra = por(una["access_token"]), por(otra["access_token"])
    assert await de_una.conectar()
    assert await de_otra.conectar()
    api = APIClient(HTTP_AUTHORIZATION=f"Bearer {una['access_token']}")
    respuesta = await sync_to_async(api.post)("/logout", {"refresh_token": una["refresh_token"]})
    assert respuesta.status_code == 200
    assert await de_una.esperar_cierre()
    assert await de_otra.silencio("error")
    assert de_otra.cerrado is None
    await de_otra.irse()
