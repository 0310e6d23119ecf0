"""Lo que hay en ``deploy/``, andando: dos procesos HTTP, dos de sockets y dos de tareas, tras nginx."""

import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus

from inventario.mantenimiento.tests.produccion import UNIDADES, Produccion, produccion_andando

CAMBIOS = int(os.environ.get("CAMBIOS", "6"))
"""Cuántas veces se cambia un proceso mientras se vende."""
CAJAS = 4

pytestmark = [
    pytest.mark.lento,
    pytest.mark.django_db,
    pytest.mark.skipif(not (settings.DB_HOST and settings.REDIS_URL), reason="producción es MariaDB y Redis"),
    pytest.mark.necesita("nginx"),
]


@pytest.fixture(scope="module")
def produccion(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Produccion]:
    with django_db_blocker.unblock(), produccion_andando(tmp_path_factory.mktemp("servidor")) as todo:
        yield todo


MAXIMO_BAJADO_KB = 300
"""El inicio del admin la primera vez, en un teléfono: la página y todo lo que nombra, como viaja."""


class Cajas:
    """Cajas que venden y clientes que miran sin parar; anotan lo que vendieron y lo que salió mal."""

    def __init__(self, produccion: Produccion) -> None:
        self.confianza = produccion.confianza
        self.http = httpx.Client(base_url=produccion.url, timeout=60, verify=produccion.confianza)
        sesion = self.pedir("POST", "/login", rut="11.111.111-1", contrasena="Manana-de-tienda-9")
        self.http.headers["Authorization"] = f"Bearer {sesion['access_token']}"
        self.marca = f"p{uuid.uuid4().hex[:7]}"  # puros dígitos serían un EAN
        self.pedir("POST", "/categories", nombre_categoria=self.marca)
        self.producto = self.pedir(
            "POST", "/product", nombre=f"Pan {self.marca}", descripcion="", precio_venta=1000, stock=100_000,
            categoria=self.marca, codigo_barras=self.marca, estado="Activo",
        )["id_producto"]
        self.vendidas: list[int] = []
        self.miradas = 0
        self.fallas: list[str] = []
        self._basta = threading.Event()

    def pedir(self, metodo: str, ruta: str, **cuerpo: Any) -> Any:
        respuesta = self.http.request(metodo, ruta, json=cuerpo or None)
        assert respuesta.status_code < 300, respuesta.text
        return respuesta.json()

    def _sin_parar(self, una: Callable[[httpx.Client], None]) -> None:
        with httpx.Client(
            base_url=self.http.base_url, headers=self.http.headers, timeout=60, verify=self.confianza
        ) as http:
            while not self._basta.is_set():
                try:
                    una(http)
                except httpx.HTTPError as error:
                    self.fallas.append(repr(error))

    def _vender(self, http: httpx.Client) -> None:
        # Sin repetir nada: cada venta tiene que salir a la primera.
        pedido = {
            "id_forma_pago": 2, "id_tipodocumento": 1,
            "productos": [{"codigo_barras": self.marca, "cantidad": 1}],
        }
        respuesta = http.post("/ventas-detalle", json=pedido, headers={"Idempotency-Key": uuid.uuid4().hex})
        if respuesta.status_code == 201:
            self.vendidas.append(respuesta.json()["id_venta"])
        else:
            self.fallas.append(f"{respuesta.status_code} {respuesta.text[:200]}")

    def _mirar(self, http: httpx.Client) -> None:
        respuesta = http.get("/openapi.json")
        self.miradas += 1
        if respuesta.status_code != 200:
            self.fallas.append(f"{respuesta.status_code} {respuesta.text[:200]}")

    @contextmanager
    def trabajando(self) -> Iterator[None]:
        tareas = [self._vender] * CAJAS + [self._mirar]
        hilos = [threading.Thread(target=self._sin_parar, args=[tarea]) for tarea in tareas]
        for hilo in hilos:
            hilo.start()
        try:
            yield
        finally:
            self._basta.set()
            for hilo in hilos:
                hilo.join()

    def en_la_base(self, produccion: Produccion) -> list[int]:
        """Las ventas que de verdad quedaron, de lo que estas cajas venden."""
        todas = produccion.base.consultar("SELECT producto_id, venta_id FROM ventas_detalleventa")
        return sorted(venta for producto, venta in todas if producto == self.producto)

    def cuadra(self, produccion: Produccion) -> None:
        """Ninguna falla, y en la base están las ventas que las cajas vieron: ni una menos ni una más."""
        assert self.fallas == []
        assert self.vendidas
        assert self.miradas
        assert self.en_la_base(produccion) == sorted(self.vendidas)
        for comando in ("verificar_ventas", "verificar_inventario", "verificar_registros"):
            produccion.correr(".venv/bin/python", "manage.py", comando)


