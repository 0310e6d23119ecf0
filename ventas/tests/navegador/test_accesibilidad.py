"""La caja sin ratón: el foco va como se lee, no se escapa de las ventanas y vuelve a su lugar."""

from scripts.tienda_temporal import poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import Pagina, abrir, chromium, necesita_navegador, perfil_en_disco

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
DONDE = """(() => {
    const nodo = document.activeElement;
    return nodo.id || nodo.getAttribute('aria-label') || nodo.textContent.trim();
})()"""
DE_LA_VENTA = [
    "estado-red", "boton-menu", "boton-bloquear", "boton-buscar",
    "Una unidad menos de Producto 1", "Cantidad de Producto 1: 1", "Una unidad más de Producto 1",
    "Quitar Producto 1", "boton-cobrar", "boton-cantidad", "boton-precio", "boton-cliente",
    "boton-descuento", "boton-devolver", "boton-aparcar", "boton-telefono", "boton-turno",
]


def test_con_el_teclado_se_recorre_la_caja_en_orden_y_se_ve_donde_se_esta() -> None:
    with tienda_temporal() as tienda:
        poblar(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil:
            caja = Pagina(abrir(navegador, perfil), tienda, "/caja/")
            caja.nodo.wait_for_selector("#ingreso:not([hidden])")
            assert caja.nodo.evaluate(DONDE) == "ingreso-rut"
            caja.entrar(CAJERO)
            caja.escanear("P-1")
            caja.esperar_total(990)
            caja.nodo.focus("#estado-red")
            recorrido = ["estado-red"]
            for _ in DE_LA_VENTA[1:]:
                caja.tecla("Tab")
                recorrido.append(caja.nodo.evaluate(DONDE))
                assert caja.nodo.evaluate(
                    "parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
                ), f"no se ve el foco en {recorrido[-1]}"
            assert recorrido == DE_LA_VENTA

            # Una ventana se queda con el foco, y al cerrarse lo devuelve al botón que la abrió.
            caja.nodo.focus("#boton-descuento")
            caja.tecla("Enter")
            caja.esperar_dialogo("Descuento")
            assert caja.nodo.evaluate(DONDE) == "campo-descuento"
            for _ in range(8):
                caja.tecla("Tab")
                assert caja.nodo.evaluate(
                    "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
                )
            caja.tecla("Escape")
            caja.esperar_sin_dialogo()
            assert caja.nodo.evaluate(DONDE) == "boton-descuento"

            # Enter sobre un botón de la ventana aprieta ése, y no el principal.
            caja.tecla("F6")
            caja.esperar_dialogo("Descuento")
            caja.escribir("50")
            caja.nodo.focus("dialog header button")
            caja.tecla("Enter")
            caja.esperar_sin_dialogo()
            caja.esperar_total(990)

            # Lo que se avisa con una ventana encima se dice dentro de ella: lo de abajo no se lee.
            caja.tecla("F9")
            caja.esperar_dialogo("Cobrar")
            caja.escanear("P-2")
            caja.esperar("document.querySelector('dialog #aviso')?.textContent.includes('este cobro')")
            caja.esperar_total(990)
            assert caja.problemas == []
