"""Vender sin servidor: nada se pierde, cada venta llega una vez y en orden, y lo que choca no se bota."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from scripts.tienda_temporal import ADMIN_RUT, CONTRASENA, Tienda, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    exigir_turno,
    necesita_navegador,
    perfil_en_disco,
)
from ventas.tests.navegador.dia import PIN_ADMIN

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
EN_LINEA = "document.getElementById('estado-red-texto').textContent === 'En línea'"


def _ventas(tienda: Tienda, admin: str) -> list[tuple[int, int]]:
    """(folio, total) de las ventas de la prueba, en el orden de sus folios."""
    ventas = tienda.pedir(admin, "GET", "/ventas?limit=1000")
    return sorted((v["folio"], v["total_con_iva"]) for v in ventas if v["folio"] > 3)


def _entrar(contexto: Any, tienda: Tienda) -> Pagina:
    caja = Pagina(contexto, tienda, "/caja/")
    caja.entrar(CAJERO)
    caja.esperar("navigator.serviceWorker.controller !== null")
    caja.escanear("P-1")
    caja.esperar_total(990)
    caja.tecla("Delete")
    caja.esperar_total(0)
    return caja


def _matar(perfil: str) -> None:
    """SIGKILL al navegador de ``perfil``, como un corte de luz."""
    for carpeta in Path("/proc").iterdir():
        try:
            orden = (carpeta / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # El principal es el que no es hijo de un tipo.
        if f"--user-data-dir={perfil}".encode() in orden and not any(a.startswith(b"--type=") for a in orden):
            os.kill(int(carpeta.name), signal.SIGKILL)


def test_la_red_se_corta_en_medio_de_una_venta_y_vuelve() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = _entrar(contexto, tienda)
            perdidas = []

            def perder(ruta: Any) -> None:
                # El servidor la hizo, pero su respuesta no llegó.
                perdidas.append(ruta.fetch().status)
                ruta.abort()

            contexto.route("**/ventas-detalle", perder, times=1)
            caja.vender_en_efectivo("P-1")
            caja.esperar(EN_LINEA)
            assert perdidas == [201]
            assert _ventas(tienda, admin) == [(4, 990)]

            contexto.set_offline(True)
            for codigo in ("P-2", "P-3"):
                caja.vender_en_efectivo(codigo, titulo="por enviar")
            caja.nodo.click("#estado-red")
            caja.esperar_dialogo("Ventas por enviar")
            caja.revisar("por-enviar")
            caja.tecla("Escape")
            caja.escanear("P-4")
            caja.esperar_total(3960)
            caja.nodo.reload()
            caja.esperar_total(3960)
            caja.revisar("sin-red")

            _matar(perfil)
            with suppress(Error):  # lo más seguro es que ya no esté
                contexto.close()
            # Otro navegador, con el mismo perfil y todavía sin red: todo sigue ahí.
            contexto = abrir(navegador, perfil)
            contexto.set_offline(True)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.esperar_total(3960)
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('2 por enviar')")
            assert _ventas(tienda, admin) == [(4, 990)]
            contexto.set_offline(False)
            caja.esperar(EN_LINEA)
            assert _ventas(tienda, admin) == [(4, 990), (5, 1980), (6, 2970)]
            assert caja.problemas == []


def test_la_pestana_recargada_vuelve_a_su_venta_aunque_su_borrador_tarde_en_soltarse() -> None:
    with tienda_temporal() as tienda:
        poblar(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = _entrar(contexto, tienda)
            otra = contexto.new_page()
            otra.goto(f"{tienda.url}/salud")
            caja.escanear("P-4")
            caja.esperar_total(3960)
            # Queda en la cola: lo toma apenas la página que se va lo suelta, antes que la que llega.
            otra.evaluate(
                "() => { navigator.locks.request('borrador:0', () => new Promise(s => setTimeout(s, 700))); }"
            )
            caja.nodo.reload()
            caja.esperar_total(3960)
            assert caja.problemas == []


def test_dos_pestanas_mandan_en_orden_y_cada_venta_una_vez() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            una = _entrar(contexto, tienda)
            otra = Pagina(contexto, tienda, "/caja/")
            otra.nodo.wait_for_selector("#caja:not([hidden])")
            contexto.set_offline(True)
            for codigo, pestana in zip(("P-1", "P-2", "P-3", "P-4"), (una, otra, una, otra), strict=True):
                pestana.nodo.bring_to_front()
                pestana.vender_en_efectivo(codigo, titulo="por enviar")
            contexto.set_offline(False)
            una.esperar(EN_LINEA)
            otra.esperar(EN_LINEA)
        assert [total for _, total in _ventas(tienda, admin)] == [990, 1980, 2970, 3960]


def test_lo_que_choca_lo_decide_una_persona_y_lo_demas_sigue() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = _entrar(contexto, tienda)
            contexto.set_offline(True)
            caja.vender_en_efectivo("P-1", titulo="por enviar")
            caja.vender_en_efectivo("P-2", titulo="por enviar")
            tienda.pedir(admin, "PUT", "/product/barcode/P-1", {"precio_venta": 1090})
            contexto.set_offline(False)
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('1 por resolver')")
            # La que no chocaba pasó; la otra espera, y una recarga no la bota.
            assert _ventas(tienda, admin) == [(4, 1980)]
            caja.nodo.reload()
            caja.nodo.click("#estado-red")
            caja.esperar_dialogo("Ventas por enviar")
            caja.revisar("por-resolver")
            caja.nodo.click("text=Corregir en la caja")
            caja.esperar_total(990)
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            caja.tecla("Enter")
            caja.esperar_total(1090)
            caja.esperar_dialogo("Cobrar")
            caja.tecla("Enter")
            caja.esperar_dialogo("Boleta 5")
            caja.tecla("Enter")
            caja.esperar(EN_LINEA)
            assert _ventas(tienda, admin) == [(4, 1980), (5, 1090)]
            assert caja.problemas == []


def test_con_el_turno_abierto_ni_la_tapa_ni_un_corte_pierden_una_venta_y_el_z_las_cuenta() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        exigir_turno(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("navigator.serviceWorker.controller !== null")
            caja.abrir_turno(10_000)
            caja.esperar_sin_dialogo()
            contexto.set_offline(True)
            caja.vender_en_efectivo("P-1", titulo="por enviar")
            # La tapa del notebook: la página se congela a medias y después sigue.
            pagina = contexto.new_cdp_session(caja.nodo)
            pagina.send("Page.setWebLifecycleState", {"state": "frozen"})
            pagina.send("Page.setWebLifecycleState", {"state": "active"})
            caja.vender_en_efectivo("P-2", titulo="por enviar")
            _matar(perfil)
            with suppress(Error):  # lo más seguro es que ya no esté
                contexto.close()
            contexto = abrir(navegador, perfil)
            contexto.set_offline(True)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('2 por enviar')")
            caja.esperar("document.getElementById('barra-caja').textContent === 'Caja 1'")
            caja.vender_en_efectivo("P-3", titulo="por enviar")
            # Con ventas por enviar, el turno no se cierra.
            caja.tecla("t")
            caja.esperar_dialogo("Turno en")
            caja.tecla("c")
            caja.esperar("document.getElementById('aviso').textContent.includes('por enviar')")
            contexto.set_offline(False)
            caja.esperar(EN_LINEA)
            caja.tecla("t")
            caja.esperar_dialogo("Turno en")
            caja.tecla("c")
            caja.esperar_dialogo("Cerrar el turno")
            caja.llenar(den_10000="1", den_5000="1", den_500="1", den_100="4", den_10="4")
            caja.tecla("Enter")
            caja.esperar_dialogo("Informe Z 1")
            assert "Cuadra" in caja.nodo.inner_text("dialog")
            assert caja.problemas == []
        assert _ventas(tienda, admin) == [(4, 990), (5, 1980), (6, 2970)]
        (turno,) = tienda.pedir(admin, "GET", "/turnos")
        assert tienda.pedir(admin, "GET", f"/turnos/{turno['id_turno']}/z")["ventas"] == 3


def test_cada_rechazo_tiene_su_salida_y_la_venta_se_registra_como_se_cobro() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        tienda.pedir(admin, "PUT", f"/users/{ADMIN_RUT}/pin", {"pin": PIN_ADMIN, "contrasena": CONTRASENA})
        exigir_turno(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("navigator.serviceWorker.controller !== null")
            caja.esperar_dialogo("Abrir el turno")
            caja.tecla("Escape")
            contexto.set_offline(True)
            for codigo, forma in (("P-1", "d"), ("P-2", "d"), ("P-3", "e")):
                _vender_sin_red(caja, codigo, forma)
            tienda.pedir(admin, "PUT", "/product/barcode/P-1", {"precio_venta": 1090})
            tienda.pedir(admin, "PUT", "/product/barcode/P-2", {"stock": 0})
            contexto.set_offline(False)
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('3 por resolver')")
            assert _ventas(tienda, admin) == []
            caja.nodo.reload()
            caja.esperar_dialogo("Abrir el turno")
            caja.tecla("Escape")
            caja.nodo.click("#estado-red")
            caja.esperar_dialogo("Ventas por enviar")
            caja.revisar("por-resolver-todas")

            caja.nodo.click("text=Dejarla al precio cobrado")
            caja.esperar_dialogo("Hace falta un Administrador")
            caja.llenar(supervisor=ADMIN_RUT, pin=PIN_ADMIN)
            caja.tecla("Enter")
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('2 por resolver')")
            caja.nodo.click("text=Abrir el turno y enviarla")
            caja.abrir_turno(5000)
            caja.esperar("document.getElementById('estado-red-texto').textContent.includes('1 por resolver')")
            tienda.pedir(admin, "PUT", "/product/barcode/P-2", {"stock": 1})
            caja.nodo.click("[data-accion=reintentar]")
            caja.esperar(EN_LINEA)
            assert caja.problemas == []
        assert _ventas(tienda, admin) == [(4, 990), (5, 2970), (6, 1980)]
        assert tienda.pedir(admin, "GET", "/product/barcode/P-2")["stock"] == 0


def _vender_sin_red(caja: Pagina, codigo: str, forma: str) -> None:
    caja.escanear(codigo)
    caja.esperar("document.querySelectorAll('.linea').length > 0")
    caja.tecla("F9")
    caja.esperar_dialogo("Cobrar")
    caja.tecla(forma)
    caja.tecla("Enter")
    caja.esperar_dialogo("por enviar")
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()
