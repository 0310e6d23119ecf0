#!/usr/bin/env python3
"""La mañana de una tienda, por HTTP, contra un servidor andando; y después, la prueba de que todo cuadra.

    scripts/manana_de_tienda.py --url http://127.0.0.1:5000 --rut 11.111.111-1

La contraseña del Administrador va en ADMIN_CONTRASENA. Crea lo suyo (cajeros, clientes y productos con
códigos propios), así que puede repetirse. Sale con 0 si todo cuadra y con 1 si no.
"""

import argparse
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx
from stdnum import ean
from stdnum.cl import rut as stdnum_rut

CONTRASENA = "Once-con-palta-7"
HOY = os.environ.get("SEMILLA") or uuid.uuid4().hex[:6].upper()
"""Marca lo que esta mañana crea y es la semilla de su azar: en dos bases nuevas, la misma juega lo mismo."""
Respuesta = httpx.Response


class Fallo(Exception):
    """Algo no es como debe."""


def exigir(condicion: object, que: str) -> None:
    if not condicion:
        raise Fallo(que)


class Persona:
    """Alguien con su sesión abierta. Cuenta cada respuesta, de todos, por estado."""

    estados: Counter[int] = Counter()
    _candado = threading.Lock()

    def __init__(self, url: str, rut: str = "", contrasena: str = "") -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.rut = rut
        self.usuario: dict[str, Any] = {}
        if rut:
            sesion = self.pedir("POST", "/login", {"rut": rut, "contrasena": contrasena}, espera=200)
            self.http.headers["Authorization"] = f"Bearer {sesion['access_token']}"
            self.usuario = sesion["usuario"]

    def llamar(self, metodo: str, ruta: str, cuerpo: Any = None, clave: str = "") -> Respuesta:
        cabeceras = {"Idempotency-Key": clave} if clave else {}
        respuesta = self.http.request(metodo, ruta, json=cuerpo, headers=cabeceras)
        with Persona._candado:
            Persona.estados[respuesta.status_code] += 1
        exigir(respuesta.status_code < 500, f"{metodo} {ruta} dio {respuesta.status_code}: {respuesta.text}")
        return respuesta

    def pedir(
        self, metodo: str, ruta: str, cuerpo: Any = None, *, espera: int, clave: str = ""
    ) -> Any:
        respuesta = self.llamar(metodo, ruta, cuerpo, clave)
        exigir(
            respuesta.status_code == espera,
            f"{metodo} {ruta} dio {respuesta.status_code} y no {espera}: {respuesta.text[:300]}",
        )
        return respuesta.json()

    def todo(self, ruta: str) -> Iterator[dict[str, Any]]:
        """Una lista entera, página por página, por las cabeceras ``Link``."""
        siguiente: str | None = ruta
        while siguiente:
            respuesta = self.llamar("GET", siguiente)
            exigir(respuesta.status_code == 200, f"GET {siguiente} dio {respuesta.status_code}")
            yield from respuesta.json()
            siguiente = respuesta.links.get("next", {}).get("url")


@contextmanager
def parte(nombre: str) -> Iterator[None]:
    partio = time.monotonic()
    yield
    print(f"  {nombre:<58} {time.monotonic() - partio:6.1f} s", flush=True)


def a_la_vez(cuantos: int, tarea: Callable[[int], Any]) -> list[Any]:
    """``tarea(0..n-1)`` en hilos que parten juntos."""
    barrera = threading.Barrier(cuantos)

    def una(numero: int) -> Any:
        barrera.wait()
        return tarea(numero)

    with ThreadPoolExecutor(cuantos) as hilos:
        return list(hilos.map(una, range(cuantos)))


def efectivo_de(partes: list[dict[str, Any]]) -> int:
    """CLP en efectivo, ya con el redondeo legal."""
    return sum(p["monto"] + p["redondeo"] for p in partes if p["id_forma_pago"] == 2)


