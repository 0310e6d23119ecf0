"""Lo que va junto: sale en su orden, en una ida donde la hay, y si algo falla no queda nada."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from inventario.base.insercion import insertar
from inventario.base.juntas import adelantar, al_confirmar, ejecutar, juntas, mandar
from inventario.base.preparada import Preparada
from productos.models import Categoria

POR_NOMBRE = Preparada(lambda nombre: Categoria.objects.filter(nombre_normalizado=nombre).order_by())
RENOMBRAR = "UPDATE productos_categoria SET nombre = %s WHERE nombre_normalizado = %s"


def _categoria(nombre: str) -> Categoria:
    return Categoria(nombre=nombre, nombre_normalizado=nombre.lower())


def _fallar() -> None:
    raise ZeroDivisionError


def _insertar(*nombres: str, y_despues: Callable[[], None] = lambda: None) -> None:
    with transaction.atomic(), juntas():
        for nombre in nombres:
            insertar([_categoria(nombre)])
        y_despues()


@pytest.mark.django_db
def test_lo_escrito_y_lo_leido_vuelven_en_orden_y_en_una_ida() -> None:
    with CaptureQueriesContext(connection) as consultas, juntas():
        filas = insertar([_categoria("A"), _categoria("B")])
        ejecutar(RENOMBRAR, ["100 % ; '", "a"])
        antes, despues = POR_NOMBRE.pedir(nombre="a"), POR_NOMBRE.pedir(nombre="no está")
    assert [f.pk for f in filas] == list(Categoria.objects.order_by("pk").values_list("pk", flat=True))
    assert ([c.nombre for c in antes], despues) == (["100 % ; '"], [])
    assert len(consultas) == (1 if connection.vendor == "mysql" else 4)


@pytest.mark.django_db
def test_mandar_deja_usar_lo_escrito_sin_salir() -> None:
    with juntas():
        [fila] = insertar([_categoria("A")])
        mandar()
        assert Categoria.objects.get().pk == fila.pk
        ejecutar(RENOMBRAR, ["Otra", "a"])
    assert Categoria.objects.get().nombre == "Otra"


@pytest.mark.django_db
def test_si_una_falla_no_queda_ninguna_y_lo_siguiente_anda() -> None:
    with pytest.raises(IntegrityError):
        _insertar("A", "a", "B")
    assert not Categoria.objects.exists()
    with pytest.raises(ZeroDivisionError):
        _insertar("C", y_despues=_fallar)
    assert not Categoria.objects.exists()
    _insertar("D")
    assert Categoria.objects.get().nombre == "D"


@pytest.mark.django_db(transaction=True)
def test_una_transaccion_se_abre_con_su_primera_sentencia_y_se_deshace_entera() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _insertar("A", y_despues=_fallar)
    with transaction.atomic():
        pass
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _fallar()
    assert not Categoria.objects.exists()
    with transaction.atomic():
        Categoria.objects.create(nombre="B", nombre_normalizado="b")
        with pytest.raises(IntegrityError), transaction.atomic():
            Categoria.objects.create(nombre="b", nombre_normalizado="b")
        insertar([_categoria("C")])
    assert Categoria.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_lo_que_va_con_la_confirmacion_queda_con_ella_o_no_queda() -> None:
    with transaction.atomic():
        insertar([_categoria("A")])
        al_confirmar(RENOMBRAR, ["Última", "a"])
    assert Categoria.objects.get().nombre == "Última"
    with pytest.raises(ZeroDivisionError):
        _insertar("Z", y_despues=lambda: (al_confirmar(RENOMBRAR, ["Otra", "a"]), _fallar())[1])
    chocar = "UPDATE productos_categoria SET nombre_normalizado = %s WHERE nombre = %s"
    with pytest.raises(IntegrityError):
        _insertar("B", y_despues=lambda: al_confirmar(chocar, ["a", "B"]))
    assert [c.nombre for c in Categoria.objects.all()] == ["Última"]
    with transaction.atomic():
        insertar([_categoria("C")])
        with transaction.atomic():
            al_confirmar(RENOMBRAR, ["Adentro", "a"])
    assert {c.nombre for c in Categoria.objects.all()} == {"Adentro", "C"}


def _insertar_al_confirmar(*nombres: str) -> list[Categoria]:
    with juntas(con_la_confirmacion=True):
        return [*insertar([_categoria(nombre) for nombre in nombres])]


@pytest.mark.django_db(transaction=True)
def test_lo_que_se_deja_para_la_confirmacion_va_con_ella_en_una_ida_y_se_sabe_despues() -> None:
    with CaptureQueriesContext(connection) as consultas, transaction.atomic():
        filas = _insertar_al_confirmar("A", "B")
        al_confirmar(RENOMBRAR, ["Última", "b"])
        antes = [fila.pk for fila in filas]
    assert [fila.pk for fila in filas] == list(Categoria.objects.order_by("pk").values_list("pk", flat=True))
    assert [c.nombre for c in Categoria.objects.order_by("pk")] == ["A", "Última"]
    if connection.vendor == "mysql":
        assert antes == [None, None]
        assert len([c for c in consultas if "INSERT" in c["sql"] and "COMMIT" in c["sql"]]) == 1


@pytest.mark.django_db(transaction=True)
def test_lo_que_esperaba_a_la_confirmacion_se_puede_adelantar_y_se_deshace_igual() -> None:
    def adelantar_y_fallar() -> None:
        [fila] = _insertar_al_confirmar("A")
        adelantar()
        assert Categoria.objects.get().pk == fila.pk
        _fallar()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        adelantar_y_fallar()
    assert not Categoria.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deshacer_una_parte_no_pierde_lo_que_ya_esperaba_a_la_confirmacion() -> None:
    with transaction.atomic():
        _insertar_al_confirmar("A")
        with pytest.raises(ZeroDivisionError):
            _insertar("Z", y_despues=_fallar)
        _insertar_al_confirmar("B")
    assert [c.nombre for c in Categoria.objects.order_by("pk")] == ["A", "B"]


@pytest.mark.django_db(transaction=True)
def test_si_falla_al_confirmar_no_queda_nada_y_lo_siguiente_anda() -> None:
    insertar([_categoria("A")])
    with pytest.raises(IntegrityError), transaction.atomic():
        _insertar_al_confirmar("Z", "a")
    with transaction.atomic():
        _insertar_al_confirmar("B")
    assert [c.nombre for c in Categoria.objects.order_by("pk")] == ["A", "B"]


@pytest.mark.django_db(transaction=True)
def test_fuera_de_una_transaccion_no_hay_confirmacion_que_esperar() -> None:
    with pytest.raises(RuntimeError), juntas(con_la_confirmacion=True):
        pass


@pytest.mark.django_db(transaction=True)
def test_contadas_o_no_las_respuestas_son_las_mismas() -> None:
    def anotar(cursor: Any) -> None:
        respuestas.append((cursor.rowcount, cursor.fetchall()))

    def preguntar() -> None:
        with transaction.atomic(), juntas():
            ejecutar(RENOMBRAR, ["50 % ñ'", "a"], anotar)
            ejecutar("SELECT nombre FROM productos_categoria", [])
            ejecutar("SELECT nombre, 1 FROM productos_categoria ORDER BY nombre", [], anotar)

    respuestas: list[tuple[int, Any]] = []
    insertar([_categoria("A")])
    insertar([_categoria("B")])
    preguntar()
    ejecutar("UPDATE productos_categoria SET nombre = %s WHERE nombre_normalizado = %s", ["A", "a"])
    with CaptureQueriesContext(connection):
        preguntar()
    assert respuestas[0][0] == 1
    assert [tuple(fila) for fila in respuestas[1][1]] == [("50 % ñ'", 1), ("B", 1)]
    assert respuestas[2:] == respuestas[:2]


def _correr(*sentencias: tuple[str, list[Any], Callable[[Any], None] | None]) -> None:
    with transaction.atomic(), juntas():
        for sql, parametros, al_volver in sentencias:
            ejecutar(sql, parametros, al_volver)


@pytest.mark.django_db(transaction=True)
def test_quien_falla_leyendo_una_respuesta_no_deja_las_demas_a_medio_leer() -> None:
    insertar([_categoria("A")])
    with pytest.raises(ZeroDivisionError):
        _correr(
            (RENOMBRAR, ["Z", "a"], lambda _: _fallar()),
            ("SELECT nombre FROM productos_categoria", [], None),
            (RENOMBRAR, ["Y", "a"], None),
        )
    assert [c.nombre for c in POR_NOMBRE(nombre="a")] == ["A"]


@pytest.mark.django_db(transaction=True)
def test_lo_que_la_base_no_admite_es_un_integrity_error_aunque_vaya_segundo() -> None:
    insertar([_categoria("A")])
    otro_total = "INSERT INTO productos_totalproductos (id, cuantos) VALUES (2, 0)"
    with pytest.raises(IntegrityError):
        _correr((RENOMBRAR, ["Z", "a"], None), (otro_total, [], None))
    assert [c.nombre for c in POR_NOMBRE(nombre="a")] == ["A"]


@pytest.mark.django_db(transaction=True)
def test_en_una_transaccion_que_ya_fallo_no_se_corre_nada_mas() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            POR_NOMBRE(nombre="a")
