"""El teléfono es el escáner: lo que lee le llega a las cajas de su dueño, por cualquier transporte."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import timezone

from inventario.asgi import application
from inventario.base.actor import Actor, Puerta
from inventario.base.fechas import dia_de
from productos.lector import Lector, leer_eventos
from productos.lecturas import Busqueda, Patrones
from productos.models import Producto
from productos.servicios import DatosProducto, crear_categoria, crear_producto
from productos.tests.clientes_socket import TRANSPORTES, ClienteSIO, ClienteWS, abrir_sesion
from usuarios.models import Estado, Presencia, Sesion, Usuario

pytestmark = pytest.mark.django_db(transaction=True)

@pytest.fixture
def despensa(ana: Usuario) -> dict[str, str]:
    """Un producto por unidad, uno por kilo y uno inactivo."""
    actor, ahora = Actor.sistema(puerta=Puerta.COMANDO), timezone.now()
    crear_categoria(nombre="Abarrotes", actor=actor, ahora=ahora)
    comun: dict[str, Any] = {"categoria": "Abarrotes", "precio_venta": 1190, "costo": Decimal(700)}
    for datos in (
        DatosProducto(nombre="Azúcar", codigo_barras="2000000000015", stock=Decimal(7), **comun),
        DatosProducto(nombre="Tomate", codigo_barras="00123", unidad="kg", stock=Decimal(9), **comun),
        DatosProducto(nombre="Viejo", codigo_barras="2000000000022", estado="Inactivo", **comun),
    ):
        crear_producto(datos=datos, actor=actor, ahora=ahora)
    return {"azucar": "2000000000015", "tomate": "2400123003458", "viejo": "2000000000022"}


@pytest.mark.parametrize("caja_por", TRANSPORTES)
@pytest.mark.parametrize("telefono_por", TRANSPORTES)
async def test_lo_que_el_telefono_lee_llega_a_la_caja(conectar, carlos, despensa, telefono_por, caja_por):
    telefono, caja = await conectar(carlos, telefono_por), await conectar(carlos, caja_por)
    await telefono.decir("barcode_scanned", {"barcode": despensa["azucar"], "rut": "12.345.678-5"})
    llego = await caja.esperar("barcode_update_123456785")
    assert llego["barcode"] == despensa["azucar"]
    assert llego["producto"]["nombre"] == "Azúcar"
    assert llego["producto"]["precio_final"] == 1190
    assert llego["producto"]["stock"] == 7
    assert await telefono.silencio("barcode_update_123456785")
    assert await telefono.esperar("barcode_result") == llego


async def test_la_ficha_es_la_misma_que_da_la_api(conectar, carlos, despensa, api):
    telefono, caja = await conectar(carlos), await conectar(carlos)
    await telefono.decir("barcode_scanned", {"barcode": despensa["azucar"], "rut": carlos.rut})
    llego = await caja.esperar(f"barcode_update_{carlos.rut}")
    respuesta = await sync_to_async(api(carlos).get)(f"/product/barcode/{despensa['azucar']}")
    esperada = {k: v for k, v in respuesta.json().items() if k != "msg"}
    assert llego["producto"] == esperada


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_pedir_el_escaneo_avisa_a_quien_llama_y_a_sus_otros_dispositivos(conectar, carlos, por):
    telefono, caja = await conectar(carlos, por), await conectar(carlos, ClienteSIO)
    await telefono.decir("scan_request", {"rut": carlos.rut})
    assert await telefono.esperar("scan_response") == {"message": "Escaneo iniciado"}
    assert await caja.esperar("scan_response") == {"message": "Escaneo iniciado"}


async def test_socket_io_recibe_su_acuse(conectar, carlos, despensa):
    telefono = await conectar(carlos, ClienteSIO)
    await telefono.decir("barcode_scanned", {"barcode": despensa["azucar"], "rut": carlos.rut}, acuse=7)
    await telefono.esperar("barcode_result")
    while not telefono.acuses:
        await telefono._recibir()
    assert telefono.acuses[0][0]["producto"]["nombre"] == "Azúcar"


async def test_un_codigo_desconocido_se_dice_con_producto_nulo(conectar, carlos, despensa):
    telefono, caja = await conectar(carlos), await conectar(carlos)
    for codigo in ("nada", "7801234567894"):
        await telefono.decir("barcode_scanned", {"barcode": codigo, "rut": carlos.rut})
        llego = await caja.esperar(f"barcode_update_{carlos.rut}")
        assert (llego["barcode"], llego["producto"], llego["resultado"]) == (codigo, None, "desconocido")


async def test_un_producto_inactivo_no_se_ofrece_y_se_dice_por_que(conectar, carlos, despensa):
    telefono, caja = await conectar(carlos), await conectar(carlos)
    await telefono.decir("barcode_scanned", {"barcode": despensa["viejo"], "rut": carlos.rut})
    llego = await caja.esperar(f"barcode_update_{carlos.rut}")
    assert (llego["producto"], llego["resultado"]) == (None, "inactivo")
    assert "Viejo" in llego["msg"]


async def test_una_etiqueta_de_balanza_trae_su_producto_y_su_peso(conectar, carlos, despensa):
    telefono, caja = await conectar(carlos), await conectar(carlos)
    await telefono.decir("barcode_scanned", {"barcode": despensa["tomate"], "rut": carlos.rut})
    llego = await caja.esperar(f"barcode_update_{carlos.rut}")
    assert llego["resultado"] == "etiqueta"
    assert (llego["producto"]["nombre"], llego["cantidad"]) == ("Tomate", 0.345)


async def test_un_codigo_mal_formado_se_contesta_solo_a_quien_lo_leyo(conectar, carlos, despensa):
    telefono, caja = await conectar(carlos), await conectar(carlos)
    for codigo in ("2000000000016", "  ", "", None, 3.5, "x" * 60, "códigoñ", ["1"]):
        await telefono.decir("barcode_scanned", {"barcode": codigo, "rut": carlos.rut})
        assert (await telefono.esperar("error"))["codigo"] == "codigo_invalido", codigo
    assert await caja.silencio(f"barcode_update_{carlos.rut}")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_nadie_escanea_con_el_rut_de_otro(conectar, carlos, ana, despensa, por):
    telefono, caja_de_ana = await conectar(carlos, por), await conectar(ana)
    await telefono.decir("barcode_scanned", {"barcode": despensa["azucar"], "rut": ana.rut})
    assert (await telefono.esperar("error"))["codigo"] == "rut_ajeno"
    await telefono.decir("scan_request", {"rut": ana.rut})
    assert (await telefono.esperar("error"))["codigo"] == "rut_ajeno"
    assert await caja_de_ana.silencio(f"barcode_update_{ana.rut}")
    assert await caja_de_ana.silencio("scan_response")


async def test_lo_de_carlos_no_llega_a_ana(conectar, carlos, ana, despensa):
    telefono, caja, ajena = await conectar(carlos), await conectar(carlos), await conectar(ana, ClienteSIO)
    await telefono.decir("barcode_scanned", {"barcode": despensa["azucar"], "rut": carlos.rut})
    await caja.esperar(f"barcode_update_{carlos.rut}")
    assert await ajena.silencio(f"barcode_update_{carlos.rut}")
    assert ajena.recibidos == []


async def test_los_codigos_llegan_en_el_orden_en_que_se_leyeron(conectar, carlos, despensa):
    telefono, caja = await conectar(carlos, ClienteSIO), await conectar(carlos)
    codigos = [f"cod-{n}" for n in range(30)]
    for codigo in codigos:
        await telefono.decir("barcode_scanned", {"barcode": codigo, "rut": carlos.rut})
    llegaron = [(await caja.esperar(f"barcode_update_{carlos.rut}"))["barcode"] for _ in codigos]
    assert llegaron == codigos


MALOS = [
    "no es json", "[]", "3", '{"datos": {}}', '{"evento": "otro", "datos": {}}', '{"evento": {"a": 1}}',
    '{"evento": "scan_request", "datos": []}', '{"evento": "scan_request"}',
    '{"evento": "scan_request", "datos": {"rut": "12345678-9"}}', "[" * 3000,
]


async def test_un_mensaje_malo_se_contesta_y_la_conexion_sigue(conectar, carlos):
    telefono = await conectar(carlos)
    for crudo in MALOS:
        await telefono.crudo(crudo)
        assert (await telefono.esperar("error"))["msg"], crudo
    await telefono.decir("scan_request", {"rut": carlos.rut})
    assert await telefono.esperar("scan_response")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_un_mensaje_enorme_se_contesta_y_cierra(conectar, carlos, por):
    telefono = await conectar(carlos, por)
    await telefono.decir("barcode_scanned", {"barcode": "1" * 5000, "rut": carlos.rut})
    assert (await telefono.esperar("error"))["codigo"] == "mensaje_muy_grande"
    await telefono.esperar_cierre()


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_demasiados_mensajes_por_segundo_se_contestan_y_cierran(conectar, carlos, por):
    telefono = await conectar(carlos, por)
    for _ in range(60):
        await telefono.decir("scan_request", {"rut": carlos.rut})
    assert (await telefono.esperar("error"))["codigo"] == "demasiados_mensajes"
    await telefono.esperar_cierre()


@pytest.mark.parametrize("en_cabecera", [True, False])
async def test_el_token_va_en_la_cabecera_o_en_el_subprotocolo(conectar, carlos, en_cabecera):
    telefono = await conectar(carlos, en_cabecera=en_cabecera)
    assert telefono.subprotocolo == (None if en_cabecera else "bearer")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_sin_un_token_que_valga_no_se_entra(carlos, por):
    for token in (None, "", "basura", "a.b.c"):
        cliente = por(token)
        assert not await cliente.conectar()
        if por is ClienteSIO:
            assert cliente.rechazo["data"]["codigo"] in ("no_autenticado", "token_invalido")


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_con_la_sesion_cerrada_o_el_usuario_inactivo_no_se_entra(carlos, por):
    sesion, token = await sync_to_async(abrir_sesion)(carlos)
    await Usuario.objects.filter(pk=carlos.pk).aupdate(estado=Estado.INACTIVO)
    assert not await por(token).conectar()
    await Usuario.objects.filter(pk=carlos.pk).aupdate(estado=Estado.ACTIVO)
    await Sesion.objects.filter(pk=sesion.pk).aupdate(cerrada=timezone.now())
    assert not await por(token).conectar()


@pytest.mark.parametrize("por", TRANSPORTES)
async def test_solo_entran_paginas_de_la_casa(carlos, settings, por):
    settings.CORS_ALLOWED_ORIGINS = ["https://web.cl"]
    _, token = await sync_to_async(abrir_sesion)(carlos)
    for origen, entra in (("https://web.cl", True), ("https://mala.cl", False)):
        cliente = por(token, cabeceras={"host": "tienda.cl", "origin": origen})
        assert await cliente.conectar() is entra
        if entra:
            await cliente.irse()


async def test_otra_direccion_de_websocket_se_rechaza(carlos):
    _, token = await sync_to_async(abrir_sesion)(carlos)
    assert not await ClienteWS(token, ruta="/ws/otra").conectar()


async def test_los_sockets_de_un_usuario_tienen_tope(conectar, carlos, monkeypatch):
    monkeypatch.setattr("usuarios.presencia.SOCKETS_POR_USUARIO", 2)
    await conectar(carlos)
    await conectar(carlos, ClienteSIO)
    _, token = await sync_to_async(abrir_sesion)(carlos)
    tercero = await conectar(carlos, token=token)
    assert (await tercero.esperar("error"))["codigo"] == "demasiados_sockets"
    assert await tercero.esperar_cierre() == 4429
    cuarto = ClienteSIO(token)
    assert not await cuarto.conectar()
    assert cuarto.rechazo["data"]["codigo"] == "demasiados_sockets"


async def test_la_presencia_dice_quien_esta_y_se_borra_al_irse(conectar, carlos):
    cliente = await conectar(carlos, cabeceras={"user-agent": "Teléfono".encode().decode("latin-1")})
    fila = await Presencia.objects.select_related("usuario").aget()
    assert (fila.usuario, fila.transporte, fila.ip) == (carlos, "websocket", "127.0.0.1")
    await cliente.irse()
    assert await Presencia.objects.acount() == 0


def test_una_lectura_cuesta_a_lo_mas_una_consulta(despensa, django_assert_num_queries):
    patrones = Patrones()
    patrones.releer()
    hoy = dia_de(timezone.now())
    for codigo in [*despensa.values(), "nada"]:
        with django_assert_num_queries(1):
            Busqueda([codigo], patrones=patrones, hoy=hoy).encontrar()
    with django_assert_num_queries(0):
        Busqueda(["2000000000016"], patrones=patrones, hoy=hoy).encontrar()
    with django_assert_num_queries(1):
        Busqueda([*despensa.values(), "nada"], patrones=patrones, hoy=hoy).encontrar()


async def test_muchas_lecturas_a_la_vez_se_buscan_juntas(despensa, monkeypatch):
    tandas: list[list[str]] = []

    def contar(busqueda):
        tandas.append(list(busqueda.codigos))
        return leer_eventos(busqueda)

    monkeypatch.setattr("productos.lector.leer_eventos", contar)
    propio = Lector()
    codigos = [f"cod-{n}" for n in range(40)] + [despensa["azucar"]] * 3
    leidos = await asyncio.gather(*(propio.leer(codigo) for codigo in codigos))
    assert [leido["barcode"] for leido in leidos] == codigos
    assert leidos[-1]["producto"]["nombre"] == "Azúcar"
    assert len(tandas) <= 2


async def test_cada_lectura_trae_el_stock_de_ese_momento(despensa):
    propio = Lector()
    for queda in (7, 6, 5, 4):
        await Producto.objects.filter(nombre="Azúcar").aupdate(stock=queda)
        assert (await propio.leer(despensa["azucar"]))["producto"]["stock"] == queda
        await asyncio.sleep(0.05)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="la base embebida no se espera: se lee")
async def test_una_lectura_suelta_no_ocupa_un_hilo(despensa, monkeypatch):
    propio, por_el_hilo = Lector(), []

    def contar(busqueda):
        por_el_hilo.append(list(busqueda.codigos))
        return leer_eventos(busqueda)

    monkeypatch.setattr("productos.lector.leer_eventos", contar)
    await propio.preparar()
    # La primera de cada forma arma la consulta.
    await propio.leer("nada")
    azucar, nada = await propio.leer(despensa["azucar"]), await propio.leer("nada")
    assert (azucar["producto"]["nombre"], nada["resultado"]) == ("Azúcar", "desconocido")
    assert por_el_hilo in ([], [["nada"]])


async def test_quien_se_va_a_medio_leer_no_le_deja_su_lectura_a_otro(despensa):
    propio = Lector()
    await propio.preparar()
    for _ in range(5):
        se_va = asyncio.create_task(propio.leer(despensa["azucar"]))
        await asyncio.sleep(0)
        se_va.cancel()
        otro, despues = await asyncio.gather(propio.leer("nada"), propio.leer(despensa["tomate"]))
        assert (otro["barcode"], otro["resultado"]) == ("nada", "desconocido")
        assert despues["producto"]["nombre"] == "Tomate"
        await asyncio.sleep(0.05)


async def test_una_lectura_que_falla_no_deja_esperando_a_las_otras(despensa, monkeypatch):
    def romper(busqueda):
        raise RuntimeError("sin base")

    propio = Lector()
    monkeypatch.setattr("productos.lector.leer_eventos", romper)
    fallidas = await asyncio.gather(propio.leer("a"), propio.leer("b"), return_exceptions=True)
    assert all(isinstance(error, RuntimeError) for error in fallidas)
    monkeypatch.undo()
    assert (await propio.leer("a"))["resultado"] == "desconocido"


async def test_un_cliente_de_polling_que_no_recoge_se_corta(conectar, carlos, monkeypatch):
    monkeypatch.setattr("productos.socketio.COLA_MAXIMA", 5)
    _, token = await sync_to_async(abrir_sesion)(carlos)
    via = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=via, base_url="http://tienda.cl") as lento:
        ruta = "/socket.io/?EIO=4&transport=polling"
        saludo = await lento.get(ruta)
        ruta += "&sid=" + json.loads(saludo.text[1:])["sid"]
        await lento.post(ruta, content="40" + json.dumps({"token": token}))
        assert (await lento.get(ruta)).text.startswith("40")
        otro = await conectar(carlos)
        for n in range(12):
            if n == 3:
                # Recogiendo no se le corta: llegó lo que había.
                assert "scan_response" in (await lento.get(ruta)).text
            await otro.decir("scan_request", {"rut": carlos.rut})
            await otro.esperar("scan_response")
        assert [p.transporte async for p in Presencia.objects.all()] == ["websocket"]
        assert (await lento.get(ruta)).status_code == 400