def test_una_manana_por_https(produccion: Produccion) -> None:
    manana = subprocess.run(
        [sys.executable, "scripts/manana_de_tienda.py", "--url", produccion.url,
         "--ventas", "60", "--cajeros", "4"],
        cwd=produccion.opt, env=produccion.entorno, capture_output=True, text=True, timeout=900,
    )
    assert manana.returncode == 0, manana.stdout + manana.stderr + produccion.bitacora()[-3000:]
    bitacora = produccion.bitacora()
    assert '"origen": "inventario.accesos"' in bitacora
    assert "111111111" not in bitacora


def test_dos_procesos_de_cada_clase_responden_lo_mismo_que_uno_solo(produccion: Produccion) -> None:
    # Una caja a la vez, para que ambas mañanas pidan lo mismo en el mismo orden; de a muchas, arriba.
    manana = ["--ventas", "60", "--cajeros", "1"]
    entorno = {"SEMILLA": uuid.uuid4().hex[:6].upper(), "PY": sys.executable}
    de_a_dos = _jugar(
        [sys.executable, "scripts/manana_de_tienda.py", "--url", produccion.url, *manana],
        produccion.entorno | entorno, produccion,
    )
    de_a_uno = _jugar(["scripts/manana.sh", *manana], dict(os.environ) | entorno, produccion)
    assert de_a_dos == de_a_uno


def _jugar(orden: list[str], entorno: dict[str, str], produccion: Produccion) -> list[str]:
    """Juega una mañana; devuelve cuánto se vendió y cuántas respuestas hubo de cada estado."""
    hecho = subprocess.run(
        orden, cwd=produccion.opt, env=entorno, capture_output=True, text=True, timeout=900
    )
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    dicho = re.findall(r"\d+ ventas por .*|Respuestas: .*", hecho.stdout)
    assert len(dicho) == 2, hecho.stdout
    return dicho


def test_por_http_se_manda_a_https_y_https_lo_exige(produccion: Produccion) -> None:
    abierta = f"http://127.0.0.1:{produccion.puertos['80']}/salud"
    sin_tls = httpx.get(abierta, headers={"Host": "tienda.example"})
    assert (sin_tls.status_code, sin_tls.headers["Location"]) == (308, "https://tienda.example/salud")
    con_tls = httpx.get(f"{produccion.url}/salud", verify=produccion.confianza)
    assert con_tls.headers["Strict-Transport-Security"]
    with pytest.raises(httpx.ConnectError):  # el certificado se comprueba
        httpx.get(f"{produccion.url}/salud")


def test_el_inicio_del_admin_viaja_comprimido(produccion: Produccion) -> None:
    with httpx.Client(base_url=produccion.url, verify=produccion.confianza, timeout=60) as http:
        ruta = "/admin/login/?next=/admin/"
        http.get(ruta)
        credenciales = {
            "username": "11.111.111-1", "password": "Manana-de-tienda-9",
            "csrfmiddlewaretoken": http.cookies["csrftoken"],
        }
        http.post(ruta, data=credenciales, headers={"Referer": produccion.url})
        pagina = http.get("/admin/")
        assert (pagina.status_code, pagina.headers["Content-Encoding"]) == (200, "gzip")
        nombrados = sorted(set(re.findall(r'(?:href|src)="(/estaticos/[^"?]+)', pagina.text)))
        archivos = [http.get(nombrado) for nombrado in nombrados]
        for hoja in [archivo for archivo in archivos if archivo.url.path.endswith(".css")]:
            letras = re.findall(r"url\(['\"]?([^'\")]+\.woff2)", hoja.text)
            archivos += [http.get(hoja.url.join(letra)) for letra in letras]
    assert all(archivo.status_code == 200 for archivo in archivos)
    for archivo in archivos:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", archivo.url.path), archivo.url
        assert "immutable" in archivo.headers["Cache-Control"], archivo.url
    for archivo in archivos:
        if archivo.url.path.endswith((".css", ".js")) and len(archivo.content) > 2048:
            assert archivo.headers["Content-Encoding"] == "gzip", archivo.url
    todo = [pagina, *archivos]
    bajado, abierto = sum(r.num_bytes_downloaded for r in todo), sum(len(r.content) for r in todo)
    print(f"inicio del admin: {bajado // 1024} kB bajados, {abierto // 1024} kB abiertos")
    assert bajado < MAXIMO_BAJADO_KB * 1024
    assert abierto < 900 * 1024


