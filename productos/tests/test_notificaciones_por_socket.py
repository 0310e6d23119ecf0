"""Una notificación llega a cada dispositivo, en orden, y otra vez al conectarse hasta que se lea."""

import asyncio
import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.avisos import GRUPO_SOCKETS
from inventario.mantenimiento.tasks import latir
from productos.tests.clientes_socket import TRANSPORTES, ClienteSIO, abrir_sesion
from usuarios.models import Estado, Notificacion, Presencia, ServidorTiempoReal, Sesion, Usuario
from usuarios.notificaciones import Aviso, enviar_mensaje, marcar_leida, notificar
from usuarios.presencia import PLAZO, presentes
from usuarios.servicios import desactivar_usuario

pytestmark = pytest.mark.django_db(transaction=True)

SISTEMA = Actor.sistema(puerta=Puerta.COMANDO)


@sync_to_async
def mensaje(usuario, titulo="Hola"):
    return enviar_mensaje(
        actor=SISTEMA, rut=usuario.rut, titulo=titulo, mensaje="…", ahora=timezone.now()
    )


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_llega_a_cada_dispositivo_abierto(conectar, carlos, ana, por):
    uno, dos, ajeno = await conectar(carlos, por), await conectar(carlos), await conectar(ana)
    fila = await mensaje(carlos)
    for dispositivo in (uno, dos):
        llego = await dispositivo.esperar("notificacion")
        assert llego == {
            "id": fila.pk, "titulo": "Hola", "mensaje": "…", "tipo": "mensaje",
            "datos": {"de": "sistema"}, "fecha_y_hora": fila.fecha_y_hora.isoformat(),
        }
    assert await ajeno.silencio("notificacion")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_lo_perdido_llega_en_orden_en_cada_conexion_hasta_que_se_lea(conectar, carlos, por):
    ids = [(await mensaje(carlos, f"n{n}")).pk for n in range(5)]
    for _ in range(2):
        cliente = await conectar(carlos, por)
        assert [(await cliente.esperar("notificacion"))["id"] for _ in ids] == ids
        await cliente.irse()
    cliente = await conectar(carlos, por)
    for _ in ids:
        await cliente.esperar("notificacion")
    await cliente.decir("notificacion_leida", {"id": ids[0]})
    await asyncio.sleep(0.1)
    otro = await conectar(carlos)
    assert [(await otro.esperar("notificacion"))["id"] for _ in ids[1:]] == ids[1:]
    assert await otro.silencio("notificacion")


async def test_leerla_en_un_dispositivo_se_lo_dice_a_los_otros(conectar, carlos):
    fila = await mensaje(carlos)
    uno, dos = await conectar(carlos), await conectar(carlos, ClienteSIO)
    await uno.decir("notificacion_leida", {"id": fila.pk})
    assert await dos.esperar("notificacion_leida") == {"id": fila.pk}
    assert (await Notificacion.objects.aget()).leida is not None


@pytest.mark.parametrize("datos", [{}, {"id": "1"}, {"id": True}, {"id": 10**30}, {"id": -1}])
async def test_nadie_lee_lo_que_no_es_suyo_ni_lo_que_no_existe(conectar, carlos, ana, datos):
    ajena = await mensaje(ana)
    cliente = await conectar(carlos)
    await cliente.decir("notificacion_leida", datos)
    assert (await cliente.esperar("error"))["codigo"]
    await cliente.decir("notificacion_leida", {"id": ajena.pk})
    assert (await cliente.esperar("error"))["codigo"] == "no_existe"
    assert (await Notificacion.objects.aget()).leida is None


async def test_lo_que_no_se_confirma_no_se_manda(conectar, carlos):
    cliente = await conectar(carlos)

    @sync_to_async
    def deshacer():
        try:
            with transaction.atomic():
                aviso = Aviso(tipo=Notificacion.Tipo.MENSAJE, titulo="no", mensaje="no")
                notificar(usuarios=[carlos.pk], avisos=[aviso], ahora=timezone.now())
                raise RuntimeError
        except RuntimeError:
            pass

    await deshacer()
    assert await cliente.silencio("notificacion")


async def test_lo_que_nadie_empujo_se_encuentra_mirando_las_filas(conectar, carlos, rondas_cortas):
    """El trabajador de tareas del modo embebido no alcanza los sockets: sólo deja la fila."""
    cliente = await conectar(carlos)
    fila = await Notificacion.objects.acreate(
        usuario=carlos, tipo="mensaje", titulo="x", mensaje="y", fecha_y_hora=timezone.now()
    )
    assert (await cliente.esperar("notificacion"))["id"] == fila.pk
    assert await cliente.silencio("notificacion")


async def test_una_que_se_confirma_tarde_con_id_menor_tambien_llega(conectar, carlos, rondas_cortas):
    comun = {"usuario": carlos, "tipo": "mensaje", "titulo": "x", "mensaje": "y"}
    await Notificacion.objects.acreate(pk=900, fecha_y_hora=timezone.now(), **comun)
    cliente = await conectar(carlos)
    assert (await cliente.esperar("notificacion"))["id"] == 900
    await Notificacion.objects.acreate(pk=899, fecha_y_hora=timezone.now(), **comun)
    assert (await cliente.esperar("notificacion"))["id"] == 899


