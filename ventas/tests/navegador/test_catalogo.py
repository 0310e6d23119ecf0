"""Cinco mil productos en la caja: cuánto pesa la copia y cuánto demora; escanear sigue siendo al instante."""

from pathlib import Path
from typing import Any

from scripts.tienda_temporal import CATEGORIA, Tienda, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import Pagina, abrir, chromium, necesita_navegador, perfil_en_disco

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
PRODUCTOS = 5000
BYTES_MAXIMO = 400_000
"""Un segundo de la conexión de una tienda de barrio (unos 3 Mbit/s)."""


def test_la_copia_de_cinco_mil_productos(tmp_path: Path) -> None:
    with tienda_temporal() as tienda:
        admin = poblar(tienda)["administrador"]
        _llenar(tienda, tmp_path / "productos.csv")
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.entrar(CAJERO)
            caja.esperar("performance.getEntriesByName('catalogo').length")
            entera = _ultima(caja)
            print(
                f"\nCatálogo de {entera['filas']} productos: {entera['pasaron'] / 1024:.0f} KB comprimido"
                f" ({entera['abierto'] / 1024:.0f} KB), {entera['red']:.0f} ms en llegar y"
                f" {entera['total']:.0f} ms hasta poder venderlo"
            )
            assert entera["filas"] == PRODUCTOS + 5
            assert entera["pasaron"] < BYTES_MAXIMO

            # Sin servidor y recién abierta: parte de su copia.
            caja.esperar("navigator.serviceWorker.controller !== null")
            contexto.set_offline(True)
            caja.nodo.reload()
            caja.nodo.wait_for_selector("#caja:not([hidden])")
            copia = caja.nodo.evaluate("performance.getEntriesByName('copia').at(-1).duration")
            print(f"Abrir sin servidor, de la copia: {copia:.0f} ms")
            for n in range(1, PRODUCTOS, PRODUCTOS // 20):
                caja.escanear(f"C{n:05d}")
            caja.esperar("document.querySelectorAll('.linea').length === 20")
            caja.exigir_lecturas("con 5.000 productos y sin red", lambda n: caja.escanear(f"C{n + 1:05d}"))
            caja.tecla("F2")
            caja.esperar_dialogo("Buscar")
            caja.escribir("artículo 4999")
            caja.esperar("document.querySelectorAll('dialog li').length === 1")
            caja.revisar("buscar")
            caja.tecla("Escape")

            # De vuelta, el precio que cambió entretanto llega a la venta abierta.
            tienda.pedir(admin, "PUT", "/product/barcode/C00001", {"precio_venta": 4321})
            contexto.set_offline(False)
            caja.esperar("document.querySelector('.linea').textContent.includes('$4.321')")
            assert caja.problemas == []


def _ultima(caja: Pagina) -> dict[str, Any]:
    return dict(caja.nodo.evaluate(
        """() => {
            const tramo = performance.getEntriesByName('catalogo').at(-1);
            const red = performance.getEntriesByType('resource')
                .filter(uno => uno.name.includes('/caja/catalogo')).at(-1);
            return {filas: tramo.detail, total: tramo.duration, red: red.responseEnd - red.startTime,
                    pasaron: red.encodedBodySize, abierto: red.decodedBodySize};
        }"""
    ))


def _llenar(tienda: Tienda, planilla: Path) -> None:
    """Por la planilla, como los traería el dueño."""
    filas = ["codigo_barras;nombre;categoria;precio_venta;costo;stock"]
    filas += [
        f"C{n:05d};Artículo {n} de una marca conocida, {100 + n % 900} g;{CATEGORIA};"
        f"{500 + n};{300 + n % 400};50"
        for n in range(1, PRODUCTOS + 1)
    ]
    planilla.write_text("\n".join(filas))
    tienda.ordenar("importar_productos", str(planilla), "--detalle", "0")
