"""GET y POST /registros: lo que ven y escriben los clientes que ya existen."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inventario.base.actor import Actor, Puerta
from inventario.base.fechas import dia_de
from registros.archivo import archivar
from registros.cadena import sellar_pendientes
from registros.models import Registro, TipoRegistro
from registros.servicios import registrar

HECHO = {"mensaje": "Se abrió la caja", "tipo": "apertura", "fecha_y_hora": "2026-11-24T09:00:00-03:00"}


@pytest.fixture
def anotado(ahora):
    def anotado(mensaje="Algo pasó", tipo=TipoRegistro.VENTA, cuando=ahora, quien=None, **resto):
        with transaction.atomic():
            return registrar(
                actor=quien or Actor.sistema(puerta=Puerta.TAREA),
                tipo=tipo, mensaje=mensaje, ahora=cuando, **resto,
            )

    return anotado


def test_un_cajero_anota_y_queda_con_su_nombre_y_la_hora_del_servidor(api, carlos):
    antes = datetime.now(tz=UTC)
    respuesta = api(carlos).post("/registros", {**HECHO, "usuario": carlos.rut, "descripcion": "Bien"})
    assert respuesta.status_code == 201
    cuerpo = respuesta.json()
    assert cuerpo["msg"]
    assert cuerpo["usuario"] == "Carlos Cáceres"
    assert cuerpo["mensaje"] == "Se abrió la caja"
    assert cuerpo["tipo"] == "apertura"
    registro = Registro.objects.get(pk=cuerpo["id_registro"])
    assert registro.usuario == carlos
    assert registro.fecha_y_hora >= antes
    assert registro.fecha_cliente == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert registro.externo
    assert registro.escrito_por is None


@pytest.mark.parametrize("usuario", ["12.345.678-5", "12345678-5", "carlos caceres", "", None])
def test_quien_anota_se_puede_nombrar_a_si_mismo_de_cualquier_forma(api, carlos, usuario):
    assert api(carlos).post("/registros", {**HECHO, "usuario": usuario}).status_code == 201
    assert Registro.objects.get().usuario == carlos


@pytest.mark.parametrize("usuario", ["111111111", "Ana Araya", "nadie que exista"])
def test_un_cajero_no_anota_a_nombre_de_otro(api, ana, carlos, usuario):
    respuesta = api(carlos).post("/registros", {**HECHO, "usuario": usuario})
    assert respuesta.status_code == 403
    assert respuesta.json()["codigo"] == "en_nombre_ajeno"
    assert not Registro.objects.filter(externo=True).exists()


@pytest.mark.parametrize("usuario", ["12.345.678-5", "Carlos Caceres"])
def test_un_administrador_si_y_queda_quien_lo_escribio(api, ana, carlos, usuario):
    respuesta = api(ana).post("/registros", {**HECHO, "usuario": usuario})
    assert respuesta.json()["usuario"] == "Carlos Cáceres"
    registro = Registro.objects.get()
    assert (registro.usuario, registro.escrito_por) == (carlos, ana)


def test_a_nombre_de_nadie_es_400(api, ana):
    respuesta = api(ana).post("/registros", {**HECHO, "usuario": "Nadie"})
    assert respuesta.status_code == 400
    assert respuesta.json()["errores"]["usuario"]


@pytest.mark.parametrize(
    "cambio",
    [
        {"mensaje": ""}, {"tipo": ""}, {"tipo": "x" * 41}, {"mensaje": "x" * 256},
        {"fecha_y_hora": "ayer"}, {"fecha_y_hora": "9999-12-31T23:59:59-03:00"}, {"mensaje": {"a": 1}},
    ],
)
def test_una_entrada_mal_hecha_es_400_y_no_deja_nada(api, carlos, cambio):
    respuesta = api(carlos).post("/registros", {**HECHO, **cambio})
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == list(cambio)
    assert not Registro.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_la_misma_clave_anota_una_sola_vez(api, carlos):
    cliente = api(carlos)
    primera = cliente.post("/registros", HECHO, headers={"Idempotency-Key": "k1"})
    segunda = cliente.post("/registros", HECHO, headers={"Idempotency-Key": "k1"})
    assert segunda.status_code == 201
    assert segunda.json() == primera.json()
    assert segunda["Idempotency-Replayed"] == "true"
    assert Registro.objects.count() == 1
    otra = cliente.post("/registros", {**HECHO, "tipo": "otro"}, headers={"Idempotency-Key": "k1"})
    assert otra.status_code == 422


def test_quien_puede_leer_y_escribir(api, ana, carlos, clara):
    leer = [api(u).get("/registros").status_code for u in (ana, carlos, clara, None)]
    escribir = [api(u).post("/registros", HECHO).status_code for u in (ana, carlos, clara, None)]
    assert leer == [200, 403, 403, 401]
    assert escribir == [201, 201, 403, 401]


@pytest.mark.parametrize("metodo", ["put", "patch", "delete"])
def test_nada_edita_ni_borra_un_registro(api, ana, anotado, metodo):
    registro = anotado()
    assert getattr(api(ana), metodo)("/registros").status_code == 405
    assert getattr(api(ana), metodo)(f"/registros/{registro.pk}").status_code == 404


def test_la_lista_va_de_lo_nuevo_a_lo_viejo_con_los_campos_del_contrato(api, ana, carlos, anotado, actor):
    anotado("Primero")
    anotado("Segundo", quien=actor(carlos), descripcion="detalle")
    filas = api(ana).get("/registros").json()
    assert [f["mensaje"] for f in filas] == ["Segundo", "Primero"]
    assert [f["usuario"] for f in filas] == ["Carlos Cáceres", "sistema"]
    assert set(filas[0]) == {"id_registro", "mensaje", "fecha_y_hora", "tipo", "descripcion", "usuario"}


@pytest.mark.parametrize(
    ("filtro", "esperados"),
    [
        ("tipo=precio", {"Bajó el pan"}),
        ("usuario=12.345.678-5", {"Bajó el pan"}),
        ("usuario=caceres", {"Bajó el pan"}),
        ("usuario=sistema", {"Ayer", "Vendió azúcar"}),
        ("buscar=AZUCAR vendio", {"Vendió azúcar"}),
        ("buscar=granulada", {"Vendió azúcar"}),
        ("buscar=100%25", set()),
        ("desde=2026-11-24", {"Bajó el pan", "Vendió azúcar"}),
        ("hasta=2026-11-23", {"Ayer"}),
        ("desde=2026-11-23&hasta=2026-11-23", {"Ayer"}),
        ("objeto=producto:7", {"Bajó el pan"}),
        ("tipo=&usuario=&desde=&hasta=&buscar=", {"Ayer", "Bajó el pan", "Vendió azúcar"}),
    ],
)
def test_filtros(api, ana, carlos, anotado, actor, ahora, filtro, esperados):
    anotado("Ayer", cuando=ahora - timedelta(days=1))
    anotado("Bajó el pan", tipo=TipoRegistro.PRECIO, quien=actor(carlos), objeto=("producto", 7))
    anotado("Vendió azúcar", descripcion="Granulada, 1 kg")
    respuesta = api(ana).get(f"/registros?{filtro}")
    assert respuesta.status_code == 200
    assert {f["mensaje"] for f in respuesta.json()} == esperados
    assert respuesta["X-Total-Count"] == str(len(esperados))


def test_el_total_sale_de_la_cadena_y_es_el_que_hay(api, ana, anotado, ahora, tmp_path):
    def total():
        respuesta = api(ana).get("/registros?limit=1")
        assert respuesta["X-Total-Count"] == str(Registro.objects.count())
        return Registro.objects.count()

    for dias in (3, 2, 1):
        anotado("De antes", cuando=ahora - timedelta(days=dias))
    assert total() == 3
    sellar_pendientes(reloj=lambda: ahora)
    anotado("Sin sellar")
    assert total() == 4
    archivar(antes=dia_de(ahora), carpeta=tmp_path, actor=Actor.sistema(puerta=Puerta.COMANDO), ahora=ahora)
    assert total() == 2
    sellar_pendientes(reloj=lambda: ahora)
    assert total() == 2


def test_pedir_todos_no_los_recorre(api, ana, anotado, ahora):
    anotado()
    sellar_pendientes(reloj=lambda: ahora)
    with CaptureQueriesContext(connection) as consultas:
        assert api(ana).get("/registros").status_code == 200
    contadas = [c["sql"] for c in consultas if "COUNT(" in c["sql"]]
    assert all("WHERE" in sql for sql in contadas)


@pytest.mark.parametrize(
    "filtro", ["desde=ayer", "hasta=9999-12-31", "objeto=producto", "objeto=a:0", "tipo=" + "x" * 41]
)
def test_un_filtro_mal_hecho_es_400(api, ana, filtro):
    respuesta = api(ana).get(f"/registros?{filtro}")
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == [filtro.partition("=")[0]]


def test_una_fila_o_cincuenta_cuestan_las_mismas_consultas(
    api, ana, carlos, anotado, actor, django_assert_num_queries
):
    anotado(quien=actor(carlos))
    for cuantas in (1, 50):
        with django_assert_num_queries(3):  # la cabeza de la cadena, lo que falta sellar, y leer
            assert len(api(ana).get("/registros").json()) == cuantas
        for _ in range(49):
            anotado(quien=actor(carlos))
