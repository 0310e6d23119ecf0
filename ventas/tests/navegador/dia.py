"""La cajera de la prueba, y la cuenta que lleva aparte de todo lo que la tienda escribe."""

from collections import Counter
from typing import Any

from scripts.tienda_temporal import ADMIN_RUT, CATEGORIA, CONTRASENA, Tienda, poblar, rut_de
from ventas.tests.navegador.apoyo import Pagina

CLIENTE = rut_de(21799760)
PIN_ADMIN = "9053"
CREDITO, EFECTIVO, DEBITO, PUNTOS = 1, 2, 3, 4
TECLA = {EFECTIVO: "", DEBITO: "d", CREDITO: "c", PUNTOS: "p"}
PRECIO = {f"P-{n}": 990 * n for n in range(1, 6)}
"""Los de ``poblar``."""


def en_efectivo(monto: int) -> int:
    """Lo que se paga o devuelve en efectivo (Ley 20.956), escrito aparte del código que se prueba."""
    return monto // 10 * 10 + (10 if monto % 10 > 5 else 0)


def numero(texto: str) -> int:
    return int("".join(filter(str.isdigit, texto)))


class Dia:
    """Lo vendido, cobrado y movido, sumado a mano: ni un número viene de la tienda."""

    def __init__(self, caja: Pagina) -> None:
        self.caja = caja
        self.precio = dict(PRECIO)
        self.vendido: Counter[str] = Counter()
        self.pagado: Counter[int] = Counter()
        self.devuelto: Counter[int] = Counter()
        self.totales: list[int] = []
        self.fondo = 0
        self.movido = 0

    @property
    def cajon(self) -> int:
        """CLP en efectivo que debe haber en el cajón."""
        return self.fondo + self.movido + self.pagado[EFECTIVO] - self.devuelto[EFECTIVO]

    # --- vender -------------------------------------------------------------------------

    def escanear(self, *codigos: str, descuento: int = 0) -> int:
        for codigo in codigos:
            self.caja.escanear(codigo)
        self.vendido.update(codigos)
        total = sum(self.precio[codigo] for codigo in codigos)
        self.caja.esperar_total(total)
        if descuento:
            self.caja.tecla("F6")
            self.caja.esperar_dialogo("Descuento")
            self.caja.escribir(str(descuento))
            self.caja.tecla("Enter")
            total = (total * (100 - descuento) * 2 + 100) // 200
            self.caja.esperar_total(total)
        return total

    def pedir_cobro(self, forma: int = EFECTIVO, recibido: int | None = None) -> None:
        """Hasta apretar «Cobrar»; en efectivo, ``recibido`` o lo justo."""
        self.caja.tecla("F9")
        self.caja.esperar_dialogo("Cobrar")
        if TECLA[forma]:
            self.caja.tecla(TECLA[forma])
        if recibido is not None:
            self.caja.escribir(str(recibido))
        self.caja.tecla("Enter")

    def cobrar(
        self, total: int, *, con: int = EFECTIVO, titulo: str = "Boleta", recibido: int | None = None
    ) -> None:
        self.pedir_cobro(con, recibido)
        vuelto = self.terminar(titulo)
        self.anotar(total, {con: total})
        if recibido is not None:
            assert vuelto == recibido - en_efectivo(total)

    def terminar(self, titulo: str = "Boleta") -> int:
        """Cierra la ventana del vuelto; devuelve lo que decía."""
        self.caja.nodo.wait_for_selector(".vuelto")
        self.caja.esperar_dialogo(titulo)
        vuelto = numero(self.caja.nodo.inner_text(".vuelto"))
        self.caja.tecla("Enter")
        self.caja.esperar_sin_dialogo()
        self.caja.esperar_total(0)
        return vuelto

    def anotar(self, total: int, pagos: dict[int, int]) -> None:
        self.totales.append(total)
        self.pagado.update({
            forma: en_efectivo(monto) if forma == EFECTIVO else monto for forma, monto in pagos.items()
        })

    def poner_cliente(self) -> None:
        self.caja.tecla("F4")
        self.caja.esperar_dialogo("Cliente")
        self.caja.escribir(CLIENTE)
        self.caja.tecla("Enter")
        self.caja.nodo.wait_for_selector("#resumen-cliente:not([hidden])")

    # --- lo demás del cajón ---------------------------------------------------------------

    def devolver(self, codigo: str, monto: int, forma: int = EFECTIVO) -> None:
        self.vendido[codigo] -= 1
        self.devuelto[forma] += en_efectivo(monto) if forma == EFECTIVO else monto

    def mover(self, tecla: str, monto: int, motivo: str) -> None:
        """``tecla``: «i» de ingreso o «r» de retiro."""
        self.caja.tecla("t")
        self.caja.esperar_dialogo("Turno en")
        self.caja.tecla(tecla)
        self.caja.esperar_dialogo("de dinero")
        self.caja.llenar(monto_movimiento=str(monto), motivo_movimiento=motivo)
        self.caja.tecla("Enter")
        self.caja.esperar_sin_dialogo()
        self.movido += monto if tecla == "i" else -monto

    def contar(self, diferencia: int) -> dict[int, int]:
        """Denominación → cuántas, para que al cajón le sobren (o falten) ``diferencia`` CLP."""
        resto, conteo = self.cajon + diferencia, {}
        for valor in (20000, 10000, 5000, 2000, 1000, 500, 100, 50, 10):
            conteo[valor], resto = divmod(resto, valor)
        assert not resto
        return conteo


def antes_de_abrir(tienda: Tienda) -> str:
    """Productos, el PIN del Administrador y una venta suya. Devuelve su token."""
    admin = str(poblar(tienda)["administrador"])
    tienda.pedir(admin, "PUT", f"/users/{ADMIN_RUT}/pin", {"pin": PIN_ADMIN, "contrasena": CONTRASENA})
    tienda.pedir(admin, "POST", "/product", {
        "nombre": "Producto 6", "precio_venta": 1500, "stock": 50, "categoria": CATEGORIA,
        "codigo_barras": "P-6",
    })
    tienda.pedir(admin, "POST", "/ventas-detalle", {
        "id_forma_pago": DEBITO, "id_tipodocumento": 1,
        "productos": [{"codigo_barras": "P-6", "cantidad": 2}],
    })
    return admin


def el_dueno_pone_sus_reglas(contexto: Any, tienda: Tienda) -> None:
    """En el admin: turno obligatorio, tope al descuento, y anular con permiso."""
    pagina = contexto.new_page()
    pagina.goto(tienda.url + "/admin/base/tienda/1/change/")
    pagina.fill("[name=username]", ADMIN_RUT)
    pagina.fill("[name=password]", CONTRASENA)
    pagina.keyboard.press("Enter")
    pagina.check("[name=exige_turno]", force=True)
    pagina.fill("[name=limite_descuento_cajero]", "20")
    pagina.check("[name=anulacion_con_autorizacion]", force=True)
    pagina.click("[name=_continue]")
    pagina.wait_for_selector("[name=exige_turno]:checked", state="attached")
    pagina.close()


def oir(contexto: Any) -> list[str]:
    """Lo que el servidor le contesta a la caja, desde ahora."""
    dicho: list[str] = []

    def anotar(respuesta: Any) -> None:
        if "json" in respuesta.headers.get("content-type", "") and "/cierre" not in respuesta.url:
            dicho.append(respuesta.text())

    contexto.on("requestfinished", lambda peticion: anotar(peticion.response()))
    return dicho
