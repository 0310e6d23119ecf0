"""Importar y exportar desde el admin, y programar un precio desde la ficha."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from productos.models import Importacion, Producto
from registros.models import Registro
from usuarios.models import Usuario

Fabrica = Callable[..., Producto]
RUTA = "/admin/productos/producto/importar/"


@pytest.fixture
def admin_de_ana(ana: Usuario, settings: Any, tmp_path: Path) -> Client:
    settings.DATOS_DIR = tmp_path
    navegador = Client()
    navegador.force_login(ana)
    return navegador


def subir(navegador: Client, texto: str, nombre: str = "precios.csv") -> Any:
    return navegador.post(RUTA, {"archivo": SimpleUploadedFile(nombre, texto.encode())})


def test_se_revisa_se_confirma_y_queda_a_nombre_de_quien_lo_hizo(
    admin_de_ana: Client, ana: Usuario, producto: Fabrica, tmp_path: Path
) -> None:
    arroz = producto("Arroz", codigo="A-1", precio=1000)
    assert admin_de_ana.get(RUTA).status_code == 200

    pagina = subir(admin_de_ana, "codigo;precio\nA-1;1100\n")
    assert "precio_venta: 1000 → 1100" in pagina.content.decode()
    arroz.refresh_from_db()
    assert arroz.precio_venta == 1000
    firmado = pagina.context["firmado"]
    respuesta = admin_de_ana.post(RUTA, {"confirmar": firmado})

    assert respuesta.status_code == 302
    arroz.refresh_from_db()
    assert arroz.precio_venta == 1100
    importacion = Importacion.objects.get()
    assert (importacion.archivo, importacion.usuario) == ("precios.csv", ana)
    assert Registro.objects.get(mensaje="Producto editado: Arroz").puerta == "admin"
    assert list((tmp_path / "importaciones").iterdir()) == []
    assert "precios.csv" in admin_de_ana.get("/admin/productos/importacion/").content.decode()
    admin_de_ana.post(RUTA, {"confirmar": firmado})
    assert Importacion.objects.count() == 1


def test_con_una_fila_mala_no_hay_nada_que_confirmar(
    admin_de_ana: Client, producto: Fabrica
) -> None:
    producto("Arroz", codigo="A-1", precio=1000)

    pagina = subir(admin_de_ana, "codigo;precio\nA-1;1100\nN-1;5\n")

    assert "Línea 3 (N-1): es un producto nuevo y falta nombre" in pagina.content.decode()
    assert pagina.context["firmado"] == ""


@pytest.mark.parametrize("firmado", ["../../etc/passwd", "x-precios.csv:1abc:firma", ""])
def test_no_se_aplica_lo_que_esta_tienda_no_reviso(admin_de_ana: Client, firmado: str) -> None:
    assert admin_de_ana.post(RUTA, {"confirmar": firmado}).status_code == 302
    assert Importacion.objects.count() == 0


@pytest.mark.parametrize(
    ("texto", "nombre"), [("color\nrojo\n", "x.csv"), ("no", "x.xlsx"), ("x", "x.exe")]
)
def test_lo_que_no_es_una_planilla_vuelve_con_su_motivo(
    admin_de_ana: Client, texto: str, nombre: str
) -> None:
    pagina = subir(admin_de_ana, texto, nombre)

    assert pagina.status_code == 200
    assert "firmado" not in pagina.context


@pytest.mark.parametrize("formato", ["csv", "xlsx"])
def test_lo_exportado_se_baja_como_archivo(
    admin_de_ana: Client, producto: Fabrica, formato: str
) -> None:
    producto("Azúcar", codigo="A-1")

    respuesta: Any = admin_de_ana.get(f"/admin/productos/producto/exportar-{formato}/")

    contenido = respuesta.getvalue()
    assert f'.{formato}"' in respuesta["Content-Disposition"]
    assert ("Azúcar".encode() in contenido) if formato == "csv" else contenido.startswith(b"PK")


def test_el_cajero_no_importa_ni_exporta(carlos: Usuario) -> None:
    navegador = Client()
    navegador.force_login(carlos)

    for ruta in (RUTA, "/admin/productos/producto/exportar-csv/"):
        assert navegador.get(ruta).status_code in (302, 403)


def test_un_precio_se_programa_desde_la_ficha(admin_de_ana: Client, producto: Fabrica) -> None:
    arroz = producto("Arroz", codigo="A-1", precio=1000)
    ruta = f"/admin/productos/producto/{arroz.pk}/programar/"

    assert "Hoy cuesta" in admin_de_ana.get(ruta).content.decode()
    pasado = admin_de_ana.post(ruta, {"precio": "1200", "desde": "2020-01-01"})
    assert "posterior a hoy" in pasado.content.decode()
    assert admin_de_ana.post(ruta, {"precio": "1200", "desde": "2199-01-01"}).status_code == 302

    assert [p.precio for p in arroz.precios.all()] == [1200, 1000]
    ficha = admin_de_ana.get(f"/admin/productos/producto/{arroz.pk}/change/").content.decode()
    assert "1.200" in ficha
