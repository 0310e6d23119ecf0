"""Con un daphne de verdad: un cuerpo enorme se corta mientras llega, venga o no con su largo."""

import socket
import sys
from collections.abc import Iterator

import pytest

from productos.tests.procesos import Proceso, corriendo, puerto_libre

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def puerto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    numero = puerto_libre()
    servidor = Proceso(
        [sys.executable, "-m", "daphne", "-v", "0", "-p", str(numero), "inventario.asgi:application"],
        puerto=numero,
        entorno={
            "DJANGO_SETTINGS_MODULE": "inventario.settings_pruebas",
            "DATOS_DIR": str(tmp_path_factory.mktemp("datos")),
        },
    )
    with corriendo(servidor):
        yield numero


def mandar(puerto: int, cabecera: str, trozo: bytes, veces: int) -> tuple[bytes, int]:
    """Manda ``trozo`` hasta que el servidor corte. Devuelve su respuesta y cuánto alcanzó a mandar."""
    conexion = socket.create_connection(("127.0.0.1", puerto), timeout=10)
    mandados = 0
    with conexion:
        lineas = ["POST /login HTTP/1.1", "Host: localhost", "Content-Type: application/json", cabecera]
        conexion.sendall("\r\n".join([*lineas, "", ""]).encode())
        try:
            for _ in range(veces):
                conexion.sendall(trozo)
                mandados += len(trozo)
        except OSError:
            pass
        try:
            return conexion.recv(65536), mandados
        except OSError:
            return b"", mandados


def test_si_el_largo_ya_es_demasiado_no_espera_el_cuerpo(puerto):
    respuesta, _ = mandar(puerto, f"Content-Length: {500 * MIB}", b"", 0)
    assert respuesta.startswith(b"HTTP/1.1 413")
    assert b"cuerpo_demasiado_grande" in respuesta


def test_en_trozos_y_sin_largo_se_corta_en_el_tope(puerto):
    trozo = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    respuesta, mandados = mandar(puerto, "Transfer-Encoding: chunked", trozo, 8000)
    assert respuesta.startswith(b"HTTP/1.1 413") or not respuesta
    assert mandados < 50 * MIB


def test_despues_de_eso_el_servidor_sigue_atendiendo(puerto):
    respuesta, _ = mandar(puerto, "Content-Length: 2\r\nConnection: close", b"{}", 1)
    assert respuesta.startswith(b"HTTP/1.1 400")
    assert b'"codigo"' in respuesta
