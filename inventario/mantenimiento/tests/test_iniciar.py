"""``manage.py iniciar``: abre la tienda en un comando, la cierra entera y dice cómo arreglar una falla."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from inventario.mantenimiento.arranque import NoSePuedeAbrir, contesta, direcciones, tomar_puerto
from productos.tests.procesos import puerto_libre

Abrir = Callable[..., "subprocess.Popen[str]"]


def test_el_puerto_tomado_se_hereda_y_escucha() -> None:
    with tomar_puerto(0) as puerto:
        assert puerto.get_inheritable()
        socket.create_connection(("127.0.0.1", puerto.getsockname()[1])).close()


def test_un_puerto_ocupado_se_dice_con_la_salida() -> None:
    with tomar_puerto(0) as puerto:
        numero = puerto.getsockname()[1]
        with pytest.raises(NoSePuedeAbrir, match=f"{numero} ya está ocupado") as fallo:
            tomar_puerto(numero)
        assert f"PUERTO={numero + 1} make run" in str(fallo.value)


@pytest.mark.parametrize("numero", [-1, 70_000])
def test_un_puerto_que_no_existe_se_dice(numero: int) -> None:
    with pytest.raises(NoSePuedeAbrir, match="no existe"):
        tomar_puerto(numero)


def test_las_direcciones_parten_por_este_equipo() -> None:
    assert direcciones(5000)[0] == "http://localhost:5000"


def test_nadie_contesta_en_un_puerto_cerrado() -> None:
    with tomar_puerto(0) as puerto:
        numero = puerto.getsockname()[1]
    assert not contesta(numero)


# --- de verdad, con sus procesos ---------------------------------------------------------


def _salud(puerto: int) -> dict[str, str]:
    limite = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{puerto}/salud", timeout=5) as respuesta:
                leido: dict[str, str] = json.load(respuesta)["partes"]
                return leido
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < limite, "nunca respondió sana"
            time.sleep(0.1)


def _descendientes(pid: int) -> set[int]:
    hijos = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(h) for h in hijos} | {n for h in hijos for n in _descendientes(int(h))}


def _siguen(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@pytest.fixture
def abrir(tmp_path: Path) -> Iterator[Abrir]:
    abiertos = []

    def iniciar(puerto: int, **opciones: object) -> subprocess.Popen[str]:
        entorno = {k: v for k, v in os.environ.items() if not k.startswith(("DB_", "REDIS", "SECRET"))}
        entorno |= {
            "DJANGO_SETTINGS_MODULE": "inventario.settings", "INVENTARIO_SIN_ENV": "1",
            "DATOS_DIR": str(tmp_path), "PUERTO": str(puerto),
        }
        proceso = subprocess.Popen(
            [sys.executable, "manage.py", "iniciar"], cwd=settings.BASE_DIR, env=entorno,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **opciones,  # type: ignore[call-overload]
        )
        abiertos.append(proceso)
        return proceso  # type: ignore[no-any-return]

    yield iniciar
    for proceso in abiertos:
        if proceso.poll() is None:
            proceso.terminate()
            proceso.wait(timeout=30)


def _cerrar(proceso: "subprocess.Popen[str]") -> str:
    familia = _descendientes(proceso.pid)
    assert familia
    proceso.send_signal(signal.SIGINT)
    dicho, _ = proceso.communicate(timeout=30)
    assert proceso.returncode == 0, dicho
    assert not _siguen(familia)
    return dicho


def _contar(base: Path) -> dict[str, int]:
    with sqlite3.connect(base) as conexion:
        return {
            tabla: conexion.execute(f"SELECT count(*) FROM {tabla}").fetchone()[0]  # noqa: S608
            for tabla in ("usuarios_usuario", "productos_producto", "ventas_venta", "registros_registro")
        }


@pytest.mark.lento
@pytest.mark.skipif(sys.platform != "linux", reason="mira /proc")
def test_abre_se_cierra_sin_huerfanos_y_la_segunda_vez_no_cambia_nada(
    abrir: Abrir, tmp_path: Path
) -> None:
    puerto = puerto_libre()
    primera = abrir(puerto)
    assert set(_salud(puerto).values()) == {"bien"}
    with urllib.request.urlopen(f"http://127.0.0.1:{puerto}/docs") as pagina:
        assert b"swagger" in pagina.read()
    dicho = _cerrar(primera)
    assert f"http://localhost:{puerto}" in dicho
    assert "/docs" in dicho
    assert "Primer Administrador" in dicho
    assert "Contraseña de todas" in dicho
    assert "La tienda está cerrada." in dicho
    antes = _contar(tmp_path / "inventario.sqlite3")
    assert antes["productos_producto"] == 150
    with sqlite3.connect(tmp_path / "inventario.sqlite3") as conexion:
        assert conexion.execute("SELECT exige_turno FROM base_tienda").fetchone() == (1,)

    partio = time.monotonic()
    segunda = abrir(puerto)
    _salud(puerto)
    assert time.monotonic() - partio < 30
    dicho = _cerrar(segunda)
    assert "Contraseña" not in dicho
    assert _contar(tmp_path / "inventario.sqlite3") == antes


@pytest.mark.lento
@pytest.mark.skipif(sys.platform != "linux", reason="mira /proc")
def test_sirve_aunque_nadie_lea_su_salida_y_levanta_lo_que_cae(abrir: Abrir) -> None:
    puerto = puerto_libre()
    proceso = abrir(puerto)
    assert proceso.stdout is not None
    # Desde aquí nadie lee más. Antes de abrir, una caída no se repara: se cuenta y no se abre.
    while "Ctrl-C" not in proceso.stdout.readline():
        assert proceso.poll() is None
    _salud(puerto)
    servidor = next(
        pid for pid in _descendientes(proceso.pid)
        if b"daphne" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(servidor, signal.SIGKILL)
    # El puerto sigue tomado: la petición espera al servidor nuevo, nadie ve un rechazo.
    assert set(_salud(puerto).values()) == {"bien"}
    assert servidor not in _descendientes(proceso.pid)
    # Miles de peticiones no llenan la tubería que nadie vacía.
    for _ in range(300):
        _salud(puerto)
    assert "Cayó el servidor" in _cerrar(proceso)


@pytest.mark.lento
def test_con_el_puerto_ocupado_no_toca_nada(abrir: Abrir, tmp_path: Path) -> None:
    with tomar_puerto(0) as ocupado:
        numero = ocupado.getsockname()[1]
        proceso = abrir(numero)
        dicho, _ = proceso.communicate(timeout=30)
    assert proceso.returncode == 1
    assert f"El puerto {numero} ya está ocupado" in dicho
    assert "Traceback" not in dicho
    assert not (tmp_path / "inventario.sqlite3").exists()
