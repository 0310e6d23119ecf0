"""Un día de una cajera en un navegador de verdad: turno, veinte ventas de todas las clases, y los libros."""

from typing import Any

from scripts.tienda_temporal import ADMIN_RUT, CONTRASENA, Tienda, rut_de, tienda_temporal
from ventas.tests.navegador.apoyo import (
    Pagina,
    abrir,
    chromium,
    necesita_navegador,
    perfil_en_disco,
)
from ventas.tests.navegador.dia import (
    CREDITO,
    DEBITO,
    EFECTIVO,
    PIN_ADMIN,
    PUNTOS,
    Dia,
    antes_de_abrir,
    el_dueno_pone_sus_reglas,
    numero,
    oir,
)

pytestmark = necesita_navegador

CAJERO = rut_de(12345678)
PIN_CAJERO = "4071"
EN_LINEA = "document.getElementById('estado-red-texto').textContent === 'En línea'"
STOCK_INICIAL = {"P-1": 1005, "P-2": 998, "P-3": 998, "P-4": 1000, "P-5": 1000, "P-6": 50}
"""El de ``poblar``: compra 5 del primero, vende 2 de cada uno de tres y devuelve lo del primero."""
AJENA = 4
"""Folio de la venta que un Administrador hizo antes; las de la cajera siguen."""
FONDO, RETIRO, INGRESO, DIFERENCIA = 30_000, 8_000, 1_500, -500


def test_un_dia_de_caja() -> None:
    with tienda_temporal() as tienda:
        admin = antes_de_abrir(tienda)
        with chromium() as navegador, perfil_en_disco() as perfil, perfil_en_disco() as otro, (
            perfil_en_disco()
        ) as de_ella:
            contexto = abrir(navegador, perfil)
            del_dueno = abrir(navegador, otro, ancho=390)
            el_dueno_pone_sus_reglas(del_dueno, tienda)
            caja = Pagina(contexto, tienda, "/caja/")
            dicho = oir(contexto)
            dia = Dia(caja)
            _entra_y_abre_el_turno(dia)
            cliente = Pagina(contexto, tienda, "/caja/cliente/")
            caja.nodo.bring_to_front()
            _ventas_de_la_manana(dia, cliente)
            _con_un_telefono(dia, abrir(navegador, de_ella, ancho=390))
            _sin_red(dia, contexto)
            _con_permiso(tienda, admin, dia, del_dueno)
            _de_todo(dia)
            _devoluciones(tienda, admin, dia)
            assert len(dia.totales) == 20
            _bloqueo(caja)
            dia.mover("r", RETIRO, "A la caja fuerte")
            dia.mover("i", INGRESO, "Sencillo del banco")
            assert dicho
            assert not [texto for texto in dicho if '"esperado"' in texto or '"diferencia"' in texto]
            papel = _cierre_a_ciegas(dia)
            assert caja.problemas == []
            assert cliente.problemas == []
            caja.exigir_lecturas("por el escáner USB", lambda n: caja.escanear(f"P-{n % 5 + 1}"))
        _cuadran_los_libros(tienda, admin, dia, papel)


def _entra_y_abre_el_turno(dia: Dia) -> None:
    caja = dia.caja
    caja.nodo.wait_for_selector("#ingreso:not([hidden])")
    caja.revisar("entrada")
    caja.entrar(CAJERO)
    caja.esperar("navigator.serviceWorker.controller !== null")
    caja.esperar_dialogo("Abrir el turno")
    caja.revisar("abrir-turno")
    caja.tecla("Escape")
    caja.revisar("vacia")
    # Sin turno no se cobra en efectivo: la caja lo dice y lo abre ahí mismo, con la venta esperando.
    total = dia.escanear("P-1")
    dia.pedir_cobro()
    caja.esperar_dialogo("Abrir el turno")
    caja.revisar("cobro-sin-turno")
    dia.fondo = FONDO
    caja.abrir_turno(FONDO)
    dia.terminar()
    dia.anotar(total, {EFECTIVO: total})
    assert caja.nodo.inner_text("#barra-caja") == "Caja 1"
    caja.tecla("F10")
    caja.esperar_dialogo("Menú")
    caja.revisar("menu")
    caja.nodo.click("dialog >> text=Mi PIN")
    caja.esperar_dialogo("Mi PIN")
    caja.llenar(pin_nuevo=PIN_CAJERO, pin_otra_vez=PIN_CAJERO, pin_clave=CONTRASENA)
    caja.revisar("mi-pin")
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()


