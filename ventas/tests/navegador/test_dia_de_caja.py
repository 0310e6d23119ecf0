"""Un día de una cajera en un navegador de verdad: veinte ventas de todas las clases, y los libros cuadran."""

from collections import Counter
from typing import Any

from scripts.tienda_temporal import Tienda, poblar, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)

pytestmark = necesita_navegador

CAJERO, CLIENTE = rut_de(12345678), rut_de(21799760)
CREDITO, EFECTIVO, DEBITO, PUNTOS = 1, 2, 3, 4
EN_LINEA = "document.getElementById('estado-red-texto').textContent === 'En línea'"
STOCK_INICIAL = {"P-1": 1005, "P-2": 998, "P-3": 998, "P-4": 1000, "P-5": 1000}
"""El de ``poblar``: compra 5 del primero, vende 2 de cada uno de tres y devuelve lo del primero."""
PRECIO = {f"P-{n}": 990 * n for n in range(1, 6)}
MAXIMO_MS = 100


def _redondeado(monto: int) -> int:
    """Lo que se paga en efectivo (Ley 20.956), escrito aparte del código que se prueba."""
    return monto // 10 * 10 + (10 if monto % 10 > 5 else 0)


class _Dia:
    """La cajera, y la cuenta que lleva aparte de lo que vendió."""

    def __init__(self, caja: Pagina) -> None:
        self.caja = caja
        self.vendido: Counter[str] = Counter()
        self.pagado: Counter[int] = Counter()
        self.totales: list[int] = []

    def escanear(self, *codigos: str, descuento: int = 0) -> int:
        for codigo in codigos:
            self.caja.escanear(codigo)
        self.vendido.update(codigos)
        total = sum(PRECIO[codigo] for codigo in codigos)
        self.caja.esperar_total(total)
        if descuento:
            self.caja.tecla("F6")
            self.caja.esperar_dialogo("Descuento")
            self.caja.escribir(str(descuento))
            self.caja.tecla("Enter")
            total = (total * (100 - descuento) * 2 + 100) // 200
            self.caja.esperar_total(total)
        return total

    def cobrar(
        self, total: int, *, con: str = "", titulo: str = "Boleta", recibido: int | None = None
    ) -> None:
        """``con``: la tecla de la forma de pago; en efectivo, ``recibido`` o lo justo."""
        self.caja.tecla("F9")
        self.caja.esperar_dialogo("Cobrar")
        if con:
            self.caja.tecla(con)
        if recibido is not None:
            self.caja.escribir(str(recibido))
        self.caja.tecla("Enter")
        self.terminar(titulo)
        forma = {"": EFECTIVO, "d": DEBITO, "c": CREDITO, "p": PUNTOS}[con]
        self.anotar(total, {forma: total})
        if recibido is not None:
            assert self.vuelto == recibido - _redondeado(total)

    def terminar(self, titulo: str = "Boleta") -> None:
        self.caja.nodo.wait_for_selector(".vuelto")
        self.caja.esperar_dialogo(titulo)
        self.vuelto = int("".join(filter(str.isdigit, self.caja.nodo.inner_text(".vuelto"))))
        self.caja.tecla("Enter")
        self.caja.esperar_sin_dialogo()
        self.caja.esperar_total(0)

    def anotar(self, total: int, pagos: dict[int, int]) -> None:
        self.totales.append(total)
        self.pagado.update(pagos)

    def poner_cliente(self) -> None:
        self.caja.tecla("F4")
        self.caja.esperar_dialogo("Cliente")
        self.caja.escribir(CLIENTE)
        self.caja.tecla("Enter")
        self.caja.nodo.wait_for_selector("#resumen-cliente:not([hidden])")


def test_un_dia_de_caja() -> None:
    with tienda_temporal(DB_HOST="", REDIS_URL="") as tienda:
        admin = poblar(tienda)["administrador"]
        with chromium() as navegador, perfil_en_disco() as perfil:
            contexto = abrir(navegador, perfil)
            caja = Pagina(contexto, tienda, "/caja/")
            caja.nodo.wait_for_selector("#ingreso:not([hidden])")
            caja.revisar("entrada")
            caja.entrar(CAJERO)
            caja.esperar("navigator.serviceWorker.controller !== null")
            caja.revisar("vacia")
            cliente = Pagina(contexto, tienda, "/caja/cliente/")
            caja.nodo.bring_to_front()
            dia = _Dia(caja)
            _ventas_de_la_manana(dia, cliente)
            _sin_red(dia, contexto)
            _el_resto(dia)
            _devolucion(tienda, admin, dia)
            assert len(dia.totales) == 20
            _bloqueo(caja)
            assert caja.problemas == []
            assert cliente.problemas == []
            p95 = caja.anotar_lecturas("por el escáner USB")
            assert p95 < MAXIMO_MS
        _cuadran_los_libros(tienda, admin, dia)


