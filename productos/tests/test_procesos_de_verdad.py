"""Procesos de verdad: el socket.io-client de npm, dos daphne sobre Redis, y qué pasa si cae algo."""

import contextlib
import http.client
import json
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from productos.models import CodigoBarras
from productos.servicios import DatosProducto, crear_categoria, crear_producto
from productos.tests.clientes_socket import abrir_sesion
from productos.tests.procesos import (
    ClienteNode,
    ClientePlano,
    Proceso,
    corriendo,
    puerto_libre,
    redis,
    servidor,
)
from usuarios.models import Notificacion, Usuario

pytestmark = [pytest.mark.lento, pytest.mark.django_db(transaction=True)]

con_node = pytest.mark.necesita("socket.io-client")
con_redis = pytest.mark.necesita("redis-server")

CODIGO = "2000000000015"


@pytest.fixture
def token(carlos: Usuario, ana: Usuario) -> str:
    actor, ahora = Actor.sistema(puerta=Puerta.COMANDO), timezone.now()
    crear_categoria(nombre="Abarrotes", actor=actor, ahora=ahora)
    datos = DatosProducto(
        nombre="Azúcar", codigo_barras=CODIGO, categoria="Abarrotes", precio_venta=1190,
        stock=Decimal(7), costo=Decimal(700),
    )
    crear_producto(datos=datos, actor=actor, ahora=ahora)
    return abrir_sesion(carlos)[1]


@dataclass
class Par:
    redis: Proceso
    uno: Proceso
    dos: Proceso


@pytest.fixture
def par(token: str) -> Iterator[Par]:
    """Dos servidores sobre un Redis propio, que se puede matar."""
    canal = redis(puerto_libre())
    url = f"redis://127.0.0.1:{canal.puerto}/0"
    uno, dos = (servidor(puerto_libre(), redis_url=url) for _ in range(2))
    with corriendo(canal, uno, dos):
        yield Par(canal, uno, dos)


@pytest.fixture
def solo(token: str) -> Iterator[Proceso]:
    """Un servidor en el modo embebido, con latidos cortos."""
    proceso = servidor(puerto_libre(), opciones=("--ping-interval", "1", "--ping-timeout", "2"))
    with corriendo(proceso):
        yield proceso


def _escanear_y_llegar(telefono, caja, rut: str) -> None:
    telefono.decir("barcode_scanned", {"barcode": CODIGO, "rut": rut})
    assert caja.esperar(f"barcode_update_{rut}")["producto"]["nombre"] == "Azúcar"


@con_node
@pytest.mark.parametrize(
    "transportes", ["websocket", "polling", pytest.param("", id="parte en polling y sube")]
)
def test_el_cliente_de_npm_conecta_y_escanea_por_cada_transporte(solo, token, carlos, transportes):
    telefono, caja = ClienteNode(solo.puerto, token, transportes), ClientePlano(solo.puerto, token)
    try:
        conectado = telefono.esperar("connect")
        if transportes:
            assert conectado["transporte"] == transportes
        else:
            assert telefono.esperar("upgrade")["transporte"] == "websocket"
        telefono.decir("scan_request", {"rut": carlos.rut})
        assert telefono.esperar("scan_response") == {"message": "Escaneo iniciado"}
        _escanear_y_llegar(telefono, caja, carlos.rut)
        telefono.decir("barcode_scanned", {"barcode": CODIGO, "rut": carlos.rut}, acuse=True)
        assert telefono.esperar("acuse")["producto"]["stock"] == 7
        _escanear_y_llegar(caja, telefono, carlos.rut)
        telefono.decir("barcode_scanned", {"barcode": CODIGO, "rut": "1-9"})
        assert telefono.esperar("error")["codigo"] == "rut_ajeno"
    finally:
        telefono.irse()
        caja.irse()


@con_node
def test_el_cliente_de_npm_sin_token_es_rechazado_y_sabe_por_que(solo):
    intruso = ClienteNode(solo.puerto, "basura")
    try:
        rechazo = intruso.esperar("connect_error")
        assert rechazo["datos"]["codigo"] == "token_invalido"
        assert rechazo["msg"] == rechazo["datos"]["msg"]
    finally:
        intruso.irse()


@con_node
def test_al_cliente_de_npm_se_le_manda_lo_que_se_perdio(solo, token, carlos):
    Notificacion.objects.create(
        usuario=carlos, tipo="mensaje", titulo="Hola", mensaje="…", fecha_y_hora=timezone.now()
    )
    telefono = ClienteNode(solo.puerto, token)
    try:
        assert telefono.esperar("notificacion")["titulo"] == "Hola"
    finally:
        telefono.irse()