def _ventas_de_la_manana(dia: Dia, cliente: Pagina) -> None:
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
    cliente.esperar("document.getElementById('cliente-total').textContent === '$1.040'")
    cliente.revisar("pantalla-del-cliente-pagada")
    caja.nodo.bring_to_front()
    caja.revisar("vuelto")
    caja.tecla("i")
    caja.esperar("window.impresos.length === 1")
    assert "TOTAL$3.960" in caja.nodo.evaluate("window.impresos[0]")
    dia.terminar()
    dia.anotar(total, {EFECTIVO: total})
    dia.cobrar(dia.escanear("P-3"), con=DEBITO)
    dia.cobrar(dia.escanear("P-4", "P-5"), con=CREDITO)
    # Con un descuento que deja pesos sueltos: el efectivo se redondea y el total no.
    dia.cobrar(dia.escanear("P-1", "P-3", descuento=7), recibido=5000)
    dia.cobrar(dia.escanear("P-2", descuento=13), recibido=2000)
    # Una en espera mientras se atiende a otra persona.
    en_espera = dia.escanear("P-5")
    caja.tecla("F8")
    caja.esperar_total(0)
    dia.cobrar(dia.escanear("P-2"))
    caja.tecla("F8")
    caja.esperar_total(en_espera)
    dia.cobrar(en_espera, con=DEBITO)


def _con_un_telefono(dia: Dia, contexto: Any) -> None:
    """Un teléfono se conecta con el código de la pantalla y escanea para la caja."""
    caja = dia.caja
    caja.tecla("F1")
    caja.nodo.wait_for_selector(".codigo-corto")
    telefono = Pagina(contexto, caja.tienda, f"/escaner/#{caja.nodo.inner_text('.codigo-corto')}")
    telefono.entrar(CAJERO)
    caja.esperar_sin_dialogo()
    telefono.esperar("document.getElementById('pareo-estado').textContent.startsWith('Conectado')")
    telefono.leer_a_mano("P-4")
    caja.esperar_total(dia.precio["P-4"])
    telefono.leer_a_mano("P-1")
    total = dia.precio["P-4"] + dia.precio["P-1"]
    caja.esperar_total(total)
    dia.vendido.update(["P-4", "P-1"])
    dia.cobrar(total, recibido=10_000)
    assert telefono.problemas == []
    contexto.close()


def _sin_red(dia: Dia, contexto: Any) -> None:
    caja = dia.caja
    total = dia.escanear("P-1", "P-1")
    contexto.set_offline(True)
    dia.cobrar(total, titulo="por enviar", recibido=2000)
    caja.revisar("sin-red")
    dia.cobrar(dia.escanear("P-4"), titulo="por enviar", con=DEBITO)
    # Lo que pide permiso no se vende sin tener a quién pedirlo.
    total = dia.escanear("P-3", "P-2", descuento=50)
    dia.pedir_cobro()
    caja.esperar("document.querySelector('dialog .error:not(:empty)')?.textContent.includes('hasta 20 %')")
    caja.revisar("sin-red-descuento")
    caja.tecla("Escape")
    caja.tecla("F6")
    caja.nodo.fill("[name=descuento]", "0")
    caja.tecla("Enter")
    dia.cobrar(dia.precio["P-3"] + dia.precio["P-2"], titulo="por enviar")
    contexto.set_offline(False)
    caja.esperar(EN_LINEA)


