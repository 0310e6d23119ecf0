"""De un archivo cualquiera a una imagen de la que sólo quedan sus puntos.

Nada de lo que traía el archivo llega a quien la mira: ni metadatos (una foto de teléfono dice dónde se
sacó), ni programas escondidos al final.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MAXIMO_PUNTOS = 25_000_000
"""Una imagen chica en disco puede ser inmensa al abrirla."""
FORMATOS = ("PNG", "JPEG", "WEBP")
"""Sin SVG: es un documento que puede traer programas."""


class ImagenInvalida(ValueError):
    """El motivo, para mostrarlo junto al campo."""


def limpiar(contenido: bytes, *, maximo_mb: int, tamano: tuple[int, int], modo: str) -> Image.Image:
    """La imagen de ``contenido``, derecha, reducida a ``tamano`` (ancho y alto en puntos) y sin nada más.

    Args:
        maximo_mb: lo que el archivo puede pesar.
        modo: de Pillow: ``RGB``, o ``RGBA`` si importa lo transparente.

    Raises:
        ImagenInvalida: pesa demasiado, no es PNG, JPEG ni WebP, está rota o mide demasiado.
    """
    if len(contenido) > maximo_mb * 1024 * 1024:
        raise ImagenInvalida(f"Pesa más de {maximo_mb} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(contenido), formats=FORMATOS) as imagen:
                if imagen.width * imagen.height > MAXIMO_PUNTOS:
                    raise ImagenInvalida("Mide demasiado")
                # Un JPEG se abre ya reducido: el de una cámara ocuparía cien veces lo que se guarda.
                imagen.draft(modo, tamano)
                # La orientación viene en los metadatos, que se botan: primero se endereza.
                limpia = ImageOps.exif_transpose(imagen).convert("RGBA")
    except ImagenInvalida:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImagenInvalida("Debe ser una imagen PNG, JPEG o WebP de tamaño normal") from None
    except (OSError, SyntaxError, ValueError):
        raise ImagenInvalida("La imagen está rota") from None
    limpia.thumbnail(tamano)
    # Una imagen nueva con sólo los puntos: los metadatos quedan atrás.
    nueva = Image.new(modo, limpia.size, "white" if modo == "RGB" else None)
    nueva.paste(limpia, mask=limpia if modo == "RGB" else None)
    return nueva