def test_se_vende_mientras_se_cambian_los_procesos_y_nadie_lo_nota(produccion: Produccion) -> None:
    cajas = Cajas(produccion)
    with cajas.trabajando():
        for numero in range(CAMBIOS):
            produccion.systemctl("restart", f"inventario-web@{8001 + numero % 2}")
    cajas.cuadra(produccion)


MUERE = """

import os as _os

_tienda = application


def application(entorno, responder):
    respuesta = _tienda(entorno, responder)
    if entorno["REQUEST_METHOD"] != "POST" or not _os.path.exists("{senal}"):
        return respuesta
    _os.unlink("{senal}")
    _os.kill(_os.getpid(), 9)
"""


def test_si_el_proceso_muere_ya_cobrada_la_venta_nginx_repite_la_que_trae_clave_y_nunca_la_otra(
    produccion: Produccion,
) -> None:
    senal = produccion.carpeta / "muere"
    entrada = produccion.opt / "inventario" / "wsgi.py"
    como_era = entrada.read_text()
    entrada.write_text(como_era + MUERE.format(senal=senal))
    web = [unidad for unidad in UNIDADES if unidad.startswith("inventario-web")]
    produccion.systemctl("restart", *web)
    cajas = Cajas(produccion)

    def vuelven() -> None:
        for unidad in web:
            produccion.esperar_unidad(unidad)

    venta = {
        "id_forma_pago": 2, "id_tipodocumento": 1,
        "productos": [{"codigo_barras": cajas.marca, "cantidad": 1}],
    }
    senal.touch()
    con_clave = cajas.http.post("/ventas-detalle", json=venta, headers={"Idempotency-Key": uuid.uuid4().hex})
    assert not senal.exists()
    assert (con_clave.status_code, con_clave.headers["Idempotency-Replayed"]) == (201, "true")
    vuelven()  # ambos, para que la segunda no falle por no tener adónde ir
    senal.touch()
    sin_clave = cajas.http.post("/ventas-detalle", json=venta)
    assert not senal.exists()
    assert (sin_clave.status_code, sin_clave.json()["codigo"]) == (503, "no_disponible")
    assert sin_clave.headers["Retry-After"]
    assert len(cajas.en_la_base(produccion)) == 2
    vuelven()
    entrada.write_text(como_era)
    produccion.systemctl("restart", *web)


def test_lo_escaneado_cruza_por_wss_y_vuelve_a_cruzar_despues_de_un_cambio(produccion: Produccion) -> None:
    cajas = Cajas(produccion)
    token = cajas.http.headers["Authorization"].removeprefix("Bearer ")
    for _ in range(2):
        caja, telefono = (produccion.entrar_por_socket(token, plazo_s=120) for _ in range(2))
        telefono.decir("barcode_scanned", {"barcode": cajas.marca, "rut": "111111111"})
        recibido = caja.esperar("barcode_update_111111111", 60)
        assert recibido["producto"]["nombre"] == f"Pan {cajas.marca}"
        produccion.systemctl("restart", "inventario-sockets@9001", "inventario-sockets@9002")
        with pytest.raises(ConnectionClosed):  # se le avisa, y vuelve a conectarse
            caja.esperar("otra cosa", 60)
        telefono.irse()
    with pytest.raises(InvalidStatus, match="403"):
        produccion.entrar_por_socket("no-es-un-token", plazo_s=120)


def test_actualizar_deja_la_otra_version_sin_que_se_pierda_una_venta(produccion: Produccion) -> None:
    ajustes = produccion.opt / "inventario" / "settings.py"
    ajustes.write_text(ajustes.read_text().replace(f'"{settings.VERSION}"', '"9.9.9"'))
    produccion.etiquetar("v9.9.9")
    produccion.correr("git", "checkout", "-q", "v1")
    antes = {unidad: produccion.numero(unidad) for unidad in UNIDADES}
    cajas = Cajas(produccion)
    with cajas.trabajando():
        dicho = produccion.correr("deploy/actualizar.sh", "v9.9.9")
    cajas.cuadra(produccion)
    assert "Inventario 9.9.9" in dicho  # el diagnóstico del final, que salió bien
    for unidad in UNIDADES:
        assert produccion.numero(unidad) != antes[unidad]
    assert {_version(cajas) for _ in range(6)} == {"9.9.9"}
    assert list((produccion.carpeta / "datos" / "respaldos").glob("*.respaldo"))


def _version(cajas: Cajas) -> str:
    return str(cajas.http.get("/openapi.json").json()["info"]["version"])