def _con_permiso(tienda: Tienda, admin: str, dia: Dia, del_dueno: Any) -> None:
    caja = dia.caja
    # Un descuento sobre el límite: primero un PIN que no es, después el del Administrador.
    total = dia.escanear("P-5", descuento=30)
    dia.pedir_cobro(DEBITO)
    caja.esperar_dialogo("Hace falta un Administrador")
    caja.llenar(supervisor=ADMIN_RUT, pin=PIN_CAJERO)
    caja.tecla("Enter")
    caja.esperar("document.querySelector('#campo-pin-error').textContent !== ''")
    caja.revisar("autorizacion-pin-malo")
    caja.llenar(pin=PIN_ADMIN)
    caja.tecla("Enter")
    dia.terminar()
    dia.anotar(total, {DEBITO: total})
    # Otro precio: lo aprueba el dueño desde su teléfono, y la venta sigue sola.
    telefono = Pagina(del_dueno, tienda, "/escaner/")
    telefono.entrar(ADMIN_RUT)
    telefono.esperar("document.getElementById('red').dataset.estado === 'bien'")
    dia.escanear("P-2")
    caja.tecla("p")
    caja.esperar_dialogo("Producto 2")
    caja.revisar("precio")
    caja.llenar(precio="1500")
    caja.tecla("Enter")
    caja.esperar_total(1500)
    dia.pedir_cobro(recibido=2000)
    caja.esperar_dialogo("Hace falta un Administrador")
    caja.nodo.click("[data-accion=a-distancia]")
    telefono.esperar_dialogo("Piden su aprobación")
    caja.revisar("autorizacion-esperando")
    telefono.revisar("escaner-aprobar")
    assert "$1.500" in telefono.nodo.inner_text("dialog")
    telefono.nodo.click("[data-accion=aprobar]")
    assert dia.terminar() == 500
    dia.anotar(1500, {EFECTIVO: 1500})
    assert telefono.problemas == []
    # Un precio que cambia con la venta abierta.
    dia.precio["P-6"] = 1500
    dia.escanear("P-6")
    tienda.pedir(admin, "PUT", "/product/barcode/P-6", {"precio_venta": 1700})
    caja.esperar_total(1700)
    caja.esperar("document.getElementById('aviso').textContent.includes('de $1.500 a $1.700')")
    caja.revisar("precio-cambiado")
    dia.cobrar(1700, con=CREDITO)


def _de_todo(dia: Dia) -> None:
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
        dia.cobrar(dia.escanear(f"P-{n % 5 + 1}"), con=(EFECTIVO, DEBITO, CREDITO)[n % 3])


def _devoluciones(tienda: Tienda, admin: str, dia: Dia) -> None:
    """Una unidad de una venta suya, escaneando la boleta; y una ajena, con permiso."""
    caja = dia.caja
    por_folio = {v["folio"]: v["id_venta"] for v in tienda.pedir(admin, "GET", "/ventas?limit=1000")}
    caja.escanear(f"BOLETA-{por_folio[AJENA + 2]}")
    caja.esperar_dialogo(f"Boleta {AJENA + 2}")
    caja.nodo.click("[aria-label='Más de Producto 1']")
    caja.nodo.click("text=Se arrepintió")
    caja.revisar("devolucion")
    caja.nodo.click("[data-accion=devolver]")
    caja.nodo.wait_for_selector(".vuelto")
    assert "$990" in caja.nodo.inner_text(".vuelto")
    caja.revisar("nota-de-credito")
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()
    dia.devolver("P-1", 990)
    caja.escanear(f"BOLETA-{por_folio[AJENA]}")
    caja.esperar_dialogo("Boleta de otra persona")
    caja.escanear("P-6")
    caja.revisar("devolucion-ajena")
    caja.nodo.click("text=Venía malo")
    caja.nodo.click("[data-accion=devolver]")
    caja.esperar_dialogo("Hace falta un Administrador")
    caja.llenar(pin=PIN_ADMIN)
    caja.tecla("Enter")
    caja.nodo.wait_for_selector(".vuelto")
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()
    dia.devolver("P-6", 1500, DEBITO)


def _bloqueo(caja: Pagina) -> None:
    """Bloqueada, lo escaneado no entra; con el PIN, la venta sigue donde estaba."""
    caja.escanear("P-1")
    caja.esperar_total(990)
    caja.tecla("F11")
    caja.nodo.wait_for_selector("#ingreso:not([hidden])")
    caja.esperar("document.getElementById('ingreso-clave-rotulo').textContent === 'PIN'")
    caja.revisar("bloqueada")
    caja.escanear("P-1")
    caja.desbloquear(PIN_CAJERO)
    caja.esperar_total(990)
    caja.tecla("Delete")
    caja.esperar_total(0)