def _ventas_de_la_manana(dia: _Dia, cliente: Pagina) -> None:
    caja = dia.caja
    total = dia.escanear("P-1", "P-2", "P-1")
    caja.revisar("venta")
    cliente.esperar("document.getElementById('cliente-total').textContent === '$3.960'")
    cliente.revisar("pantalla-del-cliente")
    caja.nodo.bring_to_front()
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
    dia.terminar()
    dia.anotar(total, {EFECTIVO: total})
    dia.cobrar(dia.escanear("P-3"), con="d")
    dia.cobrar(dia.escanear("P-4", "P-5"), con="c")
    # Con un descuento que deja pesos sueltos: el efectivo se redondea y el total no.
    dia.cobrar(dia.escanear("P-1", "P-3", descuento=7), recibido=5000)
    dia.cobrar(dia.escanear("P-2", descuento=33), recibido=2000)
    # Una en espera mientras se atiende a otra persona.
    en_espera = dia.escanear("P-5")
    caja.tecla("F8")
    caja.esperar_total(0)
    dia.cobrar(dia.escanear("P-2"))
    caja.tecla("F8")
    caja.esperar_total(en_espera)
    dia.cobrar(en_espera, con="d")


def _sin_red(dia: _Dia, contexto: Any) -> None:
    caja = dia.caja
    total = dia.escanear("P-1", "P-1")
    contexto.set_offline(True)
    dia.cobrar(total, titulo="por enviar", recibido=2000)
    caja.revisar("sin-red")
    dia.cobrar(dia.escanear("P-4"), titulo="por enviar", con="d")
    dia.cobrar(dia.escanear("P-3", "P-2"), titulo="por enviar")
    contexto.set_offline(False)
    caja.esperar(EN_LINEA)


def _el_resto(dia: _Dia) -> None:
    caja = dia.caja
    # Con puntos no alcanza: el resto, con otra forma.
    total = dia.escanear("P-4")
    dia.poner_cliente()
    caja.tecla("F9")
    caja.esperar_dialogo("Cobrar")
    caja.tecla("m")
    caja.escribir("50")
    caja.tecla("p")
    caja.tecla("Enter")
    caja.esperar("document.querySelector('dialog .pares:not([hidden]) dd')?.textContent === '$50'")
    caja.tecla("d")
    caja.revisar("cobro-mixto")
    caja.tecla("Enter")
    dia.terminar()
    dia.anotar(total, {PUNTOS: 50, DEBITO: total - 50})
    total = dia.escanear("P-5", "P-1")
    caja.tecla("F9")
    caja.esperar_dialogo("Cobrar")
    caja.tecla("m")
    caja.escribir("5000")
    caja.tecla("c")
    caja.tecla("Enter")
    caja.esperar("document.querySelector('dialog .pares:not([hidden]) dd')?.textContent === '$5.000'")
    caja.tecla("e")
    caja.tecla("Enter")
    dia.terminar()
    dia.anotar(total, {CREDITO: 5000, EFECTIVO: total - 5000})
    for n in range(len(dia.totales), 20):
        dia.cobrar(dia.escanear(f"P-{n % 5 + 1}"), con=("", "d", "c")[n % 3])


def _devolucion(tienda: Tienda, admin: str, dia: _Dia) -> None:
    """Vuelve una unidad de la primera venta, escaneando su boleta."""
    caja = dia.caja
    primera = next(v for v in tienda.pedir(admin, "GET", "/ventas?limit=1000") if v["folio"] == 4)
    caja.escanear(f"BOLETA-{primera['id_venta']}")
    caja.esperar_dialogo("Boleta 4")
    caja.nodo.click("[aria-label='Más de Producto 1']")
    caja.nodo.click("text=Se arrepintió")
    caja.revisar("devolucion")
    caja.nodo.click("[data-accion=devolver]")
    caja.nodo.wait_for_selector(".vuelto")
    assert "$990" in caja.nodo.inner_text(".vuelto")
    caja.revisar("nota-de-credito")
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()
    dia.vendido["P-1"] -= 1


def _bloqueo(caja: Pagina) -> None:
    """Bloqueada, lo escaneado no entra; con la clave, sigue donde estaba."""
    caja.tecla("F11")
    caja.nodo.wait_for_selector("#ingreso:not([hidden])")
    caja.revisar("bloqueada")
    caja.escanear("P-1")
    caja.desbloquear()
    caja.esperar_total(0)


def _cuadran_los_libros(tienda: Tienda, admin: str, dia: _Dia) -> None:
    ventas = sorted(tienda.pedir(admin, "GET", "/ventas?limit=1000"), key=lambda v: v["folio"])[3:]
    assert [v["folio"] for v in ventas] == list(range(4, 24))
    assert [v["total_con_iva"] for v in ventas] == dia.totales
    assert sum(dia.pagado.values()) == sum(dia.totales)
    for codigo, inicial in STOCK_INICIAL.items():
        stock = tienda.pedir(admin, "GET", f"/product/barcode/{codigo}")["stock"]
        assert stock == inicial - dia.vendido[codigo], codigo
