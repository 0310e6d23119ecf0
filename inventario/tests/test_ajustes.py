"""Los ajustes salen del entorno: con qué se parte, qué falta y cómo se arregla.

Cada caso es un proceso nuevo: los ajustes se leen una sola vez, al partir.
"""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

MOSTRAR = """
import json
from django.conf import settings as s
print(json.dumps({
    "clave": s.SECRET_KEY, "debug": s.DEBUG, "motor": s.DATABASES["default"]["ENGINE"],
    "canales": s.CHANNEL_LAYERS["default"]["BACKEND"], "hosts": s.ALLOWED_HOSTS, "puerto": s.PUERTO,
    "cors": s.CORS_ALLOWED_ORIGINS, "nombre": str(s.DATABASES["default"]["NAME"]),
}))
"""
# Como si el cliente de MariaDB estuviera o no, esté o no en esta máquina.
CON_CLIENTE = "import sys, types, importlib.machinery as m; x = types.ModuleType('MySQLdb'); \
x.__spec__ = m.ModuleSpec('MySQLdb', None); sys.modules['MySQLdb'] = x\n"
SIN_CLIENTE = "import importlib.util as u; f = u.find_spec\n\
u.find_spec = lambda n, *a: None if n == 'MySQLdb' else f(n, *a)\n"


def _correr(codigo: str, datos: Path, **entorno: str) -> subprocess.CompletedProcess[str]:
    limpio = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
    return subprocess.run(
        [sys.executable, "-c", codigo],
        cwd=settings.BASE_DIR,
        env=limpio | {
            "DJANGO_SETTINGS_MODULE": "inventario.settings", "INVENTARIO_SIN_ENV": "1",
            "DATOS_DIR": str(datos), **entorno,
        },
        capture_output=True, text=True, timeout=60, check=False,
    )


def _leer(datos: Path, **entorno: str) -> dict[str, object]:
    proceso = _correr(MOSTRAR, datos, **entorno)
    assert proceso.returncode == 0, proceso.stderr
    leido: dict[str, object] = json.loads(proceso.stdout)
    return leido


def test_embebido_crea_su_clave_y_la_conserva(tmp_path: Path) -> None:
    datos = tmp_path / "datos"
    primera, segunda = _leer(datos), _leer(datos)
    assert primera["clave"] == segunda["clave"]
    assert len(str(primera["clave"])) >= 64
    assert stat.S_IMODE((datos / "clave_secreta").stat().st_mode) == 0o600


def test_embebido_espera_al_disco_en_cada_confirmacion(tmp_path: Path) -> None:
    codigo = """
import django; django.setup()
from django.db import connection
with connection.cursor() as c:
    print(c.execute("PRAGMA synchronous").fetchone()[0], c.execute("PRAGMA journal_mode").fetchone()[0])
"""
    assert _correr(codigo, tmp_path).stdout.split() == ["2", "wal"]


def test_dos_procesos_que_parten_juntos_comparten_la_clave(tmp_path: Path) -> None:
    entorno = os.environ | {
        "DJANGO_SETTINGS_MODULE": "inventario.settings", "INVENTARIO_SIN_ENV": "1",
        "DATOS_DIR": str(tmp_path / "datos"), "SECRET_KEY": "", "DB_HOST": "", "REDIS_URL": "",
    }
    procesos = [
        subprocess.Popen(
            [sys.executable, "-c", MOSTRAR], cwd=settings.BASE_DIR, env=entorno, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    claves = {json.loads(proceso.communicate()[0])["clave"] for proceso in procesos}
    assert len(claves) == 1
    assert claves != {""}


def test_embebido_es_sqlite_sin_depurar_y_abierto_a_la_red_de_la_tienda(tmp_path: Path) -> None:
    leido = _leer(tmp_path)
    assert leido["motor"] == "django.db.backends.sqlite3"
    assert leido["nombre"] == str(tmp_path / "inventario.sqlite3")
    assert leido["canales"] == "inventario.base.capa.CapaEnMemoria"
    assert leido["debug"] is False
    assert leido["hosts"] == ["*"]
    assert leido["puerto"] == 5000


def test_en_produccion_sin_clave_no_parte_y_dice_como_hacer_una(tmp_path: Path) -> None:
    proceso = _correr(CON_CLIENTE + MOSTRAR, tmp_path, DB_HOST="db.example")
    assert proceso.returncode != 0
    assert "Falta SECRET_KEY" in proceso.stderr
    assert "secrets.token_urlsafe" in proceso.stderr
    assert not (tmp_path / "clave_secreta").exists()


def test_manage_py_lo_dice_sin_traza(tmp_path: Path) -> None:
    codigo = CON_CLIENTE + "import runpy, sys; sys.argv = ['manage.py', 'check']; \
runpy.run_path('manage.py', run_name='__main__')"
    proceso = _correr(codigo, tmp_path, DB_HOST="db.example")
    assert proceso.returncode == 1
    assert proceso.stderr.startswith("Falta SECRET_KEY")


def test_mariadb_sin_su_cliente_dice_que_instalar(tmp_path: Path) -> None:
    proceso = _correr(SIN_CLIENTE + MOSTRAR, tmp_path, DB_HOST="db.example", SECRET_KEY="x" * 50)
    assert proceso.returncode != 0
    assert "apt install default-libmysqlclient-dev pkg-config gcc" in proceso.stderr
    assert "pip install -r requirements.txt" in proceso.stderr


def test_produccion_sale_del_entorno(tmp_path: Path) -> None:
    proceso = _correr(
        CON_CLIENTE + MOSTRAR, tmp_path, DB_HOST="db.example", SECRET_KEY="x" * 50, DB_NAME="tienda",
        REDIS_URL="redis://r.example:6379/0", HOSTS_PERMITIDOS="tienda.example,www.tienda.example",
        CORS_ORIGENES="https://tienda.example", PUERTO="8080",
    )
    leido = json.loads(proceso.stdout)
    assert leido["motor"] == "inventario.base.mysql"
    assert leido["nombre"] == "tienda"
    assert leido["canales"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert leido["hosts"] == ["tienda.example", "www.tienda.example"]
    assert leido["cors"] == ["https://tienda.example"]
    assert leido["puerto"] == 8080


@pytest.mark.parametrize("puerto", ["abc", "5000.5", " "])
def test_un_puerto_que_no_es_numero_se_dice(tmp_path: Path, puerto: str) -> None:
    proceso = _correr(MOSTRAR, tmp_path, PUERTO=puerto)
    assert proceso.returncode != 0
    assert "PUERTO debe ser un número entero" in proceso.stderr


def test_quien_sirve_http_no_trae_los_sockets_ni_la_impresora(tmp_path: Path) -> None:
    codigo = """
import sys
import {}
print(*(modulo in sys.modules for modulo in ("twisted", "daphne.server", "escpos")))
"""
    assert _correr(codigo.format("inventario.wsgi"), tmp_path).stdout.split() == ["False"] * 3
    assert _correr(codigo.format("inventario.asgi"), tmp_path).stdout.split() == ["True", "True", "False"]
