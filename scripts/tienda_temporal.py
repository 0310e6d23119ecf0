"""Una tienda de verdad (servidor y tareas) en una carpeta que se borra, para probarla por fuera."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from stdnum.cl.rut import calc_check_digit

RAIZ = Path(__file__).resolve().parent.parent
ADMIN_RUT = "11.111.111-1"
CONTRASENA = "Prueba-al-azar-9"
CATEGORIA = "Abarrotes"


@dataclass
class Tienda:
    """Una tienda andando. ``bitacora`` es lo que han dicho sus procesos."""

    url: str
    bitacora: Path
    proceso: subprocess.Popen[bytes]
    entorno: dict[str, str]

    def ordenar(self, *orden: str) -> str:
        """Corre ``manage.py`` en esta tienda; devuelve lo que dijo, o falla con eso."""
        hecha = subprocess.run(
            [sys.executable, "manage.py", *orden], env=self.entorno, cwd=RAIZ, capture_output=True, text=True
        )
        if hecha.returncode:
            raise SystemExit(f"manage.py {' '.join(orden)}:\n{hecha.stdout}{hecha.stderr}")
        return hecha.stdout

    def entrar(self, rut: str) -> dict[str, Any]:
        """Abre una sesión; devuelve la respuesta de ``/login``."""
        respuesta = httpx.post(
            f"{self.url}/login", json={"rut": rut, "contrasena": CONTRASENA}, timeout=60
        )
        respuesta.raise_for_status()
        return dict(respuesta.json())

    def pedir(self, token: str, metodo: str, ruta: str, cuerpo: Any = None) -> Any:
        respuesta = httpx.request(
            metodo, self.url + ruta, json=cuerpo, timeout=60, headers={"Authorization": f"Bearer {token}"}
        )
        respuesta.raise_for_status()
        return respuesta.json()


def rut_de(cuerpo: int) -> str:
    """Un RUT que vale."""
    return f"{cuerpo}-{calc_check_digit(str(cuerpo))}"


@contextmanager
def tienda_temporal(**ambiente: str) -> Iterator[Tienda]:
    """Levanta una tienda sin límites de peticiones, y la cierra y borra al salir."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        puerto = libre.getsockname()[1]
    with tempfile.TemporaryDirectory() as carpeta, _base_propia() as base:
        entorno = os.environ | base | {
            "INVENTARIO_SIN_ENV": "1", "DATOS_DIR": carpeta, "PUERTO": str(puerto), "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(64), "HOSTS_PERMITIDOS": "127.0.0.1",
            "ADMIN_RUT": ADMIN_RUT, "ADMIN_CONTRASENA": CONTRASENA, "LIMITE_DIRECCION_MINUTO": "0",
            "LIMITE_DESCONOCIDO_MINUTO": "0", "LIMITE_USUARIO_MINUTO": "0", **ambiente,
        }
        orden = [sys.executable, "manage.py"]
        # Migrada antes, ya no es una base nueva: parte sin los datos de muestra.
        subprocess.run([*orden, "migrate", "-v0"], env=entorno, cwd=RAIZ, check=True)
        proceso = subprocess.Popen(
            [*orden, "iniciar"], env=entorno, cwd=RAIZ, stdout=subprocess.DEVNULL, start_new_session=True
        )
        tienda = Tienda(f"http://127.0.0.1:{puerto}", Path(carpeta) / "bitacora.log", proceso, entorno)
        try:
            _esperar(tienda)
            yield tienda
        finally:
            proceso.send_signal(signal.SIGTERM)
            try:
                proceso.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(proceso.pid, signal.SIGKILL)


@contextmanager
def _base_propia() -> Iterator[dict[str, str]]:
    """Con DB_HOST, una base de MariaDB que se borra al salir; sin él, nada: es SQLite, en la carpeta."""
    if not os.environ.get("DB_HOST"):
        yield {}
        return
    # Su cliente sólo está donde hay una MariaDB que usar.
    import MySQLdb

    nombre = f"{os.environ.get('DB_NAME', 'inventario')}_temporal_{os.getpid()}"
    conexion = MySQLdb.connect(
        host=os.environ["DB_HOST"], port=int(os.environ.get("DB_PORT", "3306")),
        user=os.environ.get("DB_USER", "inventario"), passwd=os.environ.get("DB_PASSWORD", ""),
    )
    try:
        conexion.cursor().execute(
            f"CREATE DATABASE `{nombre}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        )
        yield {"DB_NAME": nombre}
    finally:
        conexion.cursor().execute(f"DROP DATABASE IF EXISTS `{nombre}`")
        conexion.close()


def _esperar(tienda: Tienda) -> None:
    limite = time.monotonic() + 120
    while time.monotonic() < limite:
        try:
            if httpx.get(f"{tienda.url}/salud", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise SystemExit("la tienda no abrió:\n" + tienda.bitacora.read_text()[-3000:])


def poblar(tienda: Tienda) -> dict[str, str]:
    """Gente y algo de cada clase, por la API. Devuelve el token de cada rol."""
    admin = tienda.entrar(ADMIN_RUT)["access_token"]
    ruts = {"Cajero": rut_de(12345678), "Cliente": rut_de(21799760)}
    for tipo, rut in ruts.items():
        tienda.pedir(admin, "POST", "/register", {
            "rut": rut, "nombre": tipo, "apellido": "De Prueba", "contrasena": CONTRASENA,
            "correo": "", "telefono": "", "tipo_usuario": tipo, "estado": "Activo",
        })
    cajero, cliente = (tienda.entrar(rut) for rut in ruts.values())
    tienda.pedir(admin, "POST", "/categories", {"nombre_categoria": CATEGORIA})
    for numero in range(1, 6):
        tienda.pedir(admin, "POST", "/product", {
            "nombre": f"Producto {numero}", "precio_venta": 990 * numero, "stock": 1000,
            "categoria": CATEGORIA, "codigo_barras": f"P-{numero}",
        })
    tienda.pedir(admin, "POST", "/proveedores", {"nombre": "Distribuidora"})
    linea = {"id_producto": 1, "cantidad": 5, "costo_unitario": 500}
    compra = {"id_proveedor": 1, "numero_documento": "1", "productos": [linea]}
    tienda.pedir(admin, "POST", "/compras-detalle", compra)
    primera, *_ = [
        tienda.pedir(cajero["access_token"], "POST", "/ventas-detalle", {
            "id_cliente": cliente["usuario"]["id_usuario"], "id_forma_pago": 2, "id_tipodocumento": 1,
            "productos": [{"id_producto": numero, "cantidad": 2}],
        })
        for numero in range(1, 4)
    ]
    devolucion = f"/ventas/{primera['id_venta']}/devolucion"
    tienda.pedir(cajero["access_token"], "POST", devolucion, {"motivo": "Venía roto"})
    aviso = {"rut": ruts["Cajero"], "titulo": "Hola", "mensaje": "Prueba"}
    tienda.pedir(admin, "POST", "/notificaciones", aviso)
    return {
        "administrador": admin, "cajero": cajero["access_token"], "cliente": cliente["access_token"]
    }
