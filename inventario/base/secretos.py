"""Lo que no debe quedar escrito en una bitácora: RUT enteros, tokens y contraseñas.

Es la última red: el código no los escribe a propósito, pero una URL trae un RUT y el texto de un error
de la base de datos trae el valor que chocó.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from inventario.base.rut import canonico, enmascarado

_RUT = re.compile(r"(?<![\w.-])\d{1,2}\.?\d{3}\.?\d{3}-?[\dkK](?![\w-])", re.ASCII)
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*", re.ASCII)
_BEARER = re.compile(r"(?i)(bearer[\s\"',]+)[\w.~+/-]+=*", re.ASCII)
_CAMPO = re.compile(
    r"""(?ix) (?P<nombre> contrasena | contraseña | password | secret_key | (?:access|refresh)?_?token )
        (?P<igual> ["']? \s* [:=] \s* ["']?) (?P<valor> [^\s"',&}]+)"""
)
_SOSPECHA = re.compile(r"(?i)eyJ|bearer|contrase|password|secret_key|token|\d{1,2}\.?\d{3}\.?\d{3}")
"""Lo que tiene todo texto con algo que tapar: casi ninguno lo tiene, y buscarlo es una pasada y no cuatro.

Sin ``re.ASCII``, como ``_CAMPO``: aquí nunca puede faltar lo que uno de los otros hallaría.
"""
TAPADO = "***"


def enmascarar(texto: str) -> str:
    """``texto`` con cada RUT reducido a sus últimos cuatro caracteres, y sin tokens ni contraseñas."""
    if not _SOSPECHA.search(texto):
        return texto
    texto = _JWT.sub(TAPADO, texto)
    texto = _BEARER.sub(rf"\g<1>{TAPADO}", texto)
    texto = _CAMPO.sub(rf"\g<nombre>\g<igual>{TAPADO}", texto)
    return _RUT.sub(_tapar_rut, texto)


def _tapar_rut(hallado: re.Match[str]) -> str:
    try:
        return enmascarado(canonico(hallado[0]))
    except ValueError:
        # El dígito no corresponde: es otro número (una hora, un código), y sirve entero.
        return hallado[0]


class BitacoraJSON(logging.Formatter):
    """Un suceso, una línea JSON: cuándo, nivel, de dónde, id de petición, quién, qué; y la traza si la hay.

    Se enmascara cada texto antes de armar la línea: después se rompería el JSON.
    """

    def format(self, record: logging.LogRecord) -> str:
        linea: dict[str, Any] = {
            "momento": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "nivel": record.levelname,
            "origen": record.name,
            "peticion": getattr(record, "peticion_id", "-"),
            "usuario": getattr(record, "usuario", ""),
            "mensaje": record.getMessage(),
            **getattr(record, "datos", {}),
        }
        if record.exc_info:
            linea["traza"] = self.formatException(record.exc_info)
        limpia = {c: enmascarar(v) if isinstance(v, str) else v for c, v in linea.items()}
        return json.dumps(limpia, ensure_ascii=False, default=str)
