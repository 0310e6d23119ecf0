"""Los códigos de cada producto y su último precio están también en su fila, y los pone la base."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from inventario.mantenimiento.invariantes import problemas_del_catalogo
from productos.disparadores import EL_PRECIO, LOS_CODIGOS
from productos.models import Categoria, CodigoBarras, Precio, Producto

pytestmark = pytest.mark.django_db


def _codigos(producto: Producto) -> tuple[str | None, set[str]]:
    principal, otros = Producto.objects.values_list("codigo_principal", "otros_codigos").get(pk=producto.pk)
    return principal, set(otros.split(",")) if otros else set()


def _agregar(producto: Producto, codigo: str, *, principal: bool | None = None) -> CodigoBarras:
    return CodigoBarras.objects.create(producto=producto, codigo=codigo, clave=codigo, principal=principal)


def _crear(nombre: str) -> Producto:
    categoria, _ = Categoria.objects.get_or_create(nombre="Té y café", nombre_normalizado="te y cafe")
    return Producto.objects.create(
        nombre=nombre, nombre_normalizado=nombre, categoria=categoria, precio_venta=1
    )


@pytest.fixture
def te() -> Producto:
    return _crear("Té")


def test_un_producto_sin_codigos_no_dice_ninguno(te: Producto) -> None:
    assert _codigos(te) == (None, set())


def test_cada_codigo_que_se_agrega_cambia_o_se_quita_queda_en_el_producto(te: Producto) -> None:
    _agregar(te, "T-1", principal=True)
    segundo = _agregar(te, "T-2")
    _agregar(te, "T-3")
    assert _codigos(te) == ("T-1", {"T-2", "T-3"})
    CodigoBarras.objects.filter(producto=te).update(principal=None)
    CodigoBarras.objects.filter(pk=segundo.pk).update(principal=True)
    assert _codigos(te) == ("T-2", {"T-1", "T-3"})
    CodigoBarras.objects.filter(codigo="T-3").delete()
    assert _codigos(te) == ("T-2", {"T-1"})


def test_un_codigo_que_pasa_a_otro_producto_deja_el_primero(te: Producto) -> None:
    cafe = _crear("Café")
    codigo = _agregar(te, "T-1", principal=True)
    CodigoBarras.objects.filter(pk=codigo.pk).update(producto=cafe)
    assert (_codigos(te), _codigos(cafe)) == ((None, set()), ("T-1", set()))


def test_guardar_un_producto_leido_antes_no_le_devuelve_los_codigos_de_entonces(te: Producto) -> None:
    leido = Producto.objects.get(pk=te.pk)
    assert leido.codigo_principal is None
    _agregar(te, "T-1", principal=True)
    leido.nombre = "Té negro"
    leido.save()
    assert _codigos(te) == ("T-1", set())
    Producto.objects.filter(pk=te.pk).update(nombre="Té verde")
    assert _codigos(te) == ("T-1", set())


def test_de_uno_recien_creado_se_leen_los_que_se_le_pusieron(te: Producto) -> None:
    _agregar(te, "T-1", principal=True)
    assert te.codigo_principal == "T-1"


def test_unos_codigos_que_no_son_los_suyos_se_dicen_y_se_rehacen(te: Producto) -> None:
    _agregar(te, "T-1", principal=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE productos_producto SET codigo_principal = 'X' WHERE id = %s", [te.pk])
    [dicho] = problemas_del_catalogo()
    assert "los códigos de Té no son los suyos" in dicho
    call_command("reconstruir_resumenes", stdout=StringIO())
    assert list(problemas_del_catalogo()) == []
    assert _codigos(te) == ("T-1", set())


@pytest.mark.django_db(transaction=True)
def test_si_falta_quien_los_copia_migrate_lo_repone_y_los_copia_todos(te: Producto) -> None:
    LOS_CODIGOS.quitar(connection)
    _agregar(te, "T-1", principal=True)
    dicho = list(problemas_del_catalogo())
    assert ["falta el disparador codigo_" in problema for problema in dicho] == [True, True, True, False]
    assert "los códigos de Té no son los suyos" in dicho[3]
    call_command("migrate", verbosity=0)
    assert list(problemas_del_catalogo()) == []
    assert _codigos(te) == ("T-1", set())


HOY = date(2026, 11, 24)


def _anotar(producto: Producto, precio: int, *, dias: int, ahora: datetime) -> Precio:
    return Precio.objects.create(
        producto=producto, precio=precio, desde=HOY + timedelta(days=dias), fecha=ahora
    )


def _ultimo(producto: Producto) -> tuple[int | None, int | None]:
    """El último precio que dice su fila, y cuántos días después de hoy empieza."""
    precio, desde = Producto.objects.values_list("ultimo_precio", "ultimo_precio_desde").get(pk=producto.pk)
    return precio, desde and (desde - HOY).days


def _rigen(producto: Producto, *dias: int) -> list[int]:
    return [
        Producto.objects.con_precio(HOY + timedelta(days=n)).get(pk=producto.pk).precio_vigente for n in dias
    ]


def test_cada_precio_que_se_anota_cambia_o_se_quita_deja_el_ultimo_en_el_producto(
    te: Producto, ahora: datetime
) -> None:
    assert (_ultimo(te), _rigen(te, 0)) == ((None, None), [1])
    _anotar(te, 1_000, dias=0, ahora=ahora)
    programado = _anotar(te, 1_200, dias=2, ahora=ahora)
    assert (_ultimo(te), _rigen(te, -1, 0, 1, 2, 9)) == ((1_200, 2), [1, 1_000, 1_000, 1_200, 1_200])
    _anotar(te, 1_100, dias=0, ahora=ahora)
    assert (_ultimo(te), _rigen(te, 0, 1, 2)) == ((1_200, 2), [1_100, 1_100, 1_200])
    Precio.objects.filter(pk=programado.pk).update(precio=1_300)
    assert _ultimo(te) == (1_300, 2)
    programado.delete()
    assert (_ultimo(te), _rigen(te, 0, 2)) == ((1_100, 0), [1_100, 1_100])


def test_un_ultimo_precio_que_no_es_el_suyo_se_dice_y_se_rehace(te: Producto, ahora: datetime) -> None:
    _anotar(te, 1_000, dias=0, ahora=ahora)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE productos_producto SET ultimo_precio = 1 WHERE id = %s", [te.pk])
    [dicho] = problemas_del_catalogo()
    assert "el último precio de Té no es el suyo" in dicho
    call_command("reconstruir_resumenes", stdout=StringIO())
    assert list(problemas_del_catalogo()) == []
    assert _ultimo(te) == (1_000, 0)


@pytest.mark.django_db(transaction=True)
def test_si_falta_quien_copia_el_precio_migrate_lo_repone_y_lo_copia(te: Producto, ahora: datetime) -> None:
    EL_PRECIO.quitar(connection)
    _anotar(te, 1_000, dias=0, ahora=ahora)
    assert _rigen(te, 0) == [1_000]
    assert len(list(problemas_del_catalogo())) == 4
    call_command("migrate", verbosity=0)
    assert list(problemas_del_catalogo()) == []
    assert _ultimo(te) == (1_000, 0)
