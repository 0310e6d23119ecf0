"""Notificaciones y presencia por HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from registros.models import Registro
from usuarios.models import Notificacion, Presencia, ServidorTiempoReal, Sesion, Usuario
from usuarios.notificaciones import (
    RECUERDO_LEIDAS,
    Aviso,
    DestinatarioInexistente,
    borrar_leidas_viejas,
    enviar_mensaje,
    marcar_leida,
    notificar,
)
from usuarios.presencia import PLAZO
from usuarios.servicios import desactivar_usuario

pytestmark = pytest.mark.django_db

Api = Callable[[Usuario | None], APIClient]


@pytest.fixture
def avisar(ahora: datetime) -> Callable[..., list[Notificacion]]:
    def hacer(*usuarios: Usuario, titulo: str = "Hola") -> list[Notificacion]:
        with transaction.atomic():
            aviso = Aviso(tipo=Notificacion.Tipo.MENSAJE, titulo=titulo, mensaje="…")
            return notificar(usuarios=[u.pk for u in usuarios], avisos=[aviso], ahora=ahora)

    return hacer


def test_cada_uno_ve_las_suyas_de_la_mas_nueva_a_la_mas_vieja(api: Api, carlos, ana, avisar) -> None:
    for n in range(3):
        avisar(carlos, titulo=f"n{n}")
    avisar(ana)
    respuesta = api(carlos).get("/notificaciones?limit=2")
    assert [n["titulo"] for n in respuesta.json()] == ["n2", "n1"]
    assert respuesta["X-Total-Count"] == "3"
    assert set(respuesta.json()[0]) == {
        "id", "titulo", "mensaje", "tipo", "datos", "fecha_y_hora", "leida"
    }


def test_se_piden_solo_las_que_faltan_por_leer(api: Api, carlos, avisar) -> None:
    (leida,), (falta,) = avisar(carlos), avisar(carlos)
    respuesta = api(carlos).post(f"/notificaciones/{leida.pk}/leida")
    assert (respuesta.status_code, respuesta.json()["msg"]) == (200, "Notificación leída")
    assert respuesta.json()["leida"]
    for filtro, ids in (("true", [leida.pk]), ("false", [falta.pk])):
        assert [n["id"] for n in api(carlos).get(f"/notificaciones?leida={filtro}").json()] == ids
    assert api(carlos).get("/notificaciones?leida=si").status_code == 400


def test_un_administrador_manda_un_mensaje_y_queda_registrado(api: Api, ana, carlos) -> None:
    cuerpo = {"rut": "12.345.678-5", "titulo": "Cierre", "mensaje": "A las ocho"}
    respuesta = api(ana).post("/notificaciones", cuerpo)
    assert respuesta.status_code == 201
    assert respuesta.json()["msg"] == "Mensaje enviado"
    fila = Notificacion.objects.get()
    assert (fila.usuario, fila.datos) == (carlos, {"de": "Ana Araya"})
    registro = Registro.objects.get()
    assert "123456785" not in registro.mensaje
    assert registro.objeto_id == fila.pk


@pytest.mark.parametrize(
    "cambio", [{"rut": "1-9x"}, {"titulo": ""}, {"mensaje": "x" * 501}, {"titulo": None}, {"rut": None}]
)
def test_un_mensaje_mal_hecho_no_se_manda(api: Api, ana, carlos, cambio) -> None:
    cuerpo = {"rut": carlos.rut, "titulo": "a", "mensaje": "b"} | cambio
    respuesta = api(ana).post("/notificaciones", cuerpo)
    assert respuesta.status_code == 400
    assert next(iter(cambio)) in respuesta.json()["errores"]
    assert not Notificacion.objects.exists()


def test_no_se_escribe_a_quien_no_existe_o_esta_inactivo(
    ana, carlos, actor: Callable[[Usuario], Actor], ahora
) -> None:
    desactivar_usuario(actor=actor(ana), usuario_id=carlos.pk, ahora=ahora)
    for rut in (carlos.rut, "76192083-9"):
        with pytest.raises(DestinatarioInexistente):
            enviar_mensaje(actor=actor(ana), rut=rut, titulo="a", mensaje="b", ahora=ahora)


@pytest.mark.django_db(transaction=True)
def test_notificar_exige_la_transaccion_de_lo_que_la_causa(carlos, ahora) -> None:
    with pytest.raises(RuntimeError):
        notificar(usuarios=[carlos.pk], avisos=[], ahora=ahora)


def test_las_leidas_se_borran_con_el_tiempo_y_las_otras_no(carlos, avisar, ahora) -> None:
    (leida,), (falta,) = avisar(carlos), avisar(carlos)
    marcar_leida(usuario_id=carlos.pk, notificacion_id=leida.pk, ahora=ahora)
    assert borrar_leidas_viejas(ahora=ahora + RECUERDO_LEIDAS) == 0
    assert borrar_leidas_viejas(ahora=ahora + RECUERDO_LEIDAS + timedelta(seconds=1)) == 1
    assert list(Notificacion.objects.all()) == [falta]


@pytest.fixture
def navegador(ana: Usuario) -> Client:
    sentada = Client()
    sentada.force_login(ana)
    return sentada


def test_en_el_admin_se_manda_un_mensaje_y_se_ve_quien_lo_leyo(navegador: Client, carlos: Usuario) -> None:
    datos = {"usuario": carlos.pk, "titulo": "Cierre", "mensaje": "A las ocho"}
    respuesta = navegador.post("/admin/usuarios/notificacion/add/", datos)
    assert respuesta.status_code == 302
    fila = Notificacion.objects.get()
    assert (fila.usuario, fila.datos["de"]) == (carlos, "Ana Araya")
    assert "Cierre" in navegador.get("/admin/usuarios/notificacion/").content.decode()
    borrar = navegador.post(f"/admin/usuarios/notificacion/{fila.pk}/delete/", {"post": "yes"})
    assert borrar.status_code == 403


def test_en_el_admin_se_ve_quien_esta_conectado_ahora(
    navegador: Client, carlos: Usuario, clara: Usuario
) -> None:
    ahora = timezone.now()
    for usuario, visto in ((carlos, ahora), (clara, ahora - PLAZO - timedelta(seconds=1))):
        sesion = Sesion.objects.create(usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora)
        servidor = ServidorTiempoReal.objects.create(nombre="x", iniciado=ahora, visto=visto)
        Presencia.objects.create(
            servidor=servidor, usuario=usuario, sesion=sesion, transporte="websocket", desde=ahora
        )
    pagina = navegador.get("/admin/usuarios/presencia/").content.decode()
    assert "Carlos Cáceres" in pagina
    assert "Clara Núñez" not in pagina


def test_la_salud_dice_cuantos_sockets_hay_y_lo_que_el_canal_perdio(api: Api) -> None:
    ahora = timezone.now()
    servidor = ServidorTiempoReal.objects.create(
        nombre="x", iniciado=ahora, visto=ahora, perdidos=3, canal_activo=True
    )
    datos = api(None).get("/salud").json()
    assert datos["tiempo_real"] == {
        "servidores": 1, "conexiones": 0, "canal_activo": True, "mensajes_perdidos": 3
    }
    assert datos["partes"]["sockets"] == "bien"
    ServidorTiempoReal.objects.filter(pk=servidor.pk).update(canal_activo=False)
    respuesta = api(None).get("/salud")
    assert respuesta.status_code == 503
    assert "sockets" in respuesta.json()["errores"]