class Manana:
    """La tienda durante la mañana, con la cuenta propia de lo que debería quedar."""

    def __init__(self, url: str, rut: str, contrasena: str, *, ventas: int, cajeros: int) -> None:
        self.url, self.cuantas, self.azar = url, ventas, random.Random(HOY)
        self.admin = Persona(url, rut, contrasena)
        self.cajeros = [self._gente("Cajero") for _ in range(cajeros)]
        self.clientes = [self._gente("Cliente") for _ in range(2)]
        self.stock: Counter[str] = Counter()
        self.hechas: dict[int, dict[str, Any]] = {}
        self.candado = threading.Lock()
        self.turnos: dict[int, int] = {}
        self.efectivo: Counter[int] = Counter()

    def _gente(self, tipo: str) -> Persona:
        cuerpo = str(self.azar.randrange(5_000_000, 24_000_000))
        rut = cuerpo + stdnum_rut.calc_check_digit(cuerpo)
        datos = {
            "rut": rut, "nombre": tipo, "apellido": f"de la mañana {HOY}", "correo": "manana@tienda.example",
            "contrasena": CONTRASENA, "telefono": "", "tipo_usuario": tipo, "estado": "Activo",
        }
        self.admin.pedir("POST", "/register", datos, espera=201)
        return Persona(self.url, rut, CONTRASENA)

    # --- preparar ------------------------------------------------------------------

    def abrir(self) -> None:
        """Productos: cuatro muy pedidos con poco stock, veinte corrientes, uno por kilo y uno escaso."""
        self.categoria = f"Mañana {HOY}"
        self.admin.pedir("POST", "/categories", {"nombre_categoria": self.categoria}, espera=201)
        self.pedidos = [self._producto(f"Pedido {n}", 990 + n, 60) for n in range(4)]
        self.corrientes = [self._producto(f"Corriente {n}", 500 + 37 * n, 1000) for n in range(20)]
        self.escaso = self._producto("Escaso", 1500, 10)
        item = f"{self.azar.randrange(10_000, 99_999)}"
        self.queso = self._producto("Queso por kg", 5990, 50, unidad="kg", codigos_barras=[item])
        etiqueta = f"24{item}00345"
        self.etiqueta = etiqueta + ean.calc_check_digit(etiqueta)
        for cajero in self.cajeros:
            self._abrir_caja(cajero)

    def _abrir_caja(self, cajero: Persona) -> None:
        id_cajero = cajero.usuario["id_usuario"]
        caja = self.admin.pedir("POST", "/cajas", {"nombre": f"Caja {id_cajero} {HOY}"}, espera=201)
        abrir = {"id_caja": caja["id_caja"], "fondo_inicial": 20_000}
        turno = cajero.pedir("POST", "/turnos", abrir, espera=201)
        cajero.pedir("POST", "/turnos", abrir, espera=409)
        self.turnos[id_cajero] = turno["id_turno"]
        self.efectivo[id_cajero] = 20_000

    def _producto(self, nombre: str, precio: int, stock: int, **mas: Any) -> str:
        cuerpo = f"21{self.azar.randrange(10**10):010d}"
        codigo = cuerpo + ean.calc_check_digit(cuerpo)
        datos = {
            "nombre": f"{nombre} {HOY}", "descripcion": "", "precio_venta": precio, "stock": stock,
            "categoria": self.categoria, "codigo_barras": codigo, "estado": "Activo", **mas,
        }
        self.admin.pedir("POST", "/product", datos, espera=201)
        self.stock[codigo] = Decimal(stock)  # type: ignore[assignment]
        return codigo

    # --- la mañana -----------------------------------------------------------------

    def cada_rol_entra_y_ve_lo_suyo(self) -> None:
        nadie, cliente, cajero = Persona(self.url), self.clientes[0], self.cajeros[0]
        nadie.pedir("POST", "/login", {"rut": cajero.rut, "contrasena": "no es esa"}, espera=401)
        nadie.pedir("GET", "/products", espera=401)
        cliente.pedir("POST", "/ventas-detalle", self._pedido([(self.corrientes[0], 1)]), espera=403)
        cajero.pedir("POST", "/product", {}, espera=403)
        cajero.pedir("GET", "/registros", espera=403)
        for persona in (self.admin, cajero, cliente):
            perfil = persona.pedir("GET", "/profile", espera=200)
            exigir(perfil["rut"] == persona.usuario["rut"], "el perfil es de otro")
            for codigo in (*self.pedidos, self.escaso):
                producto = persona.pedir("GET", f"/product/barcode/{codigo}", espera=200)
                exigir(producto["codigo_barras"] == codigo, "el código trajo otro producto")
            persona.pedir("GET", "/product/barcode/NO-ESTA", espera=404)
        pesado = cajero.pedir("GET", f"/product/barcode/{self.etiqueta}", espera=200)
        exigir(pesado["codigo_barras"] == self.queso, "la etiqueta de balanza no trajo su producto")
        exigir(pesado["cantidad"] == 0.345, "la etiqueta de balanza no trajo su peso")

    def doscientas_ventas(self) -> None:
        turnos = [self.cuantas // len(self.cajeros)] * len(self.cajeros)
        turnos[0] += self.cuantas - sum(turnos)
        a_la_vez(len(self.cajeros), lambda n: self._turno(self.cajeros[n], turnos[n], n))
        exigir(len(self.hechas) == self.cuantas, f"se hicieron {len(self.hechas)} ventas")

    def _turno(self, cajero: Persona, cuantas: int, numero: int) -> None:
        azar = random.Random(f"{HOY}-{numero}")
        for _ in range(cuantas):
            lineas = {c: azar.randint(1, 3) for c in azar.sample(self.corrientes, azar.randint(1, 4))}
            lineas |= {c: azar.randint(1, 3) for c in azar.sample(self.pedidos, azar.randint(0, 2))}
            if azar.random() < 0.1:
                lineas[self.etiqueta] = 1
            self._vender(cajero, lineas, azar)

    def _vender(self, cajero: Persona, lineas: dict[str, int], azar: random.Random) -> None:
        while True:
            cuerpo, clave = self._pedido(list(lineas.items()), azar), uuid.uuid4().hex
            respuesta = cajero.llamar("POST", "/ventas-detalle", cuerpo, clave)
            if respuesta.status_code == 201:
                self._anotar(respuesta.json())
                if azar.random() < 0.2:
                    self._repetir(cajero, cuerpo, clave, respuesta)
                return
            error = respuesta.json()
            exigir(error["codigo"] == "stock_insuficiente", f"no se vendió: {respuesta.text}")
            # El cajero saca de la cuenta lo que no alcanzó y cobra el resto.
            codigos = list(lineas)
            for linea in error["errores"]:
                del lineas[codigos[int(linea) - 1]]

    def _pedido(self, lineas: list[tuple[str, int]], azar: random.Random | None = None) -> dict[str, Any]:
        azar = azar or random.Random(0)
        pedido: dict[str, Any] = {
            "id_tipodocumento": azar.choice((1, 1, 1, 1, 2)),
            "id_forma_pago": azar.choice((1, 2, 3)),
            # Como el cliente web de hoy: totales equivocados, que se leen y no se creen.
            "total_sin_iva": 1, "total_con_iva": 2,
            "productos": [{"codigo_barras": codigo, "cantidad": n} for codigo, n in lineas],
        }
        if azar.random() < 0.3:
            pedido["id_cliente"] = azar.choice(self.clientes).usuario["id_usuario"]
        if azar.random() < 0.1:
            pedido["porcentaje"] = 5
        return pedido

    def _anotar(self, venta: dict[str, Any]) -> None:
        with self.candado:
            exigir(venta["id_venta"] not in self.hechas, "dos ventas con el mismo id")
            self.hechas[venta["id_venta"]] = venta
            self.efectivo[venta["id_cajero"]] += efectivo_de(venta["pagos"])
            for detalle in venta["detalles"]:
                codigo = self.queso if detalle["unidad"] == "kg" else detalle["codigo_barras"]
                self.stock[codigo] -= Decimal(str(detalle["cantidad"]))  # type: ignore[assignment]

    def _repetir(self, cajero: Persona, cuerpo: dict[str, Any], clave: str, primera: Respuesta) -> None:
        otra = cajero.llamar("POST", "/ventas-detalle", cuerpo, clave)
        exigir(otra.json() == primera.json(), "la clave repetida dio otra respuesta")
        exigir(otra.headers.get("Idempotency-Replayed") == "true", "la repetida no dice que lo es")
        cambiado = cuerpo | {"numero_documento": "otro"}
        cajero.pedir("POST", "/ventas-detalle", cambiado, clave=clave, espera=422)

    def la_misma_clave_a_la_vez(self) -> None:
        cajero, clave = self.cajeros[0], uuid.uuid4().hex
        cuerpo = self._pedido([(self.corrientes[0], 1)])
        respuestas = a_la_vez(8, lambda _: cajero.llamar("POST", "/ventas-detalle", cuerpo, clave))
        exigir({r.status_code for r in respuestas} == {201}, "la misma clave a la vez no dio siempre 201")
        exigir(len({r.json()["id_venta"] for r in respuestas}) == 1, "la misma clave vendió dos veces")
        nuevas = [r for r in respuestas if "Idempotency-Replayed" not in r.headers]
        exigir(len(nuevas) == 1, f"{len(nuevas)} respuestas dicen ser la primera")
        self._anotar(respuestas[0].json())

    def las_ultimas_diez_unidades(self) -> None:
        def intentar(numero: int) -> Respuesta:
            cajero = self.cajeros[numero % len(self.cajeros)]
            return cajero.llamar("POST", "/ventas-detalle", self._pedido([(self.escaso, 1)]))

        respuestas = a_la_vez(40, intentar)
        estados = Counter(r.status_code for r in respuestas)
        exigir(estados == {201: 10, 409: 30}, f"40 quisieron las últimas 10: {dict(estados)}")
        for respuesta in respuestas:
            if respuesta.status_code == 201:
                self._anotar(respuesta.json())

    def devoluciones(self) -> None:
        ventas = self.azar.sample(sorted(self.hechas), 12)
        for id_venta in ventas[:6]:
            linea = self.hechas[id_venta]["detalles"][0]
            parte_devuelta = {"numero_linea": linea["numero_linea"], "cantidad": linea["cantidad"]}
            self._devolver(id_venta, {"productos": [parte_devuelta], "motivo": "Venía roto"})
        for id_venta in ventas[6:11]:
            self._devolver(id_venta, {"motivo": "Se arrepintió"})
            self.admin.pedir(
                "POST", f"/ventas/{id_venta}/devolucion", {"motivo": "Otra vez"}, espera=409
            )
        ruta, cuerpo = f"/ventas/{ventas[11]}/devolucion", {"motivo": "Dos a la vez"}
        respuestas = a_la_vez(4, lambda _: self.admin.llamar("POST", ruta, cuerpo))
        estados = Counter(r.status_code for r in respuestas)
        exigir(estados == {201: 1, 409: 3}, f"la misma devolución cuatro veces a la vez: {dict(estados)}")
        self._reponer(next(r.json() for r in respuestas if r.status_code == 201))

    def _devolver(self, id_venta: int, cuerpo: dict[str, Any]) -> None:
        self._reponer(self.admin.pedir("POST", f"/ventas/{id_venta}/devolucion", cuerpo, espera=201))

    def _reponer(self, nota: dict[str, Any]) -> None:
        lineas = {d["numero_linea"]: d for d in self.hechas[nota["id_venta"]]["detalles"]}
        for devuelto in nota["detalles"]:
            vendida = lineas[devuelto["numero_linea"]]
            codigo = self.queso if vendida["unidad"] == "kg" else vendida["codigo_barras"]
            self.stock[codigo] += Decimal(str(devuelto["cantidad"]))  # type: ignore[assignment]
        # Quien devuelve no tiene caja: la plata sale del cajón en que entró.
        cajero = self.hechas[nota["id_venta"]]["id_cajero"]
        self.efectivo[cajero] -= efectivo_de(nota["reembolsos"])
        reembolsado = sum(r["monto"] for r in nota["reembolsos"])
        exigir(reembolsado == nota["total_con_iva"], "lo reembolsado no suma la nota de crédito")

    def pedidos_malos(self) -> None:
        cajero, codigo = self.cajeros[0], self.corrientes[0]
        bueno = self._pedido([(codigo, 1)])
        malos: list[tuple[int, Any]] = [
            (400, {}),
            (400, []),
            (400, bueno | {"productos": []}),
            (400, bueno | {"productos": "uno"}),
            (400, bueno | {"id_forma_pago": 9}),
            (400, bueno | {"id_tipodocumento": None}),
            (400, bueno | {"porcentaje": 101}),
            (400, bueno | {"productos": [{"codigo_barras": codigo, "cantidad": 0}]}),
            (400, bueno | {"productos": [{"codigo_barras": codigo, "cantidad": -1}]}),
            (400, bueno | {"productos": [{"codigo_barras": codigo, "cantidad": 0.5}]}),
            (400, bueno | {"productos": [{"codigo_barras": codigo, "cantidad": "1e99"}]}),
            (400, bueno | {"productos": [{"codigo_barras": "NO-ESTA", "cantidad": 1}]}),
            (409, bueno | {"productos": [{"codigo_barras": codigo, "cantidad": 999_999}]}),
            (409, bueno | {"total_esperado": 1}),
            (403, bueno | {"id_cajero": self.admin.usuario["id_usuario"]}),
        ]
        for espera, cuerpo in malos:
            error = cajero.pedir("POST", "/ventas-detalle", cuerpo, espera=espera)
            exigir({"msg", "codigo", "errores"} <= error.keys(), f"el error no tiene su forma: {error}")
        crudo = cajero.http.post(
            "/ventas-detalle", content=b"{no es json", headers={"Content-Type": "application/json"}
        )
        exigir(crudo.status_code == 400 and crudo.json()["codigo"] == "json_invalido", "JSON malo sin 400")

    # --- y al cerrar, las cuentas ----------------------------------------------------

    def cierran_las_cajas(self) -> None:
        for numero, cajero in enumerate(self.cajeros):
            id_cajero = cajero.usuario["id_usuario"]
            ruta = f"/turnos/{self.turnos[id_cajero]}"
            cajero.pedir("GET", f"{ruta}/z", espera=409)
            # A uno le faltan diez pesos.
            falta = 10 if numero == 0 else 0
            monedas = {"10": (self.efectivo[id_cajero] - falta) // 10}
            z = cajero.pedir("POST", f"{ruta}/cierre", {"conteo": monedas}, espera=200)
            exigir(z["esperado"] == self.efectivo[id_cajero], f"el Z espera {z['esperado']}")
            exigir(z["diferencia"] == -falta, f"el Z dice que la diferencia es {z['diferencia']}")
            exigir(z["numero_z"] == 1, "el primer Z de la caja no es el 1")
            retiro = {"tipo": "retiro", "monto": 10, "motivo": "Tarde"}
            cajero.pedir("POST", f"{ruta}/movimientos", retiro, espera=409)

    def el_stock_cuadra(self) -> None:
        productos = {p["codigo_barras"]: p for p in self.admin.todo("/products?limit=1000")}
        bajo_cero = [p["nombre"] for p in productos.values() if p["stock"] < 0]
        exigir(not bajo_cero, f"stock bajo cero: {bajo_cero}")
        for codigo, queda in self.stock.items():
            hay = Decimal(str(productos[codigo]["stock"]))
            exigir(hay == queda, f"{productos[codigo]['nombre']}: hay {hay} y debía haber {queda}")

    def los_folios_y_los_montos_cuadran(self) -> None:
        ventas = list(self.admin.todo("/ventas?limit=1000"))
        exigir(len({v["id_venta"] for v in ventas}) == len(ventas), "una venta salió dos veces en la lista")
        folios: dict[int, list[int]] = {}
        for venta in ventas:
            folios.setdefault(venta["id_tipodocumento"], []).append(venta["folio"])
        for tipo, dados in folios.items():
            exigir(sorted(dados) == list(range(1, len(dados) + 1)), f"folios con huecos en el tipo {tipo}")
        por_id = {v["id_venta"]: v for v in ventas}
        for id_venta, hecha in self.hechas.items():
            pagado = sum(pago["monto"] for pago in hecha["pagos"])
            total = por_id[id_venta]["total_con_iva"]
            exigir(total == hecha["total_con_iva"] == pagado, f"la venta {id_venta} no suma lo pagado")
        total = sum(v["total_con_iva"] for v in self.hechas.values())
        print(f"    {len(self.hechas)} ventas por $ {total:,}".replace(",", "."))


def main() -> int:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    opciones.add_argument("--url", default="http://127.0.0.1:5000")
    opciones.add_argument("--rut", default=os.environ.get("ADMIN_RUT", "11.111.111-1"))
    opciones.add_argument("--ventas", type=int, default=200)
    opciones.add_argument("--cajeros", type=int, default=8)
    elegido = opciones.parse_args()
    print(f"Una mañana de tienda en {elegido.url}")
    try:
        with parte("llegan los cajeros"):
            manana = Manana(
                elegido.url, elegido.rut, os.environ.get("ADMIN_CONTRASENA", ""),
                ventas=elegido.ventas, cajeros=elegido.cajeros,
            )
        for nombre, hacer in (
            ("se abre la tienda", manana.abrir),
            ("cada rol entra y ve lo suyo", manana.cada_rol_entra_y_ve_lo_suyo),
            (f"{elegido.ventas} ventas de {elegido.cajeros} cajeros a la vez", manana.doscientas_ventas),
            ("la misma clave ocho veces a la vez vende una", manana.la_misma_clave_a_la_vez),
            ("cuarenta quieren las últimas diez: se venden diez", manana.las_ultimas_diez_unidades),
            ("devoluciones, también dos veces y a la vez", manana.devoluciones),
            ("pedidos malos: ninguno pasa, ninguno rompe", manana.pedidos_malos),
            ("cada caja cierra y su Z cuadra al peso", manana.cierran_las_cajas),
            ("ningún stock bajo cero, y todos los que debían", manana.el_stock_cuadra),
            ("folios 1..n sin huecos; ventas = pagos", manana.los_folios_y_los_montos_cuadran),
        ):
            with parte(nombre):
                hacer()
    except (Fallo, httpx.HTTPError) as fallo:
        print(f"NO CUADRA: {fallo!r}", file=sys.stderr)
        return 1
    estados = ", ".join(f"{n} de {estado}" for estado, n in sorted(Persona.estados.items()))
    print(f"Todo cuadra. Respuestas: {estados}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
