"""De un archivo cualquiera a un logo: pequeño, PNG y vuelto a codificar desde sus puntos.

Nada de lo que traía el archivo llega a quien lo mira: ni metadatos, ni programas escondidos al final.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from inventario.base.errores import Invalido

MAXIMO_BYTES = 2 * 1024 * 1024
MAXIMO_PUNTOS = 25_000_000
"""Una imagen chica en disco puede ser inmensa al abrirla."""
FORMATOS = ("PNG", "JPEG", "WEBP")
"""Sin SVG: es un documento que puede traer programas."""
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
    if len(contenido) > MAXIMO_BYTES:
        raise LogoInvalido("Pesa más de 2 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(contenido), formats=FORMATOS) as imagen:
                if imagen.width * imagen.height > MAXIMO_PUNTOS:
                    raise LogoInvalido("Mide demasiado")
                limpia = imagen.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LogoInvalido("Debe ser una imagen PNG, JPEG o WebP de tamaño normal") from None
    except (OSError, SyntaxError, ValueError):
        raise LogoInvalido("La imagen está rota") from None
    limpia.thumbnail(TAMANO)
    # Una imagen nueva con sólo los puntos: los metadatos quedan atrás.
    nueva = Image.new("RGBA", limpia.size)
    nueva.paste(limpia)
    salida = io.BytesIO()
    nueva.save(salida, "PNG", optimize=True)
    png = salida.getvalue()
    return Logo(png=png, huella=hashlib.sha256(png).hexdigest()[:16])
