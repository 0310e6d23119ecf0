"""Cajas que no se rinden: cada cosa lleva su clave, y se repite hasta saber qué fue de ella."""

import random
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

ADMIN_RUT, CONTRASENA = "11.111.111-1", "Manana-de-tienda-9"
CAJAS, PRODUCTOS = 4, 12
PACIENCIA_S = 240
"""Lo que una caja insiste con lo mismo antes de que la prueba se dé por fallada."""


@dataclass(frozen=True)
class Hecha:
    """Una venta que el servidor confirmó."""

    clave: str
    id_venta: int
    folio: int
    total: int


class Cajas:
    """Venden, devuelven y ajustan sin parar; anotan lo que les confirmaron y lo que salió mal."""

    def __init__(self, url: str, confianza: ssl.SSLContext | bool = True, *, semilla: int = 7) -> None:
        self.url, self.confianza = url, confianza
        self.azar = random.Random(semilla)
        self.hechas: list[Hecha] = []
        self.devueltas: list[int] = []
        self.ajustadas = self.ingresos = 0
        self.tropiezos: Counter[str] = Counter()
        """Lo que se repitió: sin respuesta, o un estado 5xx."""
        self.recuperadas = 0
        """Quedaron hechas sin que la respuesta llegara: se supo al repetir, por la caja o por nginx."""
        self._sabidas: set[str] = set()
        self.malas: list[str] = []
        self._intentos: list[tuple[float, float]] = []
        self._basta = threading.Event()
        self._candado = threading.Lock()
        with self.cliente() as http:
            self.cabeceras = self._entrar(http)
            self.marca = f"f{uuid.uuid4().hex[:7]}"
            self.codigos = [f"{self.marca}-{numero}" for numero in range(PRODUCTOS)]
            self._pedir(http, "/categories", {"nombre_categoria": self.marca})
            for numero, codigo in enumerate(self.codigos, 1):
                self._pedir(http, "/product", {
                    "nombre": f"Producto {codigo}", "descripcion": "", "precio_venta": 100 * numero + 7,
                    "stock": 1_000_000, "categoria": self.marca, "codigo_barras": codigo, "estado": "Activo",
                })

    def cliente(self) -> httpx.Client:
        cliente = httpx.Client(base_url=self.url, verify=self.confianza, timeout=70)
        cliente.headers.update(getattr(self, "cabeceras", {}))
        return cliente

    def _entrar(self, http: httpx.Client) -> dict[str, str]:
        respuesta = http.post("/login", json={"rut": ADMIN_RUT, "contrasena": CONTRASENA})
        assert respuesta.status_code == 200, respuesta.text
        self.ingresos += 1
        http.headers["Authorization"] = f"Bearer {respuesta.json()['access_token']}"
        return {"Authorization": http.headers["Authorization"]}

    def _pedir(self, http: httpx.Client, ruta: str, cuerpo: dict[str, Any]) -> None:
        respuesta = http.post(ruta, json=cuerpo)
        assert respuesta.status_code == 201, respuesta.text

    def hasta_saber(
        self, http: httpx.Client, ruta: str, cuerpo: dict[str, Any], clave: str
    ) -> dict[str, Any] | None:
        """Insiste con la misma clave hasta que se lo confirmen; ``None`` si se lo negaron."""
        limite = time.monotonic() + PACIENCIA_S
        while time.monotonic() < limite:
            partio = time.monotonic()
            try:
                respuesta = http.post(ruta, json=cuerpo, headers={"Idempotency-Key": clave})
            except httpx.HTTPError as error:
                self._tropezar(type(error).__name__)
                continue
            if respuesta.status_code == 201:
                with self._candado:
                    self._intentos.append((partio, time.monotonic()))
                    repuesta = "Idempotency-Replayed" in respuesta.headers
                    self.recuperadas += repuesta and clave not in self._sabidas
                    self._sabidas.add(clave)
                return dict(respuesta.json())
            if respuesta.status_code == 401:  # el token dura poco, y la prueba puede durar más
                self.cabeceras = self._entrar(http)
            elif respuesta.status_code >= 500:
                self._exigir_claro(respuesta)
                self._tropezar(str(respuesta.status_code))
            else:
                break
        else:
            self.malas.append(f"{ruta}: nadie contestó en {PACIENCIA_S} s")
            return None
        self.malas.append(f"{ruta}: {respuesta.status_code} {respuesta.text[:200]}")
        return None

    def _tropezar(self, que: str) -> None:
        with self._candado:
            self.tropiezos[que] += 1
        time.sleep(0.1)

    def _exigir_claro(self, respuesta: httpx.Response) -> None:
        """Un error que una caja puede mostrar: una frase y cuánto esperar; nunca un 500."""
        claro = respuesta.headers.get("Content-Type", "").startswith("application/json")
        if respuesta.status_code not in (503, 507) or not claro or not respuesta.headers.get("Retry-After"):
            self.malas.append(f"un {respuesta.status_code} que no se entiende: {respuesta.text[:200]}")

    def vender(self, http: httpx.Client, azar: random.Random) -> None:
        codigos = azar.sample(self.codigos, azar.randint(1, 5))
        lineas = [{"codigo_barras": codigo, "cantidad": azar.randint(1, 3)} for codigo in codigos]
        cuerpo = {"id_forma_pago": azar.choice([1, 2]), "id_tipodocumento": 1, "productos": lineas}
        clave = uuid.uuid4().hex
        venta = self.hasta_saber(http, "/ventas-detalle", cuerpo, clave)
        if venta is None:
            return
        hecha = Hecha(clave, venta["id_venta"], venta["folio"], venta["total_con_iva"])
        with self._candado:
            self.hechas.append(hecha)
        if azar.random() < 0.1:
            otra = self.hasta_saber(http, "/ventas-detalle", cuerpo, clave)
            if otra is None or otra["id_venta"] != hecha.id_venta:
                self.malas.append(f"la clave de la venta {hecha.id_venta} trajo otra: {otra}")
        if azar.random() < 0.1 and self.hasta_saber(
            http, f"/ventas/{hecha.id_venta}/devolucion", {"motivo": "Venía roto"}, uuid.uuid4().hex
        ):
            self.devueltas.append(hecha.id_venta)

    def _ajustar(self, http: httpx.Client, azar: random.Random) -> None:
        ruta = f"/product/barcode/{azar.choice(self.codigos)}/ajuste"
        cuerpo = {"cantidad": -1, "motivo": "merma", "detalle": "Se rompió"}
        if self.hasta_saber(http, ruta, cuerpo, uuid.uuid4().hex):
            with self._candado:
                self.ajustadas += 1

    def _sin_parar(self, azar: random.Random) -> None:
        with self.cliente() as http:
            while not self._basta.is_set():
                (self._ajustar if azar.random() < 0.05 else self.vender)(http, azar)

    @contextmanager
    def trabajando(self) -> Iterator[None]:
        self._basta.clear()
        hilos = [
            threading.Thread(target=self._sin_parar, args=[random.Random(self.azar.random())])
            for _ in range(CAJAS)
        ]
        for hilo in hilos:
            hilo.start()
        try:
            yield
        finally:
            self._basta.set()
            for hilo in hilos:
                hilo.join()

    def vuelve(self, desde: float, *, plazo_s: float = 120) -> float:
        """Espera lo primero que se confirme de lo pedido después de ``desde``; los segundos que pasaron."""
        limite = time.monotonic() + plazo_s
        while time.monotonic() < limite:
            with self._candado:
                primero = min((fin for partio, fin in self._intentos if partio >= desde), default=None)
            if primero is not None:
                return primero - desde
            time.sleep(0.02)
        raise AssertionError(f"no volvió en {plazo_s} s: {self.tropiezos} {self.malas}")
