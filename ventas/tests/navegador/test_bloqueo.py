"""Quién está frente a la caja: PIN o contraseña, y una caja que se cierra sola sin perder la venta."""

from typing import Any

from scripts.tienda_temporal import ADMIN_RUT, CONTRASENA, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    exigir_turno,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
PIN = "4071"
UN_RATO = "06:00"
"""Más que los cinco minutos con que parte la tienda."""
BLOQUEADA = "!document.getElementById('ingreso').hidden"


def test_la_caja_dejada_sola_se_bloquea_y_con_el_pin_sigue_la_venta() -> None:
    with tienda_temporal() as tienda:
        cajero = poblar(tienda)["cajero"]
        tienda.pedir(cajero, "PUT", f"/users/{CAJERO}/pin", {"pin": PIN, "contrasena": CONTRASENA})
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            contexto.clock.install()
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("document.getElementById('estado-red').dataset.estado === 'bien'")
            caja.escanear("P-1")
            caja.esperar_total(990)
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            contexto.clock.fast_forward(UN_RATO)
            caja.esperar(BLOQUEADA)
            caja.esperar_sin_dialogo()
            caja.escanear("P-2")
            caja.nodo.click("#ingreso-modo")
            _un_pin_que_no_es(caja, "8205")
            caja.desbloquear(PIN)
            caja.esperar_total(990)

            # Sin red, quien la usó hoy también la abre; otra clave, no.
            caja.tecla("F11")
            caja.esperar("document.getElementById('ingreso-clave-rotulo').textContent === 'PIN'")
            contexto.set_offline(True)
            _un_pin_que_no_es(caja, "8205")
            caja.revisar("bloqueada-sin-red")
            caja.desbloquear(PIN)
            caja.esperar_total(990)
            contexto.set_offline(False)

            # Cerrada (o caída) y vuelta a abrir mucho después: bloqueada, y la venta sigue ahí.
            caja.nodo.close()
            contexto.clock.fast_forward(UN_RATO)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.esperar(BLOQUEADA)
            caja.desbloquear(PIN)
            caja.esperar_total(990)
            assert caja.problemas == []


def _un_pin_que_no_es(caja: Pagina, pin: str) -> None:
    caja.nodo.fill("#ingreso-clave", pin)
    caja.tecla("Enter")
    caja.esperar("document.getElementById('ingreso-error').textContent !== ''")
    assert caja.nodo.evaluate(BLOQUEADA)


def test_con_el_pin_se_entra_desde_la_caja_conocida_hasta_que_se_le_quita_el_permiso() -> None:
    with tienda_temporal() as tienda:
        tokens = poblar(tienda)
        tienda.pedir(tokens["cajero"], "PUT", f"/users/{CAJERO}/pin", {"pin": PIN, "contrasena": CONTRASENA})
        with chromium() as navegador, perfil_en_disco() as perfil:
            caja = Pagina(abrir(navegador, perfil), tienda, "/caja/")
            caja.nodo.wait_for_selector("#ingreso:not([hidden])")
            assert caja.nodo.is_hidden("#ingreso-modo"), "una caja nueva pide la contraseña"
            caja.entrar(CAJERO)
            _salir(caja)
            caja.nodo.click("#ingreso-modo")
            caja.entrar(CAJERO, PIN)
            _salir(caja)
            (conocida,) = _vigentes(tienda, tokens["administrador"])
            tienda.pedir(tokens["administrador"], "DELETE", f"/dispositivos/{conocida}")
            caja.nodo.fill("#ingreso-rut", CAJERO)
            _un_pin_que_no_es(caja, PIN)
            caja.nodo.click("#ingreso-modo")
            caja.entrar(CAJERO)
            (otra,) = _vigentes(tienda, tokens["administrador"])
            assert otra != conocida
            _salir(caja)
            caja.nodo.click("#ingreso-modo")
            caja.entrar(CAJERO, PIN)
            assert caja.problemas == []


def test_quien_entra_sin_que_el_servidor_conteste_no_hereda_el_turno_de_quien_salio() -> None:
    with tienda_temporal() as tienda:
        poblar(tienda)
        exigir_turno(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            caja = Pagina(abrir(navegador, perfil), tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.abrir_turno(5_000)
            caja.esperar("document.getElementById('barra-caja').textContent === 'Caja 1'")
            caja.esperar_sin_dialogo()
            _salir(caja)
            caja.nodo.context.route("**/turnos/actual", lambda ruta: ruta.abort())
            caja.entrar(ADMIN_RUT)
            caja.esperar("document.getElementById('barra-cajero').textContent !== ''")
            caja.esperar("document.getElementById('barra-caja').textContent === 'Sin turno abierto'")


def _salir(caja: Pagina) -> None:
    caja.tecla("F10")
    caja.esperar_dialogo("Menú")
    caja.nodo.click("dialog >> text=Salir de la caja")
    caja.esperar_dialogo("Salir de la caja")
    caja.tecla("Enter")
    caja.esperar(BLOQUEADA)


def _vigentes(tienda: Any, admin: str) -> list[int]:
    return [d["id_dispositivo"] for d in tienda.pedir(admin, "GET", "/dispositivos") if not d["revocado"]]


VIGILADOS = """
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...argumentos) {
            super(...argumentos);
            sockets.push(this);
            // La red vuelve, dos veces, con el primero a medio abrir.
            if (sockets.length < 3) queueMicrotask(() => dispatchEvent(new Event("online")));
        }
    };
"""
ABIERTOS = "sockets.filter((uno) => uno.readyState === WebSocket.OPEN).length"


def test_la_caja_que_reconecta_a_medio_conectar_oye_por_un_solo_socket_y_al_salir_por_ninguno() -> None:
    with tienda_temporal() as tienda:
        poblar(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            contexto.add_init_script(VIGILADOS)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("sockets.length === 3")
            caja.esperar("sockets.every((uno) => uno.readyState !== WebSocket.CONNECTING)")
            caja.esperar(f"{ABIERTOS} === 1")
            _salir(caja)
            caja.esperar("sockets.every((uno) => uno.readyState === WebSocket.CLOSED)")
            assert caja.problemas == []
