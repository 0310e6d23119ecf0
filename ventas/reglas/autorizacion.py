"""Qué ampara una autorización: una acción sobre un pedido, y ninguna otra. Puro."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

DURA = timedelta(minutes=5)
"""Cuánto vale desde que se pide, y desde que se aprueba."""


class Accion(StrEnum):
    """Lo que un Cajero no hace solo."""

    DESCUENTO = "descuento"
    PRECIO = "precio"
    ANULACION = "anulacion"
    OTRO_DIA = "devolucion_de_otro_dia"

    @property
    def nombre(self) -> str:
        return {
            Accion.DESCUENTO: "descuento sobre el límite",
            Accion.PRECIO: "cambio de precio",
            Accion.ANULACION: "anulación",
            Accion.OTRO_DIA: "devolución de otro día o persona",
        }[self]


def huella(accion: str, objeto: Mapping[str, Any]) -> str:
    """Resumen del pedido tal como llega, sin el número de la autorización: con otra coma, es otro."""
    contenido = {campo: valor for campo, valor in objeto.items() if campo != "autorizacion"}
    texto = json.dumps(contenido, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{accion}\n{texto}".encode()).hexdigest()
