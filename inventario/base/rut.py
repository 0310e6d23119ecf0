"""RUT chileno en una sola forma canónica: ``217997607``, sin puntos, guion ni ceros a la izquierda.

El dígito verificador lo comprueba python-stdnum; aquí se cierran sus trampas conocidas: rechaza
cuerpos de menos de 7 dígitos, conserva ceros a la izquierda (dos formas de un mismo RUT pasarían
un UNIQUE) y acepta ``00000000-0`` y dígitos de ancho completo.
"""

import re

from stdnum.cl import rut as stdnum_rut

ANONIMO = "666666666"
"""66.666.666-6, el comprador anónimo del SII: nunca es la cuenta de alguien."""

PATRON_CANONICO = r"^[1-9][0-9]{0,7}[0-9K]$"

_FORMA = re.compile(r"(?P<cuerpo>\d{1,3}(?:\.\d{3})+|\d{1,10})-?(?P<dv>[\dkK])", re.ASCII)


def canonico(texto: str) -> str:
    """Forma canónica de un RUT escrito como sea usual (``21.799.760-7``, ``21799760-7``, ``217997607``).

    Raises:
        ValueError: no tiene forma de RUT o su dígito verificador no corresponde.
    """
    forma = _FORMA.fullmatch(texto.strip())
    if forma is None:
        raise ValueError("El RUT no tiene una forma válida")
    cuerpo = forma["cuerpo"].replace(".", "").lstrip("0")
    dv = forma["dv"].upper()
    if not cuerpo or len(cuerpo) > 8:
        raise ValueError("El RUT no tiene una forma válida")
    if stdnum_rut.calc_check_digit(cuerpo) != dv:
        raise ValueError("El dígito verificador del RUT no corresponde")
    return cuerpo + dv


def con_formato(canonico: str) -> str:
    """Para mostrar a una persona: ``217997607`` → ``21.799.760-7``."""
    return f"{int(canonico[:-1]):,}".replace(",", ".") + "-" + canonico[-1]


def enmascarado(canonico: str) -> str:
    """Para bitácoras: sólo los últimos dígitos (Ley 21.719: el RUT es un dato personal)."""
    return "…" + canonico[-4:]
