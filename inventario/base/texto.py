"""Texto para buscar: sin tildes ni mayúsculas, igual en SQLite y en MariaDB."""

import unicodedata
from decimal import Decimal


def normalizar(texto: str) -> str:
    """``"Azúcar  Ñuble"`` → ``"azucar nuble"``: minúsculas, sin marcas, espacios de a uno."""
    descompuesto = unicodedata.normalize("NFKD", texto.casefold())
    return " ".join("".join(c for c in descompuesto if not unicodedata.combining(c)).split())


def pesos(monto: int) -> str:
    """CLP para una persona: ``-1234567`` → ``-$1.234.567``."""
    return f"{'-' if monto < 0 else ''}${abs(monto):,}".replace(",", ".")


def cantidad_legible(cantidad: Decimal) -> str:
    """Sin ceros de más y con coma decimal: ``2.000`` → ``2``; ``0.345`` → ``0,345``."""
    return f"{cantidad.normalize():f}".replace(".", ",")
