"""El teléfono que escanea: se conecta a una caja, dice precios y cuenta el inventario, con su cámara."""

from pathlib import Path

from scripts.tienda_temporal import CATEGORIA, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    camara_que_ve,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
TE = "7802820005257"


def test_el_telefono_escanea_con_su_camara_para_la_caja() -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        tienda.pedir(admin, "POST", "/product", {
            "nombre": "Té negro 100 bolsitas", "precio_venta": 3490, "stock": 50,
            "categoria": CATEGORIA, "codigo_barras": TE,
        })
        tienda.pedir(admin, "POST", "/conteos", {"nombre": "Conteo de noviembre"})
        with chromium() as navegador, perfil_en_disco() as uno, perfil_en_disco() as otro:
            caja = Pagina(abrir(navegador, uno), tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("document.getElementById('estado-red').dataset.estado === 'bien'")
            caja.tecla("F1")
            caja.nodo.wait_for_selector(".codigo-corto")
            caja.revisar("conectar-telefono")
            codigo = caja.nodo.inner_text(".codigo-corto")

            camara = camara_que_ve(TE, Path(otro))
            telefono = Pagina(
                abrir(navegador, otro, banderas=camara, ancho=390), tienda, f"/escaner/#{codigo}"
            )
            telefono.revisar("escaner-entrada")
            telefono.entrar(CAJERO)
            caja.esperar_sin_dialogo()
            caja.esperar_total(3490)
            assert "Cajero De Prueba" in caja.nodo.inner_text("#telefono")
            telefono.esperar("document.getElementById('lectura').textContent.includes('Té negro')")
            telefono.revisar("escaner-caja")

            telefono.leer_a_mano("P-1")
            caja.esperar_total(4480)
            # La cámara sigue viendo el mismo té: mientras no se aparte, cuenta una sola vez.
            assert caja.nodo.locator(".linea").count() == 2

            # Y así veinte veces más: cuánto demora del socket a la pantalla.
            total = 4480
            for n in range(20):
                telefono.leer_a_mano(f"P-{n % 5 + 1}")
                total += 990 * (n % 5 + 1)
                caja.esperar_total(total)

            telefono.nodo.click("#modo-precio")
            telefono.leer_a_mano("P-2")
            telefono.esperar("document.getElementById('lectura').textContent.includes('$1.980')")
            telefono.revisar("escaner-precio")
            telefono.leer_a_mano("NADIE-1")
            telefono.esperar("document.getElementById('lectura').textContent.includes('No está')")
            telefono.revisar("escaner-desconocido")

            telefono.nodo.click("#modo-conteo")
            telefono.esperar("document.getElementById('conteo-elegir').options.length === 1")
            telefono.leer_a_mano("P-3")
            telefono.esperar("document.getElementById('lectura').textContent.includes('contados')")
            telefono.revisar("escaner-conteo")
            assert caja.problemas == []
            assert telefono.problemas == []
            caja.esperar_total(total)
            telefono.nodo.click("#modo-caja")
            caja.exigir_lecturas(
                "por el socket, desde el teléfono", lambda n: telefono.leer_a_mano(f"P-{n % 5 + 1}")
            )
        assert tienda.pedir(admin, "GET", "/conteos/1")["lecturas"] == 1
