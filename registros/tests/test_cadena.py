"""La cadena: sellar sin estorbar, delatar lo que cambió y seguir entera cuando se borra un dato personal."""

import threading
from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from inventario.base.actor import Actor, Puerta
from registros import cadena, disparadores
from registros.cadena import Ancla, sellar_pendientes, verificar
from registros.models import CabezaCadena, Registro, SelloRegistro, TipoRegistro
from registros.reglas import GENESIS
from registros.servicios import registrar

Anotar = Callable[..., Registro]
SISTEMA = Actor.sistema(puerta=Puerta.TAREA)


@pytest.fixture
def anotar(db: None, ahora: datetime) -> Anotar:
    def anotar(mensaje: str = "Venta 1", **resto: object) -> Registro:
        with transaction.atomic():
            return registrar(
                actor=SISTEMA, tipo=TipoRegistro.VENTA, mensaje=mensaje, ahora=ahora, **resto
            )

    return anotar


@pytest.fixture
def sellar(ahora: datetime) -> Callable[..., int]:
    return lambda **opciones: sellar_pendientes(reloj=lambda: ahora, **opciones)


def a_escondidas(sentencia: str, *valores: object) -> None:
    """Lo que haría quien administra la base: quita los disparadores, hace lo suyo y los repone."""
    disparadores.quitar(connection)
    with connection.cursor() as cursor:
        cursor.execute(sentencia, valores)
    disparadores.poner(connection)


def test_una_cadena_vacia_esta_integra(db):
    resultado = verificar()
    assert resultado.integra
    assert resultado.cabeza == Ancla(secuencia=0, hash=GENESIS)


def test_se_sella_una_vez_y_en_orden(anotar, sellar):
    ids = [anotar(f"Venta {n}").pk for n in range(3)]
    assert sellar() == 3
    assert sellar() == 0
    sellos = list(SelloRegistro.objects.all())
    assert [s.registro_id for s in sellos] == ids
    assert [s.secuencia for s in sellos] == [1, 2, 3]
    assert [s.hash_anterior for s in sellos] == [GENESIS, sellos[0].hash, sellos[1].hash]
    assert verificar().revisados == 3


def test_mas_de_un_lote(anotar, sellar, monkeypatch):
    monkeypatch.setattr(cadena, "LOTE", 2)
    for n in range(5):
        anotar(f"Venta {n}")
    avances: list[tuple[int, int]] = []
    assert sellar(progreso=lambda *a: avances.append(a)) == 5
    assert avances == [(2, 5), (4, 5), (5, 5)]
    assert verificar().revisados == 5


@pytest.mark.django_db(transaction=True)
def test_un_id_menor_que_confirma_tarde_queda_despues_en_la_cadena(anotar, sellar):
    tarde, pronto = anotar("Tarde"), anotar("Pronto")
    # Como si la transacción de «tarde» no hubiera confirmado cuando se selló.
    SelloRegistro.objects.create(
        secuencia=0, registro_id=tarde.pk, huella="", hash_anterior="", hash="", fecha=tarde.fecha_y_hora
    )
    assert sellar() == 1
    a_escondidas("DELETE FROM registros_selloregistro WHERE secuencia = 0")
    assert sellar() == 1
    assert list(SelloRegistro.objects.values_list("registro_id", flat=True)) == [pronto.pk, tarde.pk]
    assert verificar().integra


def test_lo_que_confirmo_muy_tarde_lo_encuentra_la_busqueda_entera(anotar, sellar, monkeypatch):
    monkeypatch.setattr(cadena, "MARGEN", 0)
    anotar("Tarde")
    anotar("Pronto")
    CabezaCadena.objects.create(registro_mayor=10**9)
    assert sellar() == 0
    assert sellar(desde_el_principio=True) == 2


ROTURAS = {
    "UPDATE registros_registro SET mensaje = 'Venta por $ 1' WHERE id = {id}": "el contenido fue",
    "UPDATE registros_registro SET cambios = '{{\"a\": [1, 2]}}' WHERE id = {id}": "el contenido fue",
    "UPDATE registros_registro SET ip = '10.0.0.9' WHERE id = {id}": "el contenido fue alterado",
    "UPDATE registros_registro SET objeto_id = 99 WHERE id = {id}": "el contenido o su sello",
    "UPDATE registros_registro SET fecha_y_hora = '2020-01-01' WHERE id = {id}": "el contenido o su sello",
    "DELETE FROM registros_registro WHERE id = {id}": "el registro fue borrado",
    "DELETE FROM registros_selloregistro WHERE registro_id = {id}": "falta el sello",
    "UPDATE registros_selloregistro SET hash = 'f' WHERE registro_id = {id}": "el contenido o su sello",
    "UPDATE registros_selloregistro SET hash_anterior = 'f' WHERE registro_id = {id}": "no continúa",
    (
        "UPDATE registros_registro SET mensaje = '', descripcion = '', cambios = '{{}}', sal = '', "
        "borrado_por = {id} WHERE id = {id}"
    ): "dice tener sus datos borrados",
    (
        "UPDATE registros_registro SET mensaje = '(datos personales borrados)', descripcion = '', "
        "cambios = '{{}}', sal = '', ip = NULL, borrado_por = {id} WHERE id = {id}"
    ): "sin dejar constancia",
}


