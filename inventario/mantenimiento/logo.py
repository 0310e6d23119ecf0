"""De un archivo cualquiera a un logo: pequeño, PNG y vuelto a codificar desde sus puntos."""

import hashlib
import io
from dataclasses import dataclass

from inventario.base.errores import Invalido
from inventario.base.imagenes import ImagenInvalida, limpiar

MAXIMO_MB = 2
MAXIMO_BYTES = MAXIMO_MB * 1024 * 1024
TAMANO = (480, 160)
"""Dónde debe caber; se ve a 38 px de alto, y así sobra para una pantalla densa."""


class LogoInvalido(Invalido):
    codigo = "logo_invalido"
    msg = "Ese archivo no sirve de logo"

    def __init__(self, motivo: str) -> None:
        super().__init__(errores={"logo": [motivo]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """``png`` listo para mostrarse, y la ``huella`` que lo identifica."""

    png: bytes
    huella: str


def preparar(contenido: bytes) -> Logo:
    """
    Raises:
        LogoInvalido: pesa demasiado, no es PNG, JPEG ni WebP, está roto o mide demasiado.
    """
    try:
        imagen = limpiar(contenido, maximo_mb=MAXIMO_MB, tamano=TAMANO, modo="RGBA")
    except ImagenInvalida as error:
        raise LogoInvalido(str(error)) from None
    salida = io.BytesIO()
    imagen.save(salida, "PNG", optimize=True)
    png = salida.getvalue()
    return Logo(png=png, huella=hashlib.sha256(png).hexdigest()[:16])
