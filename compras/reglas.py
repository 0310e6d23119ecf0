"""Reglas puras de las compras: documentos, cuánto pedir y en qué va una orden. Sin ORM ni reloj."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from inventario.base import formato
from inventario.base.texto import normalizar

CERO = Decimal(0)
DECIMO = Decimal("0.1")

# ASCII: en utf8mb4_unicode_ci otros caracteres chocan o se ignoran, y en SQLite no.
_DOCUMENTO = re.compile(r"[0-9a-z][0-9a-z ./#-]{0,39}", re.ASCII)


def clave_de_documento(numero: str) -> str:
    """Número de documento como se compara: sin mayúsculas, tildes, espacios de más ni ceros a la izquierda.

    Raises:
        ValueError: vacío, muy largo o con caracteres que no son de un número de documento.
    """
    clave = normalizar(numero)
    if not _DOCUMENTO.fullmatch(clave):
        raise ValueError("Debe tener de 1 a 40 letras, números, espacios o . / # -")
    return clave.lstrip("0") or "0" if clave.isdigit() else clave


@dataclass(frozen=True, slots=True, kw_only=True)
class Situacion:
    """Lo que se sabe de un producto al decidir cuánto pedir. Cantidades en unidades o kilos.

    Args:
        en_camino: pedido en órdenes enviadas que aún no llega.
        vendido: lo vendido, menos lo devuelto, en los últimos ``dias`` días (≥ 1).
        multiplo: de a cuánto se pide (una caja); mayor que cero.
        por_kilo: se mide en kilos; si no, en unidades enteras.
    """

    stock: Decimal
    stock_minimo: Decimal
    en_camino: Decimal
    vendido: Decimal
    dias: int
    multiplo: Decimal = Decimal(1)
    por_kilo: bool = False

    @property
    def venta_diaria(self) -> Decimal:
        return max(self.vendido, CERO) / self.dias

    @property
    def razon(self) -> str:
        """Por qué se pide, para quien revisa la orden."""
        partes = [
            f"hay {formato.cantidad(self.stock)}",
            f"mínimo {formato.cantidad(self.stock_minimo)}",
            f"vende {formato.cantidad(self.venta_diaria.quantize(DECIMO))} al día",
        ]
        if self.en_camino:
            partes.append(f"vienen {formato.cantidad(self.en_camino)}")
        return ", ".join(partes)

    def conviene_pedir(self, *, dias_entrega: int, dias_entre_pedidos: int) -> Decimal:
        """Cuánto pedir hoy para no bajar del mínimo antes de que llegue el pedido *siguiente*.

        Ese llega dentro de ``dias_entre_pedidos + dias_entrega`` días. Se redondea hacia arriba al
        múltiplo, y a unidades enteras si así se mide; cero si alcanza con lo que hay y lo que viene.
        """
        hace_falta = (
            self.stock_minimo
            + self.venta_diaria * (dias_entrega + dias_entre_pedidos)
            - self.stock
            - self.en_camino
        )
        if hace_falta <= 0:
            return CERO
        paso = self.multiplo if self.por_kilo else max(self.multiplo, Decimal(1))
        veces = (hace_falta / paso).to_integral_value(ROUND_CEILING)
        cantidad = veces * paso
        return cantidad if self.por_kilo else cantidad.to_integral_value(ROUND_CEILING)


def avance(lineas: Iterable[tuple[Decimal, Decimal]]) -> tuple[bool, bool]:
    """De pares (pedido, recibido): si llegó algo, y si llegó todo."""
    pares = list(lineas)
    return (
        any(recibida > 0 for _, recibida in pares),
        all(recibida >= pedida for pedida, recibida in pares),
    )
