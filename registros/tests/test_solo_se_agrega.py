"""Un registro no se edita ni se borra: ni por el ORM, ni con SQL a mano en ninguna de las dos bases."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from inventario.base.actor import Actor, Puerta
from registros import disparadores
from registros.cadena import sellar_pendientes
from registros.models import (
    ArchivoRegistros,
    CabezaCadena,
    Registro,
    SelloRegistro,
    SoloSeAgrega,
    TipoRegistro,
)
from registros.servicios import registrar

SISTEMA = Actor.sistema(puerta=Puerta.TAREA)


@pytest.fixture
def registro(db: None, ahora: datetime) -> Registro:
    with transaction.atomic():
        registro = registrar(
            actor=SISTEMA, tipo=TipoRegistro.USUARIO, mensaje="Cambió el teléfono de Clara", ahora=ahora,
            objeto=("usuario", 3), cambios={"telefono": ("+56911111111", "+56922222222")},
        )
    sellar_pendientes(reloj=lambda: ahora)
    return registro


def sql(sentencia: str, *valores: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sentencia, valores)
        return cursor.rowcount


@pytest.mark.parametrize(
    "intento",
    [
        lambda r: r.save(),
        lambda r: r.delete(),
        lambda r: Registro.objects.filter(pk=r.pk).update(mensaje="otro"),
        lambda r: Registro.objects.all().delete(),
        lambda r: Registro.objects.bulk_update([r], ["mensaje"]),
        lambda r: Registro._base_manager.filter(pk=r.pk).update(mensaje="otro"),
        lambda r: Registro.objects.update_or_create(pk=r.pk, defaults={"mensaje": "otro"}),
        lambda r: SelloRegistro.objects.all().delete(),
        lambda r: SelloRegistro.objects.update(hash="x"),
        lambda r: ArchivoRegistros.objects.all().delete(),
    ],
)
def test_el_orm_no_edita_ni_borra(registro, intento):
    with pytest.raises(SoloSeAgrega):
        intento(registro)
    assert Registro.objects.get().mensaje == "Cambió el teléfono de Clara"


def test_desde_una_persona_tampoco(carlos, ahora, actor):
    with transaction.atomic():
        registrar(actor=actor(carlos), tipo=TipoRegistro.SESION, mensaje="Entró", ahora=ahora)
    for intento in (carlos.registros.clear, carlos.registros.all().delete):
        with pytest.raises(SoloSeAgrega):
            intento()


@pytest.mark.parametrize(
    "sentencia",
    [
        "UPDATE registros_registro SET mensaje = 'otro'",
        "UPDATE registros_registro SET tipo = 'Usuário'",
        "UPDATE registros_registro SET usuario_id = NULL, objeto_id = 4",
        "UPDATE registros_registro SET sal = '', descripcion = '', cambios = '{}', borrado_por = id",
        "DELETE FROM registros_registro",
        "UPDATE registros_selloregistro SET hash = 'x'",
        "DELETE FROM registros_selloregistro",
        "DELETE FROM registros_cabezacadena",
    ],
)
def test_la_base_rechaza_lo_que_el_orm_no_ve(registro, sentencia):
    with pytest.raises(DatabaseError, match="sólo se agregan"):
        sql(sentencia)
    assert Registro.objects.get().mensaje == "Cambió el teléfono de Clara"
    assert SelloRegistro.objects.count() == CabezaCadena.objects.count() == 1


def test_borrar_datos_personales_vacia_lo_borrable_y_nada_mas(registro, ahora):
    with transaction.atomic():
        constancia = registrar(
            actor=SISTEMA, tipo=TipoRegistro.DATOS_PERSONALES, mensaje="Datos borrados", ahora=ahora
        )
        assert Registro.objects.filter(pk=registro.pk).borrar_datos_personales(registro=constancia) == 1
    fila = Registro.objects.get(pk=registro.pk)
    assert (fila.mensaje, fila.cambios, fila.sal) == ("(datos personales borrados)", {}, "")
    assert (fila.objeto_tipo, fila.objeto_id, fila.borrado_por) == ("usuario", 3, constancia.pk)


def test_no_se_borran_datos_con_una_constancia_que_no_lo_es(registro):
    with pytest.raises(DatabaseError, match="sólo se agregan"), transaction.atomic():
        Registro.objects.filter(pk=registro.pk).borrar_datos_personales(registro=registro)


def test_lo_borrado_no_se_reescribe(registro, ahora):
    with transaction.atomic():
        constancia = registrar(
            actor=SISTEMA, tipo=TipoRegistro.DATOS_PERSONALES, mensaje="Datos borrados", ahora=ahora
        )
        Registro.objects.filter(pk=registro.pk).borrar_datos_personales(registro=constancia)
    with pytest.raises(DatabaseError, match="sólo se agregan"):
        sql("UPDATE registros_registro SET mensaje = 'otra historia' WHERE id = %s", registro.pk)


def test_un_archivo_que_no_llega_hasta_la_fila_no_la_deja_borrar(registro, ahora):
    ArchivoRegistros.objects.create(
        desde=-1, hasta=0, hash_anterior="", hash="", nombre="x", fecha=ahora
    )
    with pytest.raises(DatabaseError, match="sólo se agregan"):
        sql("DELETE FROM registros_registro")
    for sentencia in (
        "UPDATE registros_archivoregistros SET hasta = 99", "DELETE FROM registros_archivoregistros"
    ):
        with pytest.raises(DatabaseError, match="sólo se agregan"):
            sql(sentencia)


@pytest.mark.django_db(transaction=True)
def test_los_disparadores_se_quitan_y_se_reponen():
    assert disparadores.faltantes(connection) == set()
    disparadores.quitar(connection)
    assert len(disparadores.faltantes(connection)) == 7
    disparadores.poner(connection)
    assert disparadores.faltantes(connection) == set()
