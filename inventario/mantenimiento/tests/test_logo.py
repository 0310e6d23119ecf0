"""El logo: sólo imágenes de verdad, vueltas a codificar, y a la vista de todos."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from inventario.base.models import LogoTienda
from inventario.mantenimiento.logo import MAXIMO_BYTES, TAMANO, LogoInvalido, preparar
from inventario.mantenimiento.tests.test_tienda import FORMULARIO
from registros.models import Registro
from usuarios.models import Usuario

DIRECCION = "/admin/base/tienda/1/change/"


def _imagen(formato: str = "PNG", tamano: tuple[int, int] = (900, 300), **extra: object) -> bytes:
    salida = io.BytesIO()
    Image.new("RGB", tamano, "teal").save(salida, formato, **extra)
    return salida.getvalue()


@pytest.fixture
def admin_de_ana(ana: Usuario) -> Client:
    navegador = Client()
    navegador.force_login(ana)
    return navegador


@pytest.mark.parametrize("formato", ["PNG", "JPEG", "WEBP"])
def test_cualquier_formato_usual_queda_en_un_png_chico(formato: str) -> None:
    logo = preparar(_imagen(formato))
    with Image.open(io.BytesIO(logo.png)) as imagen:
        assert imagen.format == "PNG"
        assert imagen.width <= TAMANO[0]
        assert imagen.height <= TAMANO[1]


def test_ni_metadatos_ni_lo_pegado_al_final_sobreviven() -> None:
    notas = PngImagePlugin.PngInfo()
    notas.add_text("secreto", "<script>alert(1)</script>")
    logo = preparar(_imagen(pnginfo=notas) + b"<script>alert(2)</script>")
    assert b"script" not in logo.png


def _bomba() -> bytes:
    """Un PNG de 60.000 × 60.000 que pesa unos bytes."""
    def trozo(tipo: bytes, datos: bytes) -> bytes:
        return struct.pack(">I", len(datos)) + tipo + datos + struct.pack(">I", zlib.crc32(tipo + datos))

    cabeza = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    trozos = trozo(b"IHDR", cabeza) + trozo(b"IDAT", zlib.compress(b"")) + trozo(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + trozos


@pytest.mark.parametrize(
    "contenido",
    [
        b"", b"no soy una imagen", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        _imagen("GIF"), _imagen()[:60], _bomba(), b"\x89PNG" + b"0" * MAXIMO_BYTES,
    ],
)
def test_lo_que_no_es_una_imagen_sana_se_rechaza(contenido: bytes) -> None:
    with pytest.raises(LogoInvalido):
        preparar(contenido)


def test_se_pone_se_ve_sin_entrar_y_se_quita(admin_de_ana: Client) -> None:
    assert Client().get("/admin/logo.png").status_code == 404
    archivo = SimpleUploadedFile("logo.jpg", _imagen("JPEG"), "image/jpeg")
    assert admin_de_ana.post(DIRECCION, {**FORMULARIO, "logo": archivo}).status_code == 302
    huella = LogoTienda.objects.get().huella
    entrada = Client().get("/admin/login/").content.decode()
    assert f"/admin/logo.png?v={huella}" in entrada
    respuesta = Client().get("/admin/logo.png")
    assert respuesta["Content-Type"] == "image/png"
    assert "immutable" in respuesta["Cache-Control"]
    assert Registro.objects.filter(objeto_tipo="tienda").latest("id").cambios["logo"] == [None, huella]
    admin_de_ana.post(DIRECCION, {**FORMULARIO, "quitar_logo": "on"})
    assert not LogoTienda.objects.exists()


def test_un_archivo_malo_vuelve_al_formulario(admin_de_ana: Client) -> None:
    archivo = SimpleUploadedFile("logo.png", b"<?php ?>", "image/png")
    respuesta = admin_de_ana.post(DIRECCION, {**FORMULARIO, "logo": archivo})
    assert respuesta.status_code == 200
    assert "PNG, JPEG o WebP" in respuesta.content.decode()
    assert not LogoTienda.objects.exists()
