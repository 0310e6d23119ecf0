"""Lo que vale para toda la API: una sola forma de error, listas desnudas con sus cabeceras, y CORS."""

import errno
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from rest_framework.test import APIClient

from inventario.base.actor import Actor, Puerta
from inventario.base.limites import LimiteMiddleware
from registros.models import TipoRegistro
from registros.servicios import registrar
from registros.views import RegistrosVista
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]


def _es_error(respuesta: Any, estado: int, codigo: str) -> None:
    assert respuesta.status_code == estado
    assert respuesta["Content-Type"] == "application/json"
    cuerpo = respuesta.json()
    assert cuerpo["msg"]
    assert cuerpo["codigo"] == codigo
    assert isinstance(cuerpo["errores"], dict)


@pytest.mark.parametrize("ruta", ["/no-existe", "/no/existe/", "/", "/products/7", "/..%2f", "/ñandú"])
def test_una_direccion_desconocida_es_404_en_json(api: Api, ana: Usuario, ruta: str) -> None:
    _es_error(api(ana).get(ruta), 404, "no_existe")


@pytest.mark.parametrize("metodo", ["put", "patch", "delete", "options"])
def test_un_metodo_que_no_va_es_405_y_dice_cuales_van(api: Api, ana: Usuario, metodo: str) -> None:
    respuesta = getattr(api(ana), metodo)("/registros")
    _es_error(respuesta, 405, "metodo_no_permitido")
    assert {"GET", "POST"} <= set(respuesta["Allow"].split(", "))


@pytest.mark.parametrize(
    "cuerpo", ["{", "hola", '{"a": NaN}', b"\xff\xfe", "[" * 100_000, '{"a": ' + "9" * 5000 + "}"]
)
def test_un_json_mal_formado_es_400(api: Api, ana: Usuario, cuerpo: str | bytes) -> None:
    _es_error(
        api(ana).post("/registros", cuerpo, content_type="application/json"), 400, "json_invalido"
    )


@pytest.mark.parametrize("juego", ["bz2_codec", "zlib", "rot13", "hex"])
def test_un_cuerpo_en_lo_que_no_es_un_juego_de_caracteres_es_400(api: Api, ana: Usuario, juego: str) -> None:
    tipo = f"application/json; charset={juego}"
    _es_error(api(ana).post("/registros", b"{}", content_type=tipo), 400, "json_invalido")


@pytest.mark.parametrize("cuerpo", ["[]", "null", "3", '"hola"', "{}"])
def test_un_json_que_no_es_lo_pedido_es_400_y_dice_que_falta(
    api: Api, ana: Usuario, cuerpo: str
) -> None:
    respuesta = api(ana).post("/registros", cuerpo, content_type="application/json")
    _es_error(respuesta, 400, "invalido")
    assert respuesta.json()["errores"]


@pytest.mark.parametrize("tipo", ["text/plain", "application/x-www-form-urlencoded", "text/html"])
def test_otro_tipo_de_contenido_es_415(api: Api, ana: Usuario, tipo: str) -> None:
    _es_error(api(ana).post("/registros", "a=1", content_type=tipo), 415, "tipo_no_soportado")


def test_un_formato_que_no_damos_es_406(api: Api, ana: Usuario) -> None:
    _es_error(api(ana).get("/registros", headers={"Accept": "text/html"}), 406, "formato_no_disponible")


def test_un_cuerpo_enorme_es_413(api: Api, ana: Usuario) -> None:
    cuerpo = '{"mensaje": "' + "x" * 1_100_000 + '"}'
    respuesta = api(ana).post("/registros", cuerpo, content_type="application/json")
    _es_error(respuesta, 413, "cuerpo_demasiado_grande")


