"""Lo que nadie conoce: el teléfono lo manda con foto, la caja lo vende igual, y aprobado se encuentra."""

import time
from typing import Any

from productos.tests.fotos import un_jpeg
from scripts.tienda_temporal import ADMIN_RUT, CATEGORIA, CONTRASENA, Tienda, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
GALLETAS, VELA = "7809876543214", "7801111111110"
EN_LINEA = "document.getElementById('estado-red-texto').textContent === 'En línea'"


def _el_dueno_lo_permite(contexto: Any, tienda: Tienda) -> None:
    """En el admin, como lo haría él."""
    pagina = contexto.new_page()
    pagina.goto(f"{tienda.url}/admin/base/tienda/1/change/")
    pagina.fill("#id_username", ADMIN_RUT)
    pagina.fill("#id_password", CONTRASENA)
    pagina.keyboard.press("Enter")
    pagina.wait_for_selector("#id_permite_miscelaneo")
    pagina.check("#id_permite_miscelaneo", force=True)
    pagina.click("[name=_save]")
    pagina.wait_for_selector("text=correctamente")
    pagina.close()


def _mandar_desde_el_telefono(telefono: Pagina) -> None:
    telefono.entrar(CAJERO)
    telefono.nodo.click("#modo-precio")
    telefono.leer_a_mano(GALLETAS)
    telefono.nodo.wait_for_selector("#enviar-a-aprobar")
    telefono.revisar("escaner-no-esta")
    telefono.nodo.click("#enviar-a-aprobar")
    telefono.esperar_dialogo("Enviar a aprobar")
    telefono.nodo.set_input_files(
        "#campo-foto", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": un_jpeg((3000, 2000))}
    )
    telefono.nodo.click("dialog button[type=submit]")
    telefono.esperar("document.getElementById('campo-nombre-error').textContent === 'Escriba qué es'")
    telefono.nodo.fill("#campo-nombre", "Galletas de avena")
    telefono.nodo.fill("#campo-precio", "990")
    telefono.nodo.wait_for_selector(".foto-previa:not([hidden])")
    telefono.revisar("escaner-enviar-a-aprobar")
    telefono.nodo.click("dialog button[type=submit]")
    telefono.esperar_sin_dialogo()
    telefono.esperar("document.getElementById('lectura').textContent.includes('espera la aprobación')")
    telefono.revisar("escaner-enviado")


def _esperar_pendiente(tienda: Tienda, admin: str, codigo: str) -> None:
    """Hasta que llegue lo que la caja guardó sin red."""
    limite = time.monotonic() + 30
    while codigo not in (p["codigo_barras"] for p in tienda.pedir(admin, "GET", "/productos-pendientes")):
        assert time.monotonic() < limite, f"nunca llegó {codigo}"
        time.sleep(0.2)


def _vender_sin_ficha(caja: Pagina, codigo: str, nombre: str, precio: str, captura: str) -> None:
    caja.escanear(codigo)
    caja.esperar_dialogo("no está en el catálogo")
    caja.revisar(captura)
    caja.escribir(nombre)
    caja.nodo.fill("#campo-precio", precio)
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()


def test_un_codigo_desconocido_se_manda_se_vende_y_se_aprueba() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as uno, perfil_en_disco() as otro:
            telefono = Pagina(abrir(navegador, otro, ancho=390), tienda, "/escaner/")
            _mandar_desde_el_telefono(telefono)
            pendiente = tienda.pedir(admin, "GET", "/productos-pendientes/1")
            assert (pendiente["codigo_barras"], pendiente["precio_sugerido"]) == (GALLETAS, 990)
            assert pendiente["foto"]

            contexto = abrir(navegador, uno)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("navigator.serviceWorker.controller !== null")
            # La tienda aún no lo permite: sólo se ofrece enviarlo.
            caja.escanear(GALLETAS)
            caja.esperar_dialogo("no está en el catálogo")
            assert "Vender así" not in caja.nodo.inner_text("dialog")
            caja.revisar("desconocido-sin-permiso")
            caja.tecla("Escape")
            caja.escanear("7809876543215")
            caja.esperar("document.getElementById('aviso').textContent.includes('no se leyó bien')")

            _el_dueno_lo_permite(contexto, tienda)
            caja.nodo.reload()
            caja.nodo.wait_for_selector("#caja:not([hidden])")
            caja.esperar("document.getElementById('barra-cajero').textContent !== ''")
            caja.escanear("P-1")
            caja.esperar_total(990)
            _vender_sin_ficha(caja, GALLETAS, "Galletas", "1200", "desconocido")
            caja.esperar_total(2190)
            caja.nodo.locator(".linea").nth(1).get_by_label("Una unidad más de Galletas").click()
            caja.esperar_total(3390)
            caja.revisar("venta-con-miscelaneo")
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            caja.tecla("Enter")
            caja.nodo.wait_for_selector(".vuelto")
            caja.tecla("Enter")
            caja.esperar_sin_dialogo()
            [linea] = tienda.pedir(admin, "GET", "/productos-pendientes/1/ventas")
            assert (linea["producto_nombre"], linea["cantidad"], linea["subtotal"]) == ("Galletas", 2, 2400)
            assert tienda.pedir(admin, "GET", "/productos-pendientes/1")["nombre"] == "Galletas"

            contexto.set_offline(True)
            _vender_sin_ficha(caja, VELA, "Vela de cera", "1500", "desconocido-sin-red")
            caja.esperar_total(1500)
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            caja.tecla("Enter")
            caja.esperar_dialogo("por enviar")
            caja.tecla("Enter")
            caja.esperar_sin_dialogo()
            contexto.set_offline(False)
            caja.esperar(EN_LINEA)
            caja.esperar("document.getElementById('estado-red').dataset.estado === 'bien'")
            _esperar_pendiente(tienda, admin, VELA)
            assert max(v["total_con_iva"] for v in tienda.pedir(admin, "GET", "/ventas?limit=1")) == 1500

            tienda.pedir(admin, "POST", "/productos-pendientes/1/aprobar", {
                "categoria": CATEGORIA, "precio_venta": 1090, "stock": 10,
            })
            caja.escanear(GALLETAS)
            caja.esperar_total(1090)
            caja.tecla("Delete")
            assert caja.problemas == []
            assert telefono.problemas == []
