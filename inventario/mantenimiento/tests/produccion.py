"""Un servidor entero en esta máquina con lo que hay en ``deploy/``, sobre una copia del repositorio.

Se usan las unidades, los dos bloques de nginx con su TLS y ``actualizar.sh`` tal como están; en
la copia sólo cambian los puertos y las carpetas, y el certificado es propio.
"""

import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from websockets.exceptions import InvalidStatus

from inventario.mantenimiento.tests.otra_base import OtraBase, otra_base
from productos.tests.procesos import ClientePlano, puerto_libre

BIN = Path(sys.executable).parent
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PUERTOS = ("8001", "8002", "9001", "9002", "443", "80")
UNIDADES = (
    "inventario-web@8001", "inventario-web@8002", "inventario-sockets@9001", "inventario-sockets@9002",
    "inventario-tareas@1", "inventario-tareas@2",
)


class Produccion:
    """El despliegue, y lo que quien lo cuida puede hacerle."""

    def __init__(self, base: OtraBase, carpeta: Path) -> None:
        self.base, self.carpeta = base, carpeta
        self.puertos = {puerto: str(puerto_libre()) for puerto in PUERTOS}
        self.url = f"https://127.0.0.1:{self.puertos['443']}"
        self.opt, self.corriendo = carpeta / "opt", carpeta / "corriendo"
        self.certificado = carpeta / "fullchain.pem"
        self._certificar()
        self.confianza = ssl.create_default_context(cafile=str(self.certificado))
        self.entorno = base.entorno | {
            "AJUSTES": str(carpeta / "inventario.env"), "UNIDADES": str(self.opt / "deploy" / "systemd"),
            "CORRIENDO": str(self.corriendo),
            "SSL_CERT_FILE": str(self.certificado),
            "PATH": f"{carpeta / 'bin'}:{os.environ['PATH']}:/usr/sbin",
        }
        for nombre in ("bin", "corriendo"):
            (carpeta / nombre).mkdir()
        self._copiar()
        self._ajustar()
        self._hacer_de_root()

    def unidad(self, nombre: str) -> str:
        """El nombre de una unidad con el puerto que le tocó aquí."""
        plantilla, instancia = nombre.split("@")
        return f"{plantilla}@{self.puertos.get(instancia, instancia)}"

    def puerto(self, nombre: str) -> int:
        """El que atiende esa unidad."""
        return int(self.unidad(nombre).split("@")[1])

    def entrar_por_socket(self, token: str, *, plazo_s: float, **como: Any) -> ClientePlano:
        """Un aparato se conecta por nginx: comprueba el certificado e insiste mientras no haya quién atienda.

        Raises:
            InvalidStatus: no se lo deja entrar, o pasados ``plazo_s`` sigue sin haber quién.
        """
        limite = time.monotonic() + plazo_s
        while True:
            try:
                return ClientePlano(self.url.replace("https", "wss"), token, ssl=self.confianza, **como)
            except InvalidStatus as negado:
                if negado.response.status_code != httpx.codes.BAD_GATEWAY or time.monotonic() > limite:
                    raise
                time.sleep(0.2)

    def systemctl(self, verbo: str, *unidades: str) -> None:
        self.correr("systemctl", verbo, *map(self.unidad, unidades))

    def correr(self, *orden: str) -> str:
        """Corre una orden en el servidor, como root; devuelve lo que dijo."""
        hecho = subprocess.run(
            orden, cwd=self.opt, env=self.entorno, capture_output=True, text=True, timeout=1200
        )
        dicho = hecho.stdout + hecho.stderr
        assert hecho.returncode == 0, dicho + self.bitacora()[-3000:]
        return dicho

    def bitacora(self) -> str:
        """Lo que dijeron todos los procesos."""
        return "".join(archivo.read_text() for archivo in sorted(self.corriendo.glob("*.log")))

    def numero(self, unidad: str) -> str:
        """El proceso que hoy corre esa unidad."""
        return (self.corriendo / self.unidad(unidad)).read_text()

    def etiquetar(self, etiqueta: str) -> None:
        """Confirma lo que haya en la copia y le pone una etiqueta."""
        quien = ("-c", "user.name=Prueba", "-c", "user.email=prueba@tienda.example")
        self.correr("git", "add", "-A")
        self.correr("git", *quien, "commit", "-qm", etiqueta)
        self.correr("git", "tag", etiqueta)

    def _certificar(self) -> None:
        subprocess.run(
            [str(shutil.which("openssl")), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=tienda", "-addext", "subjectAltName=DNS:tienda.example,IP:127.0.0.1",
             "-keyout", str(self.carpeta / "privkey.pem"), "-out", str(self.certificado)],
            check=True, capture_output=True,
        )

    def _copiar(self) -> None:
        ajeno = (".git", ".venv", ".env", "datos", "node_modules", "__pycache__", ".*_cache")
        shutil.copytree(settings.BASE_DIR, self.opt, ignore=shutil.ignore_patterns(*ajeno))
        (self.opt / ".venv").symlink_to(BIN.parent)
        cambios = {
            "/opt/inventario": str(self.opt), "/etc/inventario/inventario.env": self.entorno["AJUSTES"],
            "/etc/letsencrypt/live/tienda.example": str(self.carpeta),
            "    listen [::]:80;\n": "", "    listen [::]:443 ssl http2;\n": "",
            "listen 443": f"listen 127.0.0.1:{self.puertos['443']}",
            "listen 80": f"listen 127.0.0.1:{self.puertos['80']}",
            **{puerto: self.puertos[puerto] for puerto in PUERTOS[:4]},
        }
        for archivo in (self.opt / "deploy").rglob("*"):
            if archivo.is_file():
                texto = archivo.read_text()
                for viejo, nuevo in cambios.items():
                    texto = texto.replace(viejo, nuevo)
                archivo.write_text(texto)
        self.correr("git", "init", "-q")
        self.correr("git", "remote", "add", "origin", str(self.opt / ".git"))
        self.etiquetar("v1")

    def _ajustar(self) -> None:
        propios = {clave: self.base.entorno[clave] for clave in self.base.entorno if clave not in os.environ}
        lineas = [f"{clave}='{valor}'" for clave, valor in propios.items()]
        (self.carpeta / "inventario.env").write_text("\n".join(lineas) + "\n")

    def _hacer_de_root(self) -> None:
        """``systemctl`` y ``runuser``, los únicos que no son los de verdad."""
        (self.carpeta / "bin" / "systemctl").symlink_to(Path(__file__).with_name("systemctl.py"))
        runuser = self.carpeta / "bin" / "runuser"
        runuser.write_text('#!/bin/sh\nshift 3\nexec "$@"\n')
        runuser.chmod(0o755)

    def nginx(self) -> list[str]:
        archivo = self.carpeta / "nginx.conf"
        temporales = "".join(
            f"{nombre}_temp_path {self.carpeta}/nginx-{nombre};\n"
            for nombre in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        quien = "user root;\n" if os.geteuid() == 0 else ""
        archivo.write_text(
            f"{quien}worker_processes 2; pid {self.carpeta}/nginx.pid;\n"
            f"error_log {self.carpeta}/nginx.log;\n"
            f"events {{}}\nhttp {{\n{temporales}include {self.opt}/deploy/nginx/inventario.conf;\n}}\n"
        )
        return [str(NGINX), "-p", str(self.carpeta), "-c", str(archivo), "-g", "daemon off;"]

    def esperar_unidad(self, nombre: str) -> None:
        """Hasta que ese proceso HTTP conteste."""
        self.correr(
            "curl", "-s", "-o", "/dev/null", "--retry", "60", "--retry-all-errors", "--retry-delay", "1",
            f"http://127.0.0.1:{self.puerto(nombre)}/",
        )

    def esperar_salud(self) -> None:
        limite = time.monotonic() + 300
        while True:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/salud", timeout=5, verify=self.confianza).status_code == 200:
                    return
            assert time.monotonic() < limite, self.bitacora()[-3000:]
            time.sleep(0.3)


@contextmanager
def produccion_andando(carpeta: Path) -> Iterator[Produccion]:
    """Sobre la MariaDB y el Redis de las pruebas; sano, y al salir no queda ningún proceso."""
    with otra_base(carpeta / "datos") as base, produccion_en(base, carpeta, settings.REDIS_URL) as todo:
        todo.esperar_salud()
        yield todo


@contextmanager
def produccion_en(base: OtraBase, carpeta: Path, redis_url: str) -> Iterator[Produccion]:
    """Todo instalado sobre ``base``, y contestando."""
    base.entorno |= {
        "REDIS_URL": redis_url, "PROXIES_DE_CONFIANZA": "127.0.0.1", "HTTPS": "1",
        "HOSTS_PERMITIDOS": "tienda.example,127.0.0.1",
        "ADMIN_RUT": "11.111.111-1", "ADMIN_CONTRASENA": "Manana-de-tienda-9",
    }
    todo = Produccion(base, carpeta)
    for orden in (["migrate", "-v0"], ["primer_administrador"], ["collectstatic", "--noinput", "-v0"]):
        todo.correr(".venv/bin/python", "manage.py", *orden)
    nginx: subprocess.Popen[bytes] | None = None
    try:
        todo.systemctl("start", *UNIDADES)
        nginx = subprocess.Popen(todo.nginx(), start_new_session=True)
        yield todo
    finally:
        if nginx:
            nginx.terminate()
            nginx.wait(30)
        for unidad in UNIDADES:
            with suppress(AssertionError):
                todo.systemctl("stop", unidad)