def test_lo_inesperado_es_500_en_json_y_sin_traza(
    api: Api, ana: Usuario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fallar(*_: Any, **__: Any) -> None:
        raise RuntimeError("secreto de la base")

    monkeypatch.setattr(RegistrosVista, "list", fallar)
    cliente = api(ana)
    cliente.raise_request_exception = False
    respuesta = cliente.get("/registros")
    _es_error(respuesta, 500, "error_interno")
    assert "secreto" not in respuesta.content.decode()
    assert "Traceback" not in respuesta.content.decode()


@pytest.mark.parametrize(
    ("error", "estado", "codigo"),
    [
        (OperationalError(2013, "Lost connection"), 503, "no_disponible"),
        (OperationalError("database is locked"), 503, "no_disponible"),
        (OperationalError(1021, "Disk full"), 507, "sin_espacio"),
        (OperationalError("database or disk is full"), 507, "sin_espacio"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "sin_espacio"),
    ],
)
def test_si_lo_que_falla_es_la_base_o_el_disco_se_dice_y_se_puede_repetir(
    api: Api, ana: Usuario, monkeypatch: pytest.MonkeyPatch, error: Exception, estado: int, codigo: str
) -> None:
    def fallar(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(RegistrosVista, "list", fallar)
    respuesta = api(ana).get("/registros")
    _es_error(respuesta, estado, codigo)
    assert int(respuesta["Retry-After"]) > 0
    monkeypatch.setattr(LimiteMiddleware, "__call__", fallar)  # antes de llegar a la API
    cliente = api(ana)
    cliente.raise_request_exception = False
    _es_error(cliente.get("/registros"), estado, codigo)


def test_un_anfitrion_ajeno_es_400_en_json(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["tienda.example"]
    _es_error(Client().get("/salud", headers={"Host": "otra.example"}), 400, "peticion_invalida")


def test_sin_token_es_401_y_con_uno_malo_tambien(api: Api) -> None:
    _es_error(api().get("/registros"), 401, "no_autenticado")
    respuesta = api().get("/registros", headers={"Authorization": "Bearer no.es.uno"})
    _es_error(respuesta, 401, "token_invalido")
    assert respuesta["WWW-Authenticate"].startswith("Bearer")


def test_la_barra_final_da_lo_mismo_y_no_redirige(api: Api, ana: Usuario) -> None:
    cliente = api(ana)
    for ruta in ("/registros", "/registros/", "/registros/?limit=5"):
        assert cliente.get(ruta).status_code == 200
    assert cliente.post("/registros/", {"mensaje": "Hola", "tipo": "nota"}).status_code == 201


def test_cada_respuesta_lleva_su_id_de_peticion(api: Api) -> None:
    assert api().get("/salud", headers={"X-Request-ID": "caja-7"})["X-Request-ID"] == "caja-7"
    assert len(api().get("/no-existe", headers={"X-Request-ID": "con espacio"})["X-Request-ID"]) == 32


def test_un_origen_permitido_puede_leer_las_cabeceras_del_paginado(api: Api, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://tienda.example"]
    previa = api().options(
        "/registros",
        headers={
            "Origin": "https://tienda.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
        },
    )
    assert previa.status_code == 200
    assert previa["Access-Control-Allow-Origin"] == "https://tienda.example"
    assert "idempotency-key" in previa["Access-Control-Allow-Headers"]
    respuesta = api().get("/salud", headers={"Origin": "https://tienda.example"})
    expuestas = respuesta["Access-Control-Expose-Headers"]
    assert "Link" in expuestas
    assert "X-Total-Count" in expuestas
    assert "Idempotency-Replayed" in expuestas


def test_un_origen_ajeno_no_recibe_permiso(api: Api, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://tienda.example"]
    respuesta = api().get("/salud", headers={"Origin": "https://mala.example"})
    assert "Access-Control-Allow-Origin" not in respuesta


@pytest.fixture
def cinco_registros(ahora: datetime) -> None:
    with transaction.atomic():
        for numero in range(5):
            registrar(
                actor=Actor.sistema(puerta=Puerta.COMANDO), tipo=TipoRegistro.TAREA,
                mensaje=f"Tarea {numero}", ahora=ahora,
            )


def _enlaces(respuesta: Any) -> dict[str, str]:
    partes = (parte.split("; ") for parte in respuesta["Link"].split(", "))
    return {rel.removeprefix('rel="').removesuffix('"'): url.strip("<>") for url, rel in partes}


@pytest.mark.usefixtures("cinco_registros")
def test_una_lista_se_recorre_entera_siguiendo_next_y_de_vuelta_con_prev(api: Api, ana: Usuario) -> None:
    cliente = api(ana)
    respuesta = cliente.get("/registros?limit=2")
    vistos, enlaces = [], _enlaces(respuesta)
    assert "prev" not in enlaces
    while True:
        assert isinstance(respuesta.json(), list)
        assert respuesta["X-Total-Count"] == "5"
        vistos += [fila["mensaje"] for fila in respuesta.json()]
        enlaces = _enlaces(respuesta)
        if "next" not in enlaces:
            break
        respuesta = cliente.get(enlaces["next"])
    assert vistos == [f"Tarea {n}" for n in (4, 3, 2, 1, 0)]
    anterior = cliente.get(enlaces["prev"])
    assert [fila["mensaje"] for fila in anterior.json()] == ["Tarea 2", "Tarea 1"]
    assert [f["mensaje"] for f in cliente.get(enlaces["first"]).json()] == ["Tarea 4", "Tarea 3"]


def test_una_lista_vacia_es_un_arreglo_vacio_con_200(api: Api, ana: Usuario) -> None:
    respuesta = api(ana).get("/registros?tipo=ninguno")
    assert respuesta.status_code == 200
    assert respuesta.json() == []
    assert respuesta["X-Total-Count"] == "0"
    assert set(_enlaces(respuesta)) == {"first"}


@pytest.mark.parametrize(
    ("consulta", "campo"),
    [("limit=0", "limit"), ("limit=-1", "limit"), ("limit=abc", "limit"), ("limit=١", "limit"),
     ("cursor=basura", "cursor"), ("cursor=", None), ("limit=1000000", "limit"), ("limit=1001", None)],
)
def test_un_paginado_que_no_vale_es_400_y_dice_cual_parametro(
    api: Api, ana: Usuario, consulta: str, campo: str | None
) -> None:
    respuesta = api(ana).get(f"/registros?{consulta}")
    if campo is None:
        assert respuesta.status_code == 200
    else:
        _es_error(respuesta, 400, "invalido")
        assert set(respuesta.json()["errores"]) == {campo}
