"""Texto para buscar (sin tildes ni mayúsculas, igual en SQLite y en MariaDB) y para planillas."""

import unicodedata


def normalizar(texto: str) -> str:
    """``"Azúcar  Ñuble"`` → ``"azucar nuble"``: minúsculas, sin marcas, espacios de a uno."""
    descompuesto = unicodedata.normalize("NFKD", texto.casefold())
    return " ".join("".join(c for c in descompuesto if not unicodedata.combining(c)).split())


INICIOS_DE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def celda_segura(texto: str) -> str:
    """El texto, con un apóstrofo delante si una planilla lo tomaría por fórmula y la ejecutaría."""
    return f"'{texto}" if texto.startswith(INICIOS_DE_FORMULA) else texto
