"""Una consulta preparada da lo mismo que el queryset del que sale, con cualquier valor y en el acto."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import models
from django.utils import timezone

from inventario.base.preparada import Preparada, con_otra
from productos.models import Categoria
from usuarios.models import Sesion, Usuario

POR_ID = Preparada(lambda ids: Usuario.objects.filter(pk__in=ids).order_by("pk"))
POR_RUT = Preparada(lambda rut: Usuario.objects.filter(rut=rut).order_by())
SESION = Preparada(lambda sesion: Sesion.objects.select_related("usuario").filter(pk=sesion).order_by())


def _abrir(usuario: Usuario) -> Sesion:
    ahora = timezone.now()
    return Sesion.objects.create(usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora)


@pytest.mark.django_db
def test_da_lo_mismo_que_el_queryset_con_una_lista_de_cualquier_largo(
    ana: Usuario, carlos: Usuario, clara: Usuario
) -> None:
    for ids in ([ana.pk], [carlos.pk, clara.pk], [ana.pk, carlos.pk, clara.pk], [0, carlos.pk]):
        assert POR_ID(ids=ids) == list(Usuario.objects.filter(pk__in=ids).order_by("pk"))


@pytest.mark.django_db
def test_trae_lo_relacionado_y_los_tipos_de_siempre(
    carlos: Usuario, django_assert_num_queries: type
) -> None:
    sesion = _abrir(carlos)
    SESION(sesion=uuid.uuid4())
    with django_assert_num_queries(1):
        [leida] = SESION(sesion=sesion.pk)
        assert (leida.usuario.rut, leida.pk, leida.vence) == (carlos.rut, sesion.pk, sesion.vence)
    assert leida.cerrada is None


@pytest.mark.django_db
def test_lo_que_cambia_en_la_base_se_ve_en_la_lectura_siguiente(carlos: Usuario) -> None:
    assert POR_RUT(rut=carlos.rut)[0].nombre == carlos.nombre
    Usuario.objects.update(nombre="Otro")
    assert POR_RUT(rut=carlos.rut)[0].nombre == "Otro"


@pytest.mark.django_db
def test_dos_consultas_juntas_dan_lo_de_cada_una(
    carlos: Usuario, ana: Usuario, django_assert_num_queries: type
) -> None:
    sesion = _abrir(carlos)
    otra = Preparada(lambda nombre: Categoria.objects.filter(nombre_normalizado=nombre).order_by())
    lacteos = Categoria.objects.create(nombre="Lácteos", nombre_normalizado="lacteos")
    with django_assert_num_queries(1):
        assert con_otra((SESION, {"sesion": sesion.pk}), (otra, {"nombre": "lacteos"})) == (sesion, lacteos)
    assert con_otra((SESION, {"sesion": sesion.pk}), (otra, {"nombre": "nada"})) == (sesion, None)
    assert con_otra((SESION, {"sesion": uuid.uuid4()}), (otra, {"nombre": "lacteos"})) == (None, None)


@pytest.mark.django_db
def test_un_argumento_que_no_llega_a_la_consulta_se_dice() -> None:
    with pytest.raises(ValueError, match="dia"):
        Preparada(lambda rut, dia: Usuario.objects.filter(rut=rut))(rut="1", dia=date(2026, 1, 1))


@pytest.mark.django_db
def test_sin_condicion_no_se_puede_juntar(carlos: Usuario) -> None:
    todos = Preparada(lambda: Usuario.objects.order_by())
    with pytest.raises(ValueError, match="no tiene condición"):
        con_otra((SESION, {"sesion": _abrir(carlos).pk}), (todos, {}))


@pytest.mark.django_db
def test_los_decimales_y_las_anotaciones_llegan_enteros(carlos: Usuario) -> None:
    con_suma = Preparada(
        lambda rut: Usuario.objects.filter(rut=rut).annotate(
            mitad=models.ExpressionWrapper(
                models.F("puntos") * Decimal("0.5"),
                output_field=models.DecimalField(decimal_places=1, max_digits=9),
            )
        )
    )
    Usuario.objects.update(puntos=25)
    assert con_suma(rut=carlos.rut)[0].mitad == Decimal("12.5")


@pytest.mark.django_db
def test_por_partes_da_cada_fila_una_vez_por_larga_que_sea_la_lista(
    ana: Usuario, carlos: Usuario, django_assert_num_queries: type
) -> None:
    por_ruts = Preparada(lambda ruts: Usuario.objects.filter(rut__in=ruts).order_by())
    ajenos = [f"nadie {n}" for n in range(300)]
    with django_assert_num_queries(1):
        leidos = por_ruts.por_partes("ruts", [ana.rut, "nadie", carlos.rut])
    assert {u.pk for u in leidos} == {ana.pk, carlos.pk}
    with django_assert_num_queries(2):
        assert [u.pk for u in por_ruts.por_partes("ruts", [*ajenos, ana.rut])] == [ana.pk]
    assert por_ruts.por_partes("ruts", []) == []
