"""Una caja y un teléfono de la misma persona que se oyen a través de nginx."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from inventario.base.rut import canonico
from inventario.mantenimiento.tests.fallas.cajas import ADMIN_RUT, Cajas
from inventario.mantenimiento.tests.produccion import Produccion
from productos.tests.procesos import ClientePlano

RUT = canonico(ADMIN_RUT)
PLAZO_S = 60
RED, OTRA_RED = "127.0.0.1", "127.0.1.1"
"""``ip_hash`` mira los tres primeros números: desde cada una se llega a un proceso de sockets distinto."""


@dataclass
class Pareja:
    """Cada aparato entra por su proceso, si los dos atienden: lo escaneado tiene que pasar por Redis."""

    caja: ClientePlano
    telefono: ClientePlano
    codigos: Iterator[str]

    def __iter__(self) -> Iterator[ClientePlano]:
        return iter((self.caja, self.telefono))

    def escanear(self) -> str:
        """El teléfono lee un código; cuál."""
        codigo = next(self.codigos)
        self.telefono.decir("barcode_scanned", {"barcode": codigo, "rut": RUT})
        return codigo

    def llega(self, codigo: str, *, espera_s: float = 10) -> None:
        """Aparece en la caja, con su producto.

        Raises:
            TimeoutError: no llegó.
        """
        lectura = self.caja.esperar(f"barcode_update_{RUT}", espera_s)
        assert lectura["producto"]["nombre"] == f"Producto {codigo}"

    def cruza(self) -> None:
        """Lo que el teléfono escanea, a la primera, aparece en la caja."""
        self.llega(self.escanear())


@contextmanager
def caja_y_telefono(produccion: Produccion, cajas: Cajas) -> Iterator[Pareja]:
    """Conectados: insisten mientras no haya quien atienda."""
    caja = _entrar(produccion, cajas, RED)
    try:
        telefono = _entrar(produccion, cajas, OTRA_RED)
        try:
            yield Pareja(caja, telefono, itertools.cycle(cajas.codigos))
        finally:
            telefono.irse()
    finally:
        caja.irse()


def _entrar(produccion: Produccion, cajas: Cajas, red: str) -> ClientePlano:
    token = cajas.cabeceras["Authorization"].split()[1]
    return produccion.entrar_por_socket(token, plazo_s=PLAZO_S, local_addr=(red, 0))