def _cierre_a_ciegas(dia: Dia) -> str:
    """Cuenta el cajón, al que le falta; recién guardado el conteo se sabe cuánto. Devuelve el Z impreso."""
    caja = dia.caja
    caja.tecla("t")
    caja.esperar_dialogo("Turno en Caja 1")
    caja.revisar("turno")
    caja.tecla("c")
    caja.esperar_dialogo("Cerrar el turno")
    for valor, cuantas in dia.contar(DIFERENCIA).items():
        caja.llenar(**{f"den_{valor}": str(cuantas)})
    caja.llenar(comentario="Faltó sencillo")
    caja.revisar("cierre")
    assert numero(caja.nodo.inner_text("dialog .monto-grande")) == dia.cajon + DIFERENCIA
    caja.tecla("Enter")
    caja.esperar_dialogo("Informe Z 1")
    caja.revisar("informe-z")
    assert "Falta" in caja.nodo.inner_text("dialog")
    caja.tecla("i")
    caja.esperar("window.impresos.at(-1).includes('INFORME Z')")
    papel = str(caja.nodo.evaluate("window.impresos.at(-1)"))
    caja.tecla("Enter")
    caja.esperar_sin_dialogo()
    # El Z queda para verlo otra vez.
    caja.tecla("F10")
    caja.esperar_dialogo("Menú")
    caja.nodo.click("dialog >> text=Informes Z")
    caja.esperar_dialogo("Informes Z")
    caja.revisar("informes-z")
    caja.tecla("Escape")
    return papel


def _cuadran_los_libros(tienda: Tienda, admin: str, dia: Dia, papel: str) -> None:
    ventas = sorted(tienda.pedir(admin, "GET", "/ventas?limit=1000"), key=lambda v: v["folio"])[AJENA:]
    assert [v["folio"] for v in ventas] == list(range(AJENA + 1, AJENA + 21))
    assert [v["total_con_iva"] for v in ventas] == dia.totales
    for codigo, inicial in STOCK_INICIAL.items():
        stock = tienda.pedir(admin, "GET", f"/product/barcode/{codigo}")["stock"]
        vendidas_antes = 2 if codigo == "P-6" else 0
        assert stock == inicial - vendidas_antes - dia.vendido[codigo], codigo
    (turno,) = tienda.pedir(admin, "GET", "/turnos")
    z = tienda.pedir(admin, "GET", f"/turnos/{turno['id_turno']}/z")
    assert (z["numero_z"], z["ventas"], z["vendido"]) == (1, 20, sum(dia.totales))
    assert {p["id_forma_pago"]: p["monto"] for p in z["pagos"]} == dict(dia.pagado)
    assert {p["id_forma_pago"]: p["monto"] for p in z["reembolsos"]} == dict(dia.devuelto)
    assert z["efectivo"] == {
        "fondo": FONDO, "ventas": dia.pagado[EFECTIVO], "reembolsos": dia.devuelto[EFECTIVO],
        "ingresos": INGRESO, "retiros": RETIRO,
    }
    assert (z["esperado"], z["contado"], z["diferencia"]) == (
        dia.cajon, dia.cajon + DIFERENCIA, DIFERENCIA,
    )
    assert [(f["desde"], f["hasta"], f["cuantos"]) for f in z["folios"]] == [(AJENA + 1, AJENA + 20, 20)]
    assert z["cabeza_registros"]["hash"] in papel.replace("\n", "")
    assert "FALTA$500" in papel
    descuentos = tienda.pedir(admin, "GET", "/registros?tipo=descuento&limit=100")
    autorizados = [d["usuario"] for d in descuentos if "Autorizó Administrador" in d["descripcion"]]
    assert autorizados == ["Cajero De Prueba"] * 2
    for orden in ("verificar_ventas", "verificar_inventario", "verificar_registros"):
        tienda.ordenar(orden)
