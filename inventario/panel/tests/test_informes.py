"""Los informes: cuadran entre sí al peso, se descargan en tres formatos y no dejan pasar fórmulas."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventario.panel.informes.catalogo import INFORMES, POR_SLUG
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo
from inventario.panel.periodo import Periodo
from inventario.panel.salidas import csv
from inventario.panel.salidas.pdf import DemasiadasFilas, Encabezado, escribir
from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario
from ventas.models import Devolucion, Venta

pytestmark = pytest.mark.django_db
SLUGS = [informe.slug for informe in INFORMES]


def _tabla(slug: str, periodo: Periodo, **extra: Any) -> Tabla:
    return POR_SLUG[slug].generar(Parametros(periodo=periodo, hoy=periodo.hasta, **extra))


def _total(slug: str, columna: str, periodo: Periodo, **extra: Any) -> Any:
    tabla = _tabla(slug, periodo, **extra)
    i = tabla.columna(columna)
    assert tabla.totales is not None
    if tabla.columnas[i].tipo is Tipo.CLP:
        assert tabla.totales[i] == sum(fila[i] for fila in tabla.filas)
    return tabla.totales[i]


@pytest.mark.parametrize("recorte", ["mes", "quincena", "un día"])
def test_los_totales_cuadran_entre_si_al_peso(mes: Periodo, recorte: str) -> None:
    periodo = {
        "mes": mes,
        "quincena": Periodo(date(2026, 11, 16), date(2026, 11, 24)),
        "un día": Periodo(date(2026, 11, 24), date(2026, 11, 24)),
    }[recorte]
    con_venta = (
        "ventas-por-dia", "ventas-por-hora", "ventas-por-cajero", "ventas-por-forma-de-pago",
        "ventas-por-categoria", "ventas-por-producto", "margen", "abc",
    )
    ventas = {slug: _total(slug, "Venta", periodo) for slug in con_venta}
    assert len(set(ventas.values())) == 1, ventas
    for columna, slugs in {
        "Sin IVA": ("ventas-por-categoria", "margen"),
        "Costo": ("ventas-por-categoria", "margen"),
        "Margen": ("ventas-por-categoria", "margen", "abc"),
        "Vendido": ("ventas-por-producto",),
        "Devuelto": ("ventas-por-producto",),
    }.items():
        slugs = ("ventas-por-dia", "ventas-por-hora", "ventas-por-cajero", *slugs)
        totales = {slug: _total(slug, columna, periodo) for slug in slugs}
        assert len(set(totales.values())) == 1, (columna, totales)


def test_y_cuadran_con_los_documentos_y_el_iva(mes: Periodo) -> None:
    sumas = {"total": Sum("total"), "iva": Sum("iva")}
    ventas, notas = Venta.objects.aggregate(**sumas), Devolucion.objects.aggregate(**sumas)
    emitido, iva = ventas["total"] - notas["total"], ventas["iva"] - notas["iva"]
    assert _total("ventas-por-dia", "Venta", mes) == emitido
    assert _total("ventas-por-dia", "IVA", mes) == iva
    tabla = _tabla("iva", mes)
    por_concepto = {fila[0]: fila for fila in tabla.filas}
    debito, credito = por_concepto["Débito fiscal"], por_concepto["Crédito fiscal (compras)"]
    assert (debito[tabla.columna("Total")], debito[tabla.columna("IVA")]) == (emitido, iva)
    assert credito[1:] == (1, 7_000, 8_000, 1_330, 16_330)
    assert tabla.totales == ("IVA por pagar", None, None, None, iva - 1_330, None)


def test_las_compras_de_clara_cuadran_con_lo_suyo(mes: Periodo, clara: Usuario) -> None:
    suyas = Venta.objects.filter(cliente=clara).aggregate(total=Sum("total"), devuelto=Sum("devuelto"))
    venta = _total("compras-de-un-cliente", "Venta", mes, cliente_id=clara.pk)
    assert venta == suyas["total"] - suyas["devuelto"]


def test_el_stock_valorizado_es_el_del_kardex(mes: Periodo) -> None:
    tabla = _tabla("stock-valorizado", mes)
    assert {fila[0] for fila in tabla.filas} == {"Té negro", "Queso de campo", "Libro", "=HYPERLINK(1)"}
    te = next(fila for fila in tabla.filas if fila[0] == "Té negro")
    assert te[tabla.columna("Valor al costo")] == round(te[2] * te[4])  # type: ignore[operator, arg-type]


def test_lo_quieto_distingue_lo_muerto_de_lo_lento(mes: Periodo) -> None:
    tabla = _tabla("stock-quieto", mes, dias_de_stock=90)
    estados = {fila[0]: (fila[2], fila[6]) for fila in tabla.filas}
    assert estados["=HYPERLINK(1)"] == ("Muerto", None)
    assert estados["Té negro"] == ("Lento", date(2026, 11, 24))


def test_el_abc_empieza_en_a_y_acumula_todo(mes: Periodo) -> None:
    tabla = _tabla("abc", mes)
    clases = [fila[0] for fila in tabla.filas]
    assert clases[0] == "A"
    assert clases == sorted(clases)  # type: ignore[type-var]
    assert tabla.filas[-1][tabla.columna("Acumulado")] == pytest.approx(100)


def test_todos_se_ven_en_pantalla_y_se_descargan(
    mes: Periodo, admin_de_ana: Client, clara: Usuario
) -> None:
    for slug in SLUGS:
        _se_ve_y_se_descarga(slug, mes, admin_de_ana, clara)


def _se_ve_y_se_descarga(slug: str, mes: Periodo, admin_de_ana: Client, clara: Usuario) -> None:
    consulta = {"desde": "2026-11-01", "hasta": "2026-11-30", "cliente": clara.rut}
    pagina = admin_de_ana.get(f"/admin/informes/{slug}/", consulta)
    assert pagina.status_code == 200
    assert "p-tabla" in pagina.content.decode()
    tabla = _tabla(slug, mes, cliente_id=clara.pk)
    planilla = admin_de_ana.get(f"/admin/informes/{slug}.csv", consulta).content
    textos = planilla.decode("utf-8-sig").splitlines()
    assert textos[0] == ";".join(c.titulo for c in tabla.columnas)
    assert len(textos) == 1 + len(tabla.filas) + 1
    libro = openpyxl.load_workbook(
        io.BytesIO(admin_de_ana.get(f"/admin/informes/{slug}.xlsx", consulta).content)
    )
    hoja = libro.worksheets[0]
    assert [celda.value for celda in hoja[3]] == [c.titulo for c in tabla.columnas]
    assert len(hoja[4]) == len(tabla.columnas)
    papel = admin_de_ana.get(f"/admin/informes/{slug}.pdf", consulta)
    assert papel["Content-Type"] == "application/pdf"
    assert papel["Content-Disposition"].startswith(f'attachment; filename="{slug}_')
    texto = pypdfium2.PdfDocument(papel.content)[0].get_textpage().get_text_bounded()
    assert POR_SLUG[slug].titulo in texto


def test_xlsx_y_csv_dicen_los_mismos_numeros(mes: Periodo, admin_de_ana: Client) -> None:
    consulta = {"desde": "2026-11-01", "hasta": "2026-11-30"}
    base = "/admin/informes/ventas-por-dia"
    lineas = admin_de_ana.get(f"{base}.csv", consulta).content.decode("utf-8-sig").splitlines()
    hoja = openpyxl.load_workbook(
        io.BytesIO(admin_de_ana.get(f"{base}.xlsx", consulta).content)
    ).worksheets[0]
    for i, linea in enumerate(lineas[1:-1], start=4):
        assert linea.split(";")[5] == str(hoja.cell(i, 6).value)


@pytest.mark.parametrize("veneno", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_una_formula_no_sobrevive_en_un_csv(veneno: str) -> None:
    assert csv.celda(veneno) == f"'{veneno}"
    assert csv.celda(-1) == "-1"


def test_una_formula_en_un_xlsx_es_solo_texto(mes: Periodo, admin_de_ana: Client) -> None:
    respuesta = admin_de_ana.get("/admin/informes/stock-valorizado.xlsx")
    hoja = openpyxl.load_workbook(io.BytesIO(respuesta.content)).worksheets[0]
    (veneno,) = [celda for (celda,) in hoja["A4:A20"] if str(celda.value).startswith("=")]
    assert (veneno.data_type, veneno.quotePrefix) == ("s", True)


def test_descargar_las_compras_de_alguien_queda_registrado(
    mes: Periodo, admin_de_ana: Client, clara: Usuario, ana: Usuario
) -> None:
    admin_de_ana.get("/admin/informes/compras-de-un-cliente/", {"cliente": clara.rut})
    assert not Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES).exists()
    admin_de_ana.get("/admin/informes/compras-de-un-cliente.csv", {"cliente": clara.rut})
    (registro,) = Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES)
    assert (registro.usuario, registro.objeto_tipo, registro.objeto_id) == (ana, "usuario", clara.pk)


def test_un_cliente_se_busca_por_nombre_sin_tildes(mes: Periodo, admin_de_ana: Client) -> None:
    pagina = admin_de_ana.get("/admin/informes/compras-de-un-cliente/", {"cliente": "nunez clara"})
    assert "Clara Núñez" in pagina.content.decode()


@pytest.mark.parametrize(
    "consulta",
    [{"desde": "ayer"}, {"desde": "2026-11-30", "hasta": "2026-11-01"}, {"desde": "1990-01-01"}],
)
def test_un_periodo_imposible_se_dice_y_no_rompe(consulta: dict[str, str], admin_de_ana: Client) -> None:
    for direccion in ("/admin/informes/ventas-por-dia/", "/admin/informes/ventas-por-dia.csv"):
        pagina = admin_de_ana.get(direccion, consulta)
        assert pagina.status_code == 200
        assert any(
            frase in pagina.content.decode() for frase in ("AAAA-MM-DD", "anterior", "cinco años")
        )


def test_un_informe_que_no_existe_es_404(admin_de_ana: Client) -> None:
    assert admin_de_ana.get("/admin/informes/inventado/").status_code == 404
    assert admin_de_ana.get("/admin/informes/inventado.csv").status_code == 404
    assert admin_de_ana.get("/admin/informes/compras-de-un-cliente.csv").status_code == 404


def test_sin_permiso_no_hay_informes(ana: Usuario, carlos: Usuario) -> None:
    ana.is_superuser = False
    ana.save(update_fields=["is_superuser"])
    for persona, estado in ((ana, 403), (carlos, 302)):
        cliente = Client()
        cliente.force_login(persona)
        for direccion in ("/admin/informes/", "/admin/informes/iva/", "/admin/informes/iva.pdf"):
            assert cliente.get(direccion).status_code == estado


def test_las_consultas_no_dependen_de_cuanto_se_vende(
    mes: Periodo,
    clara: Usuario,
    producto: Callable[..., Any],
    venta: Callable[..., Any],
    ahora: datetime,
) -> None:
    def contar() -> dict[str, int]:
        cuentas = {}
        for slug in SLUGS:
            with CaptureQueriesContext(connection) as consultas:
                _tabla(slug, mes, cliente_id=clara.pk)
            cuentas[slug] = len(consultas)
        return cuentas

    antes = contar()
    assert max(antes.values()) <= 4
    for n in range(5):
        nuevo = producto(f"Nuevo {n}", categoria=f"C{n}")
        venta((nuevo, 1), id_cliente=clara.pk, cuando=ahora - timedelta(days=n))
    assert contar() == antes


def test_un_pdf_de_miles_de_paginas_se_rechaza(ahora: datetime) -> None:
    encabezado = Encabezado(tienda="T", titulo="T", subtitulo="", impreso=ahora)
    with pytest.raises(DemasiadasFilas):
        escribir(Tabla(columnas=[Columna("Producto")], filas=[("x",)] * 20_001), encabezado)


def test_un_pdf_largo_numera_sus_paginas(ahora: datetime) -> None:
    encabezado = Encabezado(tienda="T", titulo="Lista", subtitulo="", impreso=ahora)
    tabla = Tabla(columnas=[Columna("Producto")], filas=[(f"Fila {n}",) for n in range(500)])
    documento = pypdfium2.PdfDocument(escribir(tabla, encabezado))
    ultima = documento[len(documento) - 1].get_textpage().get_text_bounded()
    assert f"Página {len(documento)} de {len(documento)}" in ultima
    assert "Fila 499" in ultima
