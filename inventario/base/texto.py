"""Texto para buscar: sin tildes ni mayúsculas, igual en SQLite y en MariaDB."""

import unicodedata


def normalizar(texto: str) -> str:
    """``"Azúcar  Ñuble"`` → ``"azucar nuble"``: minúsculas, sin marcas, espacios de a uno."""
    descompuesto = unicodedata.normalize("NFKD", texto.casefold())
    return " ".join("".join(c for c in descompuesto if not unicodedata.combining(c)).split())