async def test_mas_de_un_lote_pendiente_llega_entero(conectar, carlos, monkeypatch):
    monkeypatch.setattr("usuarios.conexiones.central.LOTE", 3)
    vieja = timezone.now() - timedelta(days=3)
    await Notificacion.objects.abulk_create(
        Notificacion(usuario=carlos, tipo="mensaje", titulo=str(n), mensaje="", fecha_y_hora=vieja)
        for n in range(8)
    )
    cliente = await conectar(carlos)
    assert [(await cliente.esperar("notificacion"))["titulo"] for _ in range(8)] == list("01234567")
    nueva = await mensaje(carlos)
    assert (await cliente.esperar("notificacion"))["id"] == nueva.pk
    assert await cliente.silencio("notificacion")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_al_desactivar_a_alguien_sus_sockets_se_cierran_en_el_acto(conectar, carlos, ana, actor, por):
    cliente, de_ana = await conectar(carlos, por), await conectar(ana)

    @sync_to_async
    def desactivar():
        desactivar_usuario(actor=actor(ana), usuario_id=carlos.pk, ahora=timezone.now())

    await desactivar()
    assert (await cliente.esperar("error"))["codigo"] == "sesion_cerrada"
    await cliente.esperar_cierre()
    assert await de_ana.silencio("error")


async def test_cerrar_una_sesion_no_cierra_las_otras_del_mismo_usuario(conectar, carlos, rondas_cortas):
    sesion, token = await sync_to_async(abrir_sesion)(carlos)
    cerrado, abierto = await conectar(carlos, token=token), await conectar(carlos)
    await Sesion.objects.filter(pk=sesion.pk).aupdate(cerrada=timezone.now())
    assert await cerrado.esperar_cierre() == 4401
    assert await abierto.silencio("error")


async def test_el_token_puede_vencer_la_sesion_es_la_que_manda(conectar, carlos, settings, rondas_cortas):
    settings.SESION_ACCESO = timedelta(seconds=1)
    cliente = await conectar(carlos)
    await asyncio.sleep(1.3)
    await cliente.decir("scan_request", {"rut": carlos.rut})
    assert await cliente.esperar("scan_response")


async def test_un_usuario_desactivado_por_fuera_sale_en_la_ronda(conectar, carlos, rondas_cortas):
    cliente = await conectar(carlos)
    await Usuario.objects.filter(pk=carlos.pk).aupdate(estado=Estado.INACTIVO)
    assert await cliente.esperar_cierre() == 4401


async def test_la_presencia_de_un_proceso_muerto_de_golpe_caduca(conectar, carlos, ana, api, rondas_cortas):
    ahora = timezone.now()
    muerto = await ServidorTiempoReal.objects.acreate(
        id=uuid.uuid4(), nombre="muerto:1", iniciado=ahora, visto=ahora - PLAZO - timedelta(seconds=1)
    )
    sesion, _ = await sync_to_async(abrir_sesion)(ana)
    await Presencia.objects.acreate(
        servidor=muerto, usuario=ana, sesion=sesion, transporte="websocket", desde=ahora
    )
    await conectar(carlos)
    vivos = [p async for p in presentes(ahora=timezone.now())]
    assert [p.usuario for p in vivos] == [carlos]
    respuesta = await sync_to_async(api(ana).get)("/presencia")
    assert [p["rut"] for p in respuesta.json()] == [carlos.rut]
    for _ in range(30):
        await asyncio.sleep(0.1)
        if not await ServidorTiempoReal.objects.filter(pk=muerto.pk).aexists():
            break
    assert [p.usuario_id async for p in Presencia.objects.all()] == [carlos.pk]


async def test_un_proceso_que_estuvo_detenido_repone_su_presencia(conectar, carlos, rondas_cortas):
    await conectar(carlos)
    await ServidorTiempoReal.objects.all().adelete()
    for _ in range(30):
        await asyncio.sleep(0.1)
        if await Presencia.objects.aexists():
            break
    assert (await Presencia.objects.aget()).usuario_id == carlos.pk


async def test_un_canal_lleno_se_anota_y_lo_muestra_la_salud(
    conectar, carlos, api, ana, settings, rondas_cortas, caplog
):
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "inventario.base.capa.CapaEnMemoria", "CONFIG": {"capacity": 2}}
    }
    await sync_to_async(latir)()
    cliente = await conectar(carlos)
    # Sin ceder el turno: la central no alcanza a recoger, y el canal se llena.
    for _ in range(10):
        await get_channel_layer().group_send(GRUPO_SOCKETS, {"type": "notificaciones", "usuario": 0})
    assert "canal lleno" in caplog.text
    async with asyncio.timeout(10):
        while True:
            salud = (await sync_to_async(api(ana).get)("/salud")).json()
            if perdidos := salud["tiempo_real"]["mensajes_perdidos"]:
                break
    assert perdidos >= 7
    # Ni lo que se escribió mientras tanto se pierde: la fila se encuentra en la ronda.
    fila = await mensaje(carlos)
    assert (await cliente.esperar("notificacion"))["id"] == fila.pk


async def test_el_ultimo_que_se_va_apaga_la_central(conectar, carlos):
    cliente = await conectar(carlos)
    await cliente.irse()
    assert not await ServidorTiempoReal.objects.aexists()


async def test_marcar_leida_de_nuevo_conserva_la_primera_hora(carlos):
    fila = await mensaje(carlos)

    @sync_to_async
    def leer(cuando):
        return marcar_leida(usuario_id=carlos.pk, notificacion_id=fila.pk, ahora=cuando).leida

    primera = timezone.now()
    assert await leer(primera) == primera
    assert await leer(primera + timedelta(hours=1)) == primera
