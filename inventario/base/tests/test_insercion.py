"""``insertar`` deja lo mismo que ``bulk_create``, en una sentencia, y cada fila con su id."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventario.base.fechas import ZONA
from inventario.base.insercion import insertar
from productos.models import Categoria, Producto
from productos.models.catalogo import Unidad
from registros.models import Registro


def _categoria(nombre: str) -> Categoria:
    return Categoria(nombre=nombre, nombre_normalizado=nombre.lower())


@pytest.mark.django_db
def test_cada_fila_queda_con_su_id_en_una_sentencia(django_assert_num_queries: type) -> None:
    filas = [_categoria(f"C{n}") for n in range(50)]
    with django_assert_num_queries(1):
        insertar(filas)
    guardadas = Categoria.objects.in_bulk([fila.pk for fila in filas])
    assert [guardadas[fila.pk].nombre for fila in filas] == [f"C{n}" for n in range(50)]
    filas[0].nombre = "Otra"
    filas[0].save()
    assert Categoria.objects.count() == 50


@pytest.mark.django_db
def test_los_tipos_vuelven_como_se_pusieron() -> None:
    categoria = _categoria("C")
    insertar([categoria])
    uno = Producto(
        nombre="Ñandú", nombre_normalizado="nandu", categoria=categoria, precio_venta=990,
        stock=Decimal("1.345"), valor_stock=Decimal("12345678901234567.000000000001"), por_lotes=True,
        costo_promedio=Decimal("1E+3"), stock_minimo=Decimal("-0"), unidad=Unidad.KILO,
        fecha_vencimiento=date(2026, 2, 28), fecha_registro=timezone.now().astimezone(ZONA),
    )
    insertar([uno])
    leido = Producto.objects.get(pk=uno.pk)
    for campo in Producto._meta.concrete_fields:
        if not campo.generated and campo.attname not in DE_LA_BASE:
            assert getattr(leido, campo.attname) == getattr(uno, campo.attname), campo


DE_LA_BASE = ("codigo_principal", "otros_codigos", "ultimo_precio", "ultimo_precio_desde")

TEXTOS = (
    "", "Harina 1 kg", "P-0001_a:b.c+d", "'", '"', "\\", "\\'", "%", "%s", "100 %", "a'); DROP TABLE x; --",
    "/* */", "`", "a\nb", "Ñandú", "😀", "_", "NULL", "{0} {} {a}",
    '{"a": [null, 3]}', "$ 1.990; # @x -- y", "ʼ’＇",
)


@pytest.mark.django_db
def test_cualquier_texto_vuelve_como_se_puso() -> None:
    insertar([
        Registro(mensaje=texto, descripcion=texto, tipo="t", puerta="api", fecha_y_hora=timezone.now())
        for texto in TEXTOS
    ])
    guardados = Registro.objects.order_by("pk").values_list("mensaje", "descripcion")
    assert list(guardados) == [(texto, texto) for texto in TEXTOS]


@pytest.mark.django_db
def test_un_json_y_lo_que_el_modelo_pone_solo() -> None:
    cambios = {"a": [None, "ñ"]}
    fila = Registro(mensaje="M", tipo="t", puerta="api", fecha_y_hora=timezone.now(), cambios=cambios)
    insertar([fila])
    leido = Registro.objects.get(pk=fila.pk)
    assert (leido.cambios, leido.sal) == (cambios, fila.sal)
    assert len(leido.sal) == 32


@pytest.mark.django_db
def test_sin_pedir_ids_queda_lo_mismo_escrito() -> None:
    filas = [_categoria("A"), _categoria("B")]
    assert [fila.pk for fila in insertar(filas, con_ids=False)] == [None, None]
    assert sorted(Categoria.objects.values_list("nombre", flat=True)) == ["A", "B"]


@pytest.mark.django_db
def test_lo_que_choca_es_un_integrity_error_y_no_deja_nada() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insertar([_categoria("A"), _categoria("A")])
    assert not Categoria.objects.exists()
    assert insertar([]) == []