@pytest.mark.parametrize(("sentencia", "motivo"), ROTURAS.items())
@pytest.mark.django_db(transaction=True)
def test_nombra_el_primer_eslabon_roto(anotar, sellar, sentencia, motivo):
    ids = [anotar(f"Venta {n}").pk for n in range(4)]
    sellar()
    a_escondidas(sentencia.format(id=ids[1]))
    rotura = verificar().rotura
    assert rotura is not None
    assert motivo in rotura.motivo
    if "constancia" not in motivo:
        assert rotura.secuencia == 2
    with pytest.raises(CommandError, match="rota en el eslabón"):
        call_command("verificar_registros")


@pytest.mark.django_db(transaction=True)
def test_tambien_nota_que_cortaron_el_final(anotar, sellar):
    ids = [anotar(f"Venta {n}").pk for n in range(4)]
    sellar()
    a_escondidas("DELETE FROM registros_selloregistro WHERE secuencia > 2")
    a_escondidas("DELETE FROM registros_registro WHERE id > %s", ids[1])
    assert "faltan los últimos sellos" in str(verificar().rotura)


@pytest.mark.django_db(transaction=True)
def test_un_ancla_delata_a_quien_rehizo_toda_la_cadena(anotar, sellar):
    for n in range(3):
        anotar(f"Venta {n}")
    sellar()
    ancla = verificar().cabeza
    a_escondidas("UPDATE registros_registro SET mensaje = 'Nada' WHERE mensaje = 'Venta 0'")
    a_escondidas("DELETE FROM registros_selloregistro")
    a_escondidas("DELETE FROM registros_cabezacadena")
    sellar()
    assert verificar().integra
    assert "rehecha" in str(verificar(ancla=ancla).rotura)
    assert "no llega" in str(verificar(ancla=Ancla(secuencia=9, hash=ancla.hash)).rotura)


def test_borrar_datos_personales_no_corta_la_cadena(anotar, sellar, ahora):
    anotar("Clara cambió su correo", objeto=("usuario", 3), cambios={"correo": ("a@b.cl", "c@d.cl")})
    anotar("Venta 2")
    sellar()
    with transaction.atomic():
        constancia = registrar(
            actor=SISTEMA, tipo=TipoRegistro.DATOS_PERSONALES, mensaje="Datos borrados", ahora=ahora
        )
        Registro.objects.filter(objeto_id=3).borrar_datos_personales(registro=constancia)
    sellar()
    resultado = verificar()
    assert resultado.integra
    assert resultado.borrados == 1


@pytest.mark.django_db(transaction=True)
def test_si_faltan_los_disparadores_la_verificacion_falla(anotar, sellar):
    anotar()
    disparadores.quitar(connection)
    assert not verificar().integra
    with pytest.raises(CommandError, match="disparadores"):
        call_command("verificar_registros")


def test_los_comandos_dicen_lo_que_hicieron_y_dan_el_ancla(anotar):
    anotar()
    salida = StringIO()
    call_command("sellar_registros", stdout=salida)
    assert "1 registros sellados" in salida.getvalue()
    anotar()
    call_command("verificar_registros", "--sin-sellar", stdout=salida)
    assert "1 registros revisados" in salida.getvalue()
    call_command("verificar_registros", stdout=salida)
    ancla = salida.getvalue().rsplit("Ancla: ", 1)[1].strip()
    call_command("verificar_registros", "--ancla", ancla, stdout=salida)
    with pytest.raises(CommandError, match="SECUENCIA:HASH"):
        call_command("verificar_registros", "--ancla", "hola")


@pytest.mark.django_db(transaction=True)
def test_dos_que_sellan_a_la_vez_no_se_pisan(anotar, sellar):
    for n in range(200):
        anotar(f"Venta {n}")
    hechos: list[int] = []

    def correr() -> None:
        try:
            hechos.append(sellar())
        finally:
            connection.close()

    hilos = [threading.Thread(target=correr) for _ in range(4)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert sum(hechos) == 200
    assert verificar().revisados == 200
