"""Importar y exportar planillas: se revisa sin tocar nada y se aplica entera o nada."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from inventario.base.fechas import dia_de
from productos.models import Importacion, MovimientoStock, Producto
from productos.planilla.lectura import PlanillaIlegible, leer_planilla
from productos.verificacion import verificar_inventario
from registros.models import Registro

Fabrica = Callable[..., Producto]
HOY = dia_de(timezone.now())


@pytest.fixture(autouse=True)
def _siempre_calza(db: None) -> Any:
    yield
    assert list(verificar_inventario()) == []


@pytest.fixture
def planilla(tmp_path: Path) -> Callable[..., Path]:
    """Una planilla CSV con esos títulos y filas."""

    def escribir(titulos: str, *filas: str, nombre: str = "productos.csv") -> Path:
        archivo = tmp_path / nombre
        archivo.write_text("\n".join([titulos, *filas]), encoding="utf-8")
        return archivo

    return escribir


def importar(archivo: Path, **opciones: Any) -> str:
    salida = StringIO()
    call_command("importar_productos", archivo, stdout=salida, stderr=salida, **opciones)
    return salida.getvalue()


def falla(archivo: Path) -> str:
    salida = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("importar_productos", archivo, stdout=salida, stderr=salida)
    return f"{salida.getvalue()}\n{error.value}"


def test_una_planilla_crea_y_cambia_productos_con_su_kardex_y_su_registro(
    producto: Fabrica, planilla: Callable[..., Path]
) -> None:
    arroz = producto("Arroz", codigo="A-1", precio=1000, stock=10, costo=400)
    igual = producto("Igual", codigo="B-1", precio=500, stock=3)
    archivo = planilla(
        "Código de barras;Nombre;Categoría;Precio;Stock;Costo;Descuento;Vencimiento_descuento;Unidad",
        f"a-1;Arroz largo;ABARROTES;$1.100;7;450;10;{HOY + timedelta(days=9)};",
        "B-1;Igual;Abarrotes;500;3;0;;;un",
        "N-1;Queso;Abarrotes;5990;1,250;3000,5;;;kg",
    )

    salida = importar(archivo)

    assert "3 filas: 1 nuevos, 1 cambian, 1 iguales, 0 con problemas" in salida
    arroz.refresh_from_db()
    assert (arroz.nombre, arroz.precio_venta, arroz.stock) == ("Arroz largo", 1100, 7)
    assert (arroz.costo_promedio, arroz.descuento.porcentaje) == (450, 10)
    assert [p.precio for p in arroz.precios.all()] == [1100, 1000]
    queso = Producto.objects.get(nombre="Queso")
    assert (queso.stock, queso.costo_promedio, queso.unidad) == (
        Decimal("1.25"), Decimal("3000.5"), "kg",
    )
    assert igual.movimientos.count() == 1
    importacion = Importacion.objects.get()
    assert (importacion.filas, importacion.nuevos, importacion.cambiados) == (3, 1, 1)
    de_la_planilla = MovimientoStock.objects.filter(
        documento_tipo="importacion", documento_id=importacion.pk
    )
    assert sorted(de_la_planilla.values_list("tipo", flat=True)) == ["ajuste", "costo", "inicial"]
    registro = Registro.objects.get(mensaje="Producto editado: Arroz largo")
    assert registro.cambios["precio_venta"] == [1000, 1100]
    assert registro.cambios["stock"] == ["10", "7"]


def test_simular_dice_lo_que_haria_y_no_toca_nada(
    producto: Fabrica, planilla: Callable[..., Path]
) -> None:
    arroz = producto("Arroz", codigo="A-1", precio=1000, stock=10)
    antes = Registro.objects.count()
    archivo = planilla("codigo_barras,precio_venta,stock", "A-1,1100,7")

    salida = importar(archivo, simular=True)

    assert "Línea 2 (A-1): Arroz: precio_venta 1000 → 1100; stock 10 → 7" in salida
    arroz.refresh_from_db()
    assert (arroz.precio_venta, arroz.stock) == (1000, 10)
    assert (Registro.objects.count(), Importacion.objects.count()) == (antes, 0)


def test_cada_fila_mala_se_nombra_y_ninguna_buena_se_importa(
    producto: Fabrica, planilla: Callable[..., Path]
) -> None:
    producto("Arroz", codigo="A-1", precio=1000, stock=10)
    producto("Otro", codigo="OTRO")
    producto("Por kilo", codigo="K-1", unidad="kg", stock="1.5")
    archivo = planilla(
        "codigo_barras;codigos_barras;nombre;categoria;precio_venta;stock;vencimiento_descuento;unidad;estado",
        "A-1;;Arroz nuevo;;1.100;10;;;",
        "7801234567890;;Mal dígito;Abarrotes;100;;;;",
        ";;Sin código;Abarrotes;100;;;;",
        "N-1;;Sin precio;Abarrotes;;;;;",
        "N-2;;Categoría mala;Ferretería;100;;;;",
        "N-3;;Precio malo;Abarrotes;12,5;;;;",
        "N-4;;Media unidad;Abarrotes;100;0,5;;;",
        "N-5;OTRO;Código ajeno;Abarrotes;100;;;;",
        "a-1;;Repetido;;100;;;;",
        "K-1;;;;;;;un;",
        "N-6;;Sin descuento;Abarrotes;100;;2031-01-01;;",
        "N-7;;Estado malo;Abarrotes;100;;;;Roto",
        f"N-8;;{'x' * 121};Abarrotes;100;;;;",
    )

    salida = falla(archivo)

    for trozo in (
        "Línea 3 (7801234567890): 7801234567890: El dígito verificador",
        "Línea 4 (sin código): falta el código de barras",
        "Línea 5 (N-1): es un producto nuevo y falta precio_venta",
        "Línea 6 (N-2): no existe la categoría Ferretería",
        "Línea 7 (N-3): precio_venta debe ser un número entero de pesos",
        "Línea 8 (N-4): stock debe ser un número entero",
        "Línea 9 (N-5): el código OTRO ya es de otro producto",
        "Línea 10 (a-1): el mismo producto o código ya vino en la línea 2",
        "Línea 11 (K-1): stock debe ser un número entero",
        "Línea 12 (N-6): vencimiento_descuento: No hay un descuento que venza",
        "Línea 13 (N-7): estado debe ser Activo o Inactivo",
        "Línea 14 (N-8): nombre no puede pasar de 120 caracteres",
        "12 filas con problemas; no se importó nada",
    ):
        assert trozo in salida
    assert Producto.objects.count() == 3
    assert not Producto.objects.filter(nombre="Arroz nuevo").exists()


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_lo_exportado_se_importa_sin_cambiar_nada_y_editado_cambia_solo_eso(
    producto: Fabrica, tmp_path: Path, extension: str
) -> None:
    producto(
        "=SUMA(A1)", codigo="7801234567894", codigos_barras=["A-1", "A-2"], precio=1290, stock=7,
        costo="333.333333", descuento=Decimal("12.5"), vencimiento_descuento=HOY + timedelta(days=3),
        fecha_vencimiento=date(2031, 5, 1), descripcion="-con guion", clase_tributaria="exento",
    )
    producto("Queso «Ñuñoa»", codigo="00123", unidad="kg", stock="1.234", por_lotes=True)
    archivo = tmp_path / f"todo.{extension}"

    call_command("exportar_productos", archivo, stdout=StringIO())
    assert "2 filas: 0 nuevos, 0 cambian, 2 iguales" in importar(archivo)

    if extension == "csv":
        texto = archivo.read_text(encoding="utf-8-sig")
        assert "'=SUMA(A1)" in texto
        archivo.write_text(texto.replace(";1290;", ";1390;"), encoding="utf-8")
    else:
        libro = load_workbook(archivo)
        hoja = libro.active
        assert hoja["C2"].data_type == "s"
        hoja["H2"] = 1390
        libro.save(archivo)
    assert "precio_venta 1290 → 1390" in importar(archivo)
    assert Producto.objects.get(nombre="=SUMA(A1)").precio_venta == 1390


def test_una_celda_vacia_quita_lo_que_puede_faltar_y_deja_lo_demas(
    producto: Fabrica, planilla: Callable[..., Path]
) -> None:
    arroz = producto(
        "Arroz", codigo="A-1", precio=1000, stock=10, descuento=Decimal(10), descripcion="Grano",
        codigos_barras=["A-2"], fecha_vencimiento=date(2031, 1, 1),
    )

    importar(
        planilla(
            "codigo_barras;precio_venta;stock;descuento;vencimiento_descuento;descripcion;"
            "codigos_barras;fecha_vencimiento",
            "A-1;;;;;;;",
        )
    )

    arroz = Producto.objects.get()
    assert (arroz.precio_venta, arroz.stock) == (1000, 10)
    assert (arroz.descripcion, arroz.fecha_vencimiento) == ("", None)
    assert not hasattr(arroz, "descuento")
    assert [c.codigo for c in arroz.codigos.all()] == ["A-1"]


def test_se_lee_el_csv_de_un_excel_en_espanol_y_un_xlsx_con_codigos_como_numeros(
    producto: Fabrica, tmp_path: Path
) -> None:
    producto("Arroz", codigo="7801234567894", precio=1000)
    viejo = tmp_path / "viejo.csv"
    viejo.write_bytes("codigo;nombre\r\n7801234567894;Piñón «x»\r\n".encode("cp1252"))
    importar(viejo)
    assert Producto.objects.get().nombre == "Piñón «x»"

    libro = Workbook()
    hoja = libro.active
    hoja.append(["Código", "Precio", "Fecha de vencimiento", None])
    hoja.append([7801234567894.0, 1100, date(2031, 2, 3), None])
    libro.save(tmp_path / "nuevo.XLSX")
    importar(tmp_path / "nuevo.XLSX")
    arroz = Producto.objects.get()
    assert (arroz.precio_venta, arroz.fecha_vencimiento) == (1100, date(2031, 2, 3))


@pytest.mark.parametrize(
    ("titulos", "filas", "motivo"),
    [
        ("codigo_barras;color", [], "Columnas que no se conocen: color"),
        ("nombre;precio_venta", [], "Falta la columna codigo_barras"),
        ("codigo;codigo_barras", [], "Columnas repetidas: codigo_barras"),
        ("codigo_barras", ["A;B"], "La línea 2 tiene más celdas que títulos"),
        ("", [], "La planilla está vacía"),
    ],
)
def test_una_planilla_que_no_es_de_productos_se_rechaza_entera(
    planilla: Callable[..., Path], titulos: str, filas: list[str], motivo: str
) -> None:
    assert motivo in falla(planilla(titulos, *filas))


def test_lo_que_no_es_una_planilla_se_dice_sin_traza(tmp_path: Path) -> None:
    falso = tmp_path / "falso.xlsx"
    falso.write_bytes(b"PK\x03\x04 no es un zip")

    assert "falso.xlsx no es un XLSX" in falla(falso)
    assert "No se pudo abrir" in falla(tmp_path / "no-existe.csv")
    with pytest.raises(PlanillaIlegible):
        list(leer_planilla(falso))


@pytest.mark.parametrize("cuantas", [1, 50])
def test_importar_un_trozo_cuesta_lo_mismo_sean_cuantas_sean_sus_filas(
    producto: Fabrica, planilla: Callable[..., Path], cuantas: int
) -> None:
    producto(codigo="BASE")
    for n in range(cuantas):
        producto(f"Viejo {n}", codigo=f"V-{n}", precio=500, stock=4, costo=100)
    archivo = planilla(
        "codigo_barras;nombre;categoria;precio_venta;stock;costo;descuento",
        *(f"V-{n};;;600;3;120;5" for n in range(cuantas)),
        *(f"N-{n};Nuevo {n};Abarrotes;700;2;50;" for n in range(cuantas)),
    )

    with CaptureQueriesContext(connection) as consultas:
        importar(archivo)

    # executemany cuenta una vez; los inserts van en tandas de lo que SQLite admite por sentencia.
    inserts = [c for c in consultas if c["sql"].startswith("INSERT")]
    assert len(consultas) - len(inserts) <= 25
    assert len(inserts) <= 25


def test_un_catalogo_de_la_planilla_queda_en_orden_de_linea(
    producto: Fabrica, planilla: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    producto(codigo="BASE")
    monkeypatch.setattr("productos.servicios.importacion.plan.TROZO", 2)
    archivo = planilla(
        "codigo_barras;nombre;categoria;precio_venta;stock",
        *(f"N-{n};Nuevo {n};Abarrotes;{n};{n}" for n in range(1, 8)),
    )

    importar(archivo)

    nuevos = Producto.objects.filter(nombre__startswith="Nuevo").order_by("pk")
    assert [p.stock for p in nuevos] == list(range(1, 8))
    assert Importacion.objects.get().nuevos == 7
