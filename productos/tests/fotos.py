"""Fotos como las de un teléfono, para las pruebas."""

import io

from PIL import Image


def un_jpeg(tamano: tuple[int, int] = (1600, 1200), *, girada: bool = False, formato: str = "JPEG") -> bytes:
    """Una foto con el lugar y la cámara en sus metadatos; ``girada``, tomada con el teléfono de lado."""
    foto = Image.new("RGB", tamano, "teal")
    datos = Image.Exif()
    datos[0x010F] = "Telefono-Secreto"
    datos[0x0112] = 6 if girada else 1
    datos.get_ifd(0x8825)[1] = "S"
    salida = io.BytesIO()
    foto.save(salida, formato, exif=datos)
    return salida.getvalue()
