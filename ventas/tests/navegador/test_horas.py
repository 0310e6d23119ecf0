"""Las horas del personal: se marcan, se ven por semana, y un Administrador las corrige diciendo por qué."""

from scripts.tienda_temporal import ADMIN_RUT, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)


def _entrar(pagina: Pagina, rut: str) -> None:
    pagina.nodo.wait_for_selector("#ingreso:not([hidden])")
    pagina.nodo.fill("#ingreso-rut", rut)
    pagina.nodo.fill("#ingreso-clave", "Prueba-al-azar-9")
    pagina.tecla("Enter")
    pagina.nodo.wait_for_selector("#horas:not([hidden])")
    pagina.esperar("document.getElementById('horas-dias').children.length === 7")


def test_cada_uno_marca_y_el_administrador_corrige() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as uno, perfil_en_disco() as otro:
            cajero = Pagina(abrir(navegador, uno), tienda, "/caja/horas/")
            _entrar(cajero, CAJERO)
            assert "Nadie ha marcado" in cajero.nodo.inner_text("#horas")
            cajero.nodo.click("#boton-marcar")
            cajero.esperar("document.getElementById('presentes').textContent.includes('Cajero De Prueba')")
            cajero.esperar("document.getElementById('boton-marcar').textContent === 'Marcar mi salida'")
            assert "No es el registro legal de asistencia" in cajero.nodo.inner_text("#legal")
            assert not cajero.nodo.locator("#persona").is_visible()
            assert cajero.nodo.get_by_text("Corregir").count() == 0
            cajero.revisar("horas-cajero")

            duena = Pagina(abrir(navegador, otro), tienda, "/caja/horas/")
            _entrar(duena, ADMIN_RUT)
            duena.nodo.select_option("#persona", rut_de(12345678).replace("-", ""))
            duena.esperar("document.getElementById('horas-de').textContent === 'Cajero De Prueba'")
            duena.nodo.get_by_label("Corregir la entrada").click()
            duena.esperar_dialogo("Corregir la entrada")
            elegida = duena.nodo.input_value("#campo-momento")
            duena.nodo.fill("#campo-momento", f"{elegida[:10]}T00:01")
            duena.tecla("Enter")
            duena.esperar("document.getElementById('campo-motivo-error').textContent !== ''")
            duena.nodo.fill("#campo-motivo", "Olvidó marcar al llegar")
            duena.revisar("horas-corregir")
            duena.tecla("Enter")
            duena.esperar_sin_dialogo()
            duena.esperar("document.getElementById('horas-dias').textContent.includes('Olvidó marcar')")
            assert "00:01" in duena.nodo.inner_text("#horas-dias")

            cajero.nodo.click("#boton-marcar")
            cajero.esperar("document.getElementById('presentes-nadie').hidden === false")
            cajero.esperar("/Salió/.test(document.getElementById('horas-dias').textContent)")
            assert "Olvidó marcar al llegar" in cajero.nodo.inner_text("#horas-dias")
            duena.nodo.reload()
            duena.nodo.wait_for_selector("#horas:not([hidden])")
            duena.nodo.click("#semana-anterior")
            duena.esperar("document.getElementById('horas-total').textContent === '0 h 00 min'")
            duena.revisar("horas-semana-vacia")
            assert cajero.problemas == []
            assert duena.problemas == []
        [salida, entrada] = tienda.pedir(admin, "GET", "/fichajes")
        assert (salida["tipo"], entrada["motivo"]) == ("salida", "Olvidó marcar al llegar")
