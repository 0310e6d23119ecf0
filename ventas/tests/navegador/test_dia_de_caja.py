"""Un día de una cajera en un navegador de verdad."""

from scripts.tienda_temporal import poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)


def test_escanea_cobra_en_efectivo_e_imprime_la_boleta() -> None:
    with tienda_temporal(DB_HOST="", REDIS_URL="") as tienda:
        tokens = poblar(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            caja = Pagina(abrir(navegador, perfil), tienda, "/caja/")
            caja.nodo.wait_for_selector("#ingreso:not([hidden])")
            caja.revisar("entrada")
            caja.entrar(CAJERO)
            caja.revisar("vacia")
            for codigo in ("P-1", "P-2", "P-1"):
                caja.escanear(codigo)
            caja.esperar_total(3960)
            caja.revisar("venta")
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            caja.escribir("5000")
            caja.revisar("cobro")
            caja.tecla("Enter")
            caja.nodo.wait_for_selector(".vuelto")
            assert "$1.040" in caja.nodo.inner_text(".vuelto")
            caja.revisar("vuelto")
            caja.tecla("i")
            caja.esperar("window.impresos.length === 1")
            assert "TOTAL$3.960" in caja.nodo.evaluate("window.impresos[0]")
            caja.tecla("Enter")
            caja.esperar_sin_dialogo()
            assert caja.problemas == []
        ventas = tienda.pedir(tokens["administrador"], "GET", "/ventas")
        assert ventas[0]["total_con_iva"] == 3960
