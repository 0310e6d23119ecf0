"""Sacar la auditoría en un archivo, y que eso mismo quede en la auditoría."""

import csv
import io
import json

import pytest

from registros import exportacion
from registros.cadena import sellar_pendientes
from registros.models import Registro, TipoRegistro

pytestmark = pytest.mark.django_db


@pytest.fixture
def anotados(api, carlos, ahora):
    for mensaje in ("=HYPERLINK(\"http://mala\")", "Con; punto y coma\ny salto", "Azúcar"):
        api(carlos).post("/registros", {"mensaje": mensaje, "tipo": "nota", "fecha_y_hora": "2026-11-24"})
    sellar_pendientes(reloj=lambda: ahora)


def planilla(respuesta) -> list[dict[str, str]]:
    texto = respuesta.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texto, newline=""), delimiter=";"))


@pytest.mark.usefixtures("anotados")
def test_csv_con_todo_lo_que_se_sabe(api, ana, carlos):
    respuesta = api(ana).get("/registros.csv?tipo=nota")
    assert respuesta.status_code == 200
    assert 'filename="registros.csv"' in respuesta["Content-Disposition"]
    filas = planilla(respuesta)
    assert [f["mensaje"] for f in filas][:2] == ["Azúcar", "Con; punto y coma\ny salto"]
    assert filas[0]["usuario"] == "Carlos Cáceres"
    assert filas[0]["rut"] == carlos.rut
    assert filas[0]["externo"] == "sí"
    assert len(filas[0]["hash"]) == 64


@pytest.mark.usefixtures("anotados")
def test_ninguna_celda_es_una_formula(api, ana):
    assert planilla(api(ana).get("/registros.csv?tipo=nota"))[2]["mensaje"].startswith("'=")


@pytest.mark.usefixtures("anotados")
def test_ndjson_una_linea_por_registro(api, ana):
    respuesta = api(ana).get("/registros.ndjson?tipo=nota", headers={"Accept": "application/x-ndjson"})
    filas = [json.loads(linea) for linea in respuesta.content.decode().splitlines()]
    assert filas[0]["mensaje"] == "Azúcar"
    assert filas[2]["mensaje"].startswith("=")
    assert filas[0]["secuencia"] == 3


@pytest.mark.usefixtures("anotados")
def test_exportar_queda_registrado_con_su_filtro(api, ana):
    api(ana).get("/registros.csv?tipo=nota&desde=2026-01-01")
    registro = Registro.objects.get(tipo=TipoRegistro.DATOS_PERSONALES)
    assert registro.usuario == ana
    assert registro.mensaje == "Exportó 3 registros"
    assert registro.descripcion == "tipo: nota, desde: 2026-01-01"


@pytest.mark.usefixtures("anotados")
def test_lo_que_no_cabe_se_pide_por_partes_y_no_sale_nada(api, ana, monkeypatch):
    monkeypatch.setattr(exportacion, "MAXIMO", 2)
    respuesta = api(ana).get("/registros.csv?tipo=nota")
    assert respuesta.status_code == 400
    assert respuesta.json()["codigo"] == "demasiados_registros"
    assert not Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES).exists()


def test_sin_filas_el_archivo_trae_sus_titulos(api, ana):
    assert api(ana).get("/registros.csv?tipo=ninguno").content.decode("utf-8-sig").startswith("id_registro;")


@pytest.mark.usefixtures("anotados")
def test_las_consultas_no_dependen_de_las_filas(api, ana, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        api(ana).get("/registros.csv?tipo=nota")
