"""El esquema OpenAPI: se genera sin advertencias y dice por sí solo lo que toda llamada comparte."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.permisos import SoloPersonal
from inventario.mantenimiento.tests.otra_base import otra_base


class CosaSalida(serializers.Serializer[Any]):
    nombre = serializers.CharField()


class Cosas(viewsets.GenericViewSet[Any]):
    permission_classes = [SoloPersonal]
    serializer_class = CosaSalida

    def list(self, request: Request) -> Response:
        return Response([])

    @extend_schema(
        parameters=[CLAVE_IDEMPOTENCIA], responses={201: CosaSalida, 409: error("sin_cosas", "No hay cosas")}
    )
    def create(self, request: Request) -> Response:
        return Response({}, status=201)


class Puertas(viewsets.ViewSet):
    permission_classes = [AllowAny]

    @extend_schema(request=None, responses=CosaSalida)
    def retrieve(self, request: Request, id: int) -> Response:
        return Response({})


@pytest.fixture
def esquema() -> dict[str, Any]:
    urls = [
        path("cosas", Cosas.as_view({"get": "list", "post": "create"})),
        path("puertas/<int:id>", Puertas.as_view({"get": "retrieve"})),
    ]
    return SchemaGenerator(patterns=urls).get_schema(request=None, public=True)


def test_una_lista_documenta_su_paginado_y_sus_errores(esquema: dict[str, Any]) -> None:
    lista = esquema["paths"]["/cosas"]["get"]
    assert {p["name"] for p in lista["parameters"]} == {"cursor", "limit"}
    assert set(lista["responses"]) == {"200", "400", "401", "403", "429", "503"}
    assert set(lista["responses"]["200"]["headers"]) == {"Link", "X-Total-Count"}
    assert lista["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/PaginatedCosaSalidaList"
    }
    assert esquema["components"]["schemas"]["PaginatedCosaSalidaList"]["type"] == "array"


def test_una_escritura_repetible_documenta_su_clave(esquema: dict[str, Any]) -> None:
    alta = esquema["paths"]["/cosas"]["post"]
    assert set(alta["responses"]) == {
        "201", "400", "401", "403", "409", "413", "415", "422", "429", "503", "507"
    }
    assert set(alta["responses"]["201"]["headers"]) == {"Idempotency-Replayed"}
    conflicto = alta["responses"]["409"]["content"]["application/json"]
    assert conflicto["schema"] == {"$ref": "#/components/schemas/Error"}
    assert conflicto["examples"]["SinCosas"]["value"] == {
        "msg": "No hay cosas", "codigo": "sin_cosas", "errores": {},
    }


def test_una_llamada_abierta_no_promete_401(esquema: dict[str, Any]) -> None:
    assert set(esquema["paths"]["/puertas/{id}"]["get"]["responses"]) == {"200", "404", "429", "503"}


@pytest.fixture(scope="module")
def del_producto(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """El esquema que se publica; generarlo falla ante cualquier advertencia."""
    archivo = tmp_path_factory.mktemp("esquema") / "openapi.json"
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(archivo)
    )
    leido: dict[str, Any] = json.loads(archivo.read_text())
    return leido


def _llamadas(esquema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for ruta, metodos in esquema["paths"].items():
        for metodo, llamada in metodos.items():
            yield f"{metodo.upper()} {ruta}", llamada


def test_el_esquema_del_producto_no_tiene_advertencias(del_producto: dict[str, Any]) -> None:
    assert del_producto["openapi"] == "3.1.0"
    assert len(list(_llamadas(del_producto))) > 50


def test_cada_llamada_tiene_resumen_ejemplo_y_errores(del_producto: dict[str, Any]) -> None:
    for nombre, llamada in _llamadas(del_producto):
        assert llamada.get("summary"), nombre
        respuestas = llamada["responses"]
        assert [estado for estado in respuestas if estado >= "400"], nombre
        for estado, respuesta in respuestas.items():
            # Un PDF o un CSV no se ejemplifica en JSON.
            cuerpo = respuesta.get("content", {}).get("application/json")
            assert cuerpo is None or cuerpo.get("examples"), f"{nombre} → {estado}"


@pytest.mark.django_db
def test_la_documentacion_se_ve_sin_sesion_y_sin_internet(client: Any) -> None:
    assert client.get("/openapi.json")["Content-Type"].startswith("application/json")
    pagina = client.get("/docs", headers={"Authorization": "Bearer vencido"})
    assert pagina.status_code == 200
    assert "/estaticos/drf_spectacular_sidecar/" in pagina.content.decode()
    assert "https://" not in pagina.content.decode().replace("https://github.com", "")


_CUATRO_A_LA_VEZ = """
import os, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "inventario.settings_pruebas"
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.test import Client
salida = threading.Barrier(4)
def pedir(_):
    salida.wait()
    return Client(raise_request_exception=False).get("/openapi.json").status_code
with ThreadPoolExecutor(4) as hilos:
    print(*hilos.map(pedir, range(4)))
"""


def test_un_proceso_recien_partido_da_la_documentacion_a_muchos_a_la_vez(tmp_path: Path) -> None:
    with otra_base(tmp_path, embebida=True) as base:
        hecho = subprocess.run(
            [sys.executable, "-c", _CUATRO_A_LA_VEZ],
            cwd=settings.BASE_DIR, env=base.entorno, capture_output=True, text=True, timeout=300,
        )
    assert hecho.stdout.split() == ["200"] * 4, hecho.stderr[-3000:]


def test_cada_ejemplo_cumple_su_propio_esquema(del_producto: dict[str, Any]) -> None:
    registro = Registry().with_resource(
        "urn:api", Resource.from_contents(del_producto, default_specification=DRAFT202012)
    )
    malos = []
    for nombre, llamada in _llamadas(del_producto):
        cuerpos = [("pedido", llamada.get("requestBody", {})), *llamada["responses"].items()]
        for lado, cuerpo in cuerpos:
            contenido = cuerpo.get("content", {}).get("application/json", {})
            esquema = json.loads(json.dumps(contenido.get("schema", {})).replace('"#/', '"urn:api#/'))
            for ejemplo in contenido.get("examples", {}).values():
                validador = Draft202012Validator(esquema, registry=registro)
                malos += [
                    f"{nombre} ({lado}): {error.json_path} {error.message}"
                    for error in validador.iter_errors(ejemplo["value"])
                ]
    assert not malos, "\n".join(malos)
