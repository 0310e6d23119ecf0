"""Lo que la bitácora no debe guardar."""

import logging
import re

from inventario.base.rut import canonico, enmascarado

_PARECE_RUT = re.compile(r"(?<![\w.-])\d{1,2}\.?\d{3}\.?\d{3}-?[\dkK](?![\w-])", re.ASCII)


class FiltroRut(logging.Filter):
    """Tapa los RUT de cada línea (también el de ``/users/<rut>``): es un dato personal (Ley 21.719)."""

    def filter(self, record: logging.LogRecord) -> bool:
        mensaje = record.getMessage()
        tapado = _PARECE_RUT.sub(_tapar, mensaje)
        if tapado != mensaje:
            record.msg, record.args = tapado, ()
        return True


def _tapar(hallado: re.Match[str]) -> str:
    try:
        return enmascarado(canonico(hallado[0]))
    except ValueError:
        return hallado[0]