@con_node
@con_redis
def test_se_oyen_entre_dos_procesos_y_por_los_dos_transportes(par, token, carlos):
    en_uno, en_dos = ClienteNode(par.uno.puerto, token), ClientePlano(par.dos.puerto, token)
    otro = ClienteNode(par.dos.puerto, token, "websocket")
    try:
        en_uno.esperar("connect")
        otro.esperar("connect")
        _escanear_y_llegar(en_uno, en_dos, carlos.rut)
        otro.esperar(f"barcode_update_{carlos.rut}")
        _escanear_y_llegar(en_dos, en_uno, carlos.rut)
    finally:
        for cliente in (en_uno, en_dos, otro):
            cliente.irse()


@con_redis
def test_la_segunda_pantalla_y_el_aviso_de_precio_cruzan_de_un_proceso_al_otro(par, token, carlos, ana):
    caja, pantalla = ClientePlano(par.uno.puerto, token), ClientePlano(par.dos.puerto, token)
    try:
        azucar = CodigoBarras.objects.get(codigo=CODIGO).producto_id
        pantalla.decir("venta_pedida", {})
        caja.esperar("venta_pedida")
        linea = {"id_producto": azucar, "nombre": "Azúcar", "cantidad": 2, "precio": 1190, "subtotal": 2380}
        caja.decir("venta_en_curso", {"lineas": [linea], "total": 2380, "estado": "en_curso"})
        assert pantalla.esperar("venta_en_curso")["total"] == 2380
        con = http.client.HTTPConnection("127.0.0.1", par.dos.puerto, timeout=5)
        con.request(
            "PUT", f"/product/barcode/{CODIGO}", json.dumps({"precio_venta": 1500}),
            {"Authorization": f"Bearer {abrir_sesion(ana)[1]}", "Content-Type": "application/json"},
        )
        assert con.getresponse().status == 200
        aviso = caja.esperar("notificacion")
        assert aviso["tipo"] == "precio"
        assert aviso["datos"]["productos"] == [
            {"id_producto": azucar, "nombre": "Azúcar", "precio_anterior": 1190, "precio_final": 1500}
        ]
    finally:
        caja.irse()
        pantalla.irse()


@con_redis
def test_sin_redis_la_tienda_sigue_y_los_sockets_lo_dicen_y_se_recuperan(par, token, carlos):
    telefono, caja = ClientePlano(par.uno.puerto, token), ClientePlano(par.dos.puerto, token)
    vecina = ClientePlano(par.uno.puerto, token)
    try:
        _escanear_y_llegar(telefono, caja, carlos.rut)
        par.redis.terminar(9)
        for cliente in (telefono, caja):
            assert cliente.esperar("error", 10)["codigo"] == "canal_caido"
        # En el mismo proceso se siguen oyendo, y el HTTP ni se entera.
        _escanear_y_llegar(telefono, vecina, carlos.rut)
        con = http.client.HTTPConnection("127.0.0.1", par.uno.puerto, timeout=5)
        con.request("GET", f"/product/barcode/{CODIGO}", headers={"Authorization": f"Bearer {token}"})
        assert con.getresponse().status == 200
        fila = Notificacion.objects.create(
            usuario=carlos, tipo="mensaje", titulo="x", mensaje="y", fecha_y_hora=timezone.now()
        )
        par.redis.partir()
        volvio = time.monotonic()
        for cliente in (telefono, caja):
            assert cliente.esperar("canal", 10)["activo"] is True
            assert cliente.esperar("notificacion", 10)["id"] == fila.pk
        assert time.monotonic() - volvio < 10
        _escanear_y_llegar(telefono, caja, carlos.rut)
        _escanear_y_llegar(caja, telefono, carlos.rut)
    finally:
        for cliente in (telefono, caja, vecina):
            cliente.irse()


@con_redis
@con_node
def test_si_muere_un_servidor_el_cliente_de_npm_vuelve_solo_cuando_hay_quien_atienda(par, token, carlos):
    telefono, caja = ClienteNode(par.uno.puerto, token), ClientePlano(par.dos.puerto, token)
    try:
        telefono.esperar("connect")
        _escanear_y_llegar(telefono, caja, carlos.rut)
        par.uno.terminar(9)
        telefono.esperar("disconnect")
        par.uno.partir()
        telefono.esperar("connect", 20)
        _escanear_y_llegar(telefono, caja, carlos.rut)
    finally:
        telefono.irse()
        caja.irse()


def test_un_telefono_muerto_se_corta_por_no_contestar(solo, token):
    """Un WebSocket que abre y no contesta los latidos: el servidor lo cierra él."""
    with socket.create_connection(("127.0.0.1", solo.puerto), 5) as mudo:
        clave = b64encode(b"0123456789abcdef").decode()
        mudo.sendall(
            f"GET /ws/escaneo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {clave}\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        mudo.settimeout(15)
        partida = time.monotonic()
        assert b" 101 " in mudo.recv(4096)
        with contextlib.suppress(ConnectionResetError):
            while mudo.recv(4096):
                pass
        assert time.monotonic() - partida < 12
