"""OpenAPI: lo que toda llamada comparte, escrito una sola vez.

Una vista anota lo suyo con ``extend_schema`` (resumen, pedido, respuesta, ejemplo y los errores
de su dominio con ``error``); de aquí salen los que se deducen: 400, 401, 403, 404, 413, 415, 422 y 429.
"""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema_serializer,
)
from rest_framework import permissions, serializers

from inventario.base.api.paginacion import LIMITE, LIMITE_MAXIMO

CLAVE_IDEMPOTENCIA = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "De 1 a 200 caracteres ASCII visibles, a elección del cliente. La misma clave con el mismo cuerpo "
        "recibe la primera respuesta otra vez, con `Idempotency-Replayed: true`."
    ),
)
"""Parámetro de las escrituras que un teléfono puede repetir; agrega además el 422."""


@extend_schema_serializer(component_name="Error")
class ErrorSalida(serializers.Serializer[Any]):
    """La única forma de error de la API."""

    msg = serializers.CharField(help_text="Frase en español, lista para mostrarse.")
    codigo = serializers.CharField(help_text="Palabra estable para programas.")
    errores = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Campo o número de línea → sus mensajes.",
    )


@extend_schema_serializer(component_name="Mensaje")
class MensajeSalida(serializers.Serializer[Any]):
    """Respuesta de una llamada que no devuelve más que su resultado en palabras."""

    msg = serializers.CharField(help_text="Frase en español, lista para mostrarse.")


def error(
    codigo: str, msg: str, errores: dict[str, list[str]] | None = None, **datos: Any
) -> OpenApiResponse:
    """Respuesta de error para ``extend_schema``: ``responses={409: error("stock_insuficiente", "…")}``.

    Args:
        datos: claves extra del cuerpo, como en ``ErrorDeDominio``.
    """
    cuerpo = {"msg": msg, "codigo": codigo, "errores": errores or {}, **datos}
    return OpenApiResponse(ErrorSalida, msg, [OpenApiExample(codigo, value=cuerpo)])


COMUNES: dict[str, OpenApiResponse] = {
    "400": error("invalido", "Hay datos que no son válidos", {"campo": ["Este campo es requerido."]}),
    "401": error("no_autenticado", "Debe iniciar sesión"),
    "403": error("sin_permiso", "No tiene permiso para hacer esto"),
    "404": error("no_existe", "No encontrado"),
    "413": error("cuerpo_demasiado_grande", "El contenido es demasiado grande"),
    "415": error("tipo_no_soportado", "El contenido debe ser application/json"),
    "422": error("clave_reutilizada", "La Idempotency-Key ya se usó con otro contenido"),
    "429": error("demasiados_intentos", "Demasiadas peticiones; espere un momento"),
    "503": error("no_disponible", "La base de datos no responde; intente de nuevo en unos segundos"),
    "507": error("sin_espacio", "No queda espacio en el disco del servidor; avise a quien lo cuida"),
}
_SIN_ROL = (permissions.AllowAny, permissions.IsAuthenticated)
_CABECERAS_DE_LISTA = {
    "Link": {
        "description": 'RFC 8288: páginas `first`, `next` y `prev`: `<https://…?cursor=…>; rel="next"`.',
        "schema": {"type": "string"},
    },
    "X-Total-Count": {"description": "Filas en total.", "schema": {"type": "integer"}},
}
_CABECERA_REPETIDA = {
    "Idempotency-Replayed": {
        "description": "`true` cuando es la respuesta guardada de la primera vez.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_CABECERA_ESPERA = {
    "Retry-After": {
        "description": "Segundos que conviene esperar.", "schema": {"type": "integer", "minimum": 1},
    }
}


class Esquema(AutoSchema):
    """Esquema automático de cada vista, con los errores y cabeceras que se deducen de ella."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operacion = super().get_operation(*args, **kwargs)
        if operacion is None:
            return None
        respuestas: dict[str, Any] = operacion["responses"]
        parametros = {p["name"]: p for p in operacion.get("parameters", [])}
        exitos = [r for estado, r in respuestas.items() if estado.startswith("2")]
        for estado in self._errores_deducidos(operacion, parametros):
            if estado not in respuestas:
                respuestas[estado] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    COMUNES[estado], estado, media_types=["application/json"]
                )
        if CLAVE_IDEMPOTENCIA.name in parametros:
            for exito in exitos:
                exito.setdefault("headers", {}).update(_CABECERA_REPETIDA)
        for estado in {"429", "503", "507"} & respuestas.keys():
            respuestas[estado].setdefault("headers", {}).update(_CABECERA_ESPERA)
        if "cursor" in parametros:
            for exito in exitos:
                exito.setdefault("headers", {}).update(_CABECERAS_DE_LISTA)
        operacion["responses"] = dict(sorted(respuestas.items()))
        return operacion

    def _errores_deducidos(
        self, operacion: dict[str, Any], parametros: dict[str, Any]
    ) -> list[str]:
        lugares = {p["in"] for p in parametros.values()}
        permisos = self.view.get_permissions()
        casos = {
            "400": "requestBody" in operacion or bool(lugares & {"query", "header"}),
            "401": not any(isinstance(p, permissions.AllowAny) for p in permisos),
            "403": any(not isinstance(p, _SIN_ROL) for p in permisos),
            "404": "path" in lugares,
            "413": "requestBody" in operacion,
            "415": "requestBody" in operacion,
            "429": True,
            "422": CLAVE_IDEMPOTENCIA.name in parametros,
            "503": True,
            "507": self.method != "GET",
        }
        return [estado for estado, vale in casos.items() if vale]

    def _get_examples(self, *args: Any, **kwargs: Any) -> dict[str, dict[str, Any]]:
        ejemplos: dict[str, dict[str, Any]] = super()._get_examples(*args, **kwargs)  # type: ignore[no-untyped-call]
        for ejemplo in ejemplos.values():
            # En una vista de lista drf-spectacular envuelve cada ejemplo; los nuestros ya son la lista.
            match ejemplo:
                case {"value": [list() as lista]}:
                    ejemplo["value"] = lista
        return ejemplos

    def _get_pagination_parameters(self) -> list[dict[str, Any]]:
        if not super()._get_pagination_parameters():  # type: ignore[no-untyped-call]
            return []
        limite = getattr(getattr(self.view, "pagination_class", None), "limite", LIMITE)
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Opaco: el que trae `Link` en la página anterior o siguiente.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "Filas por página.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LIMITE_MAXIMO, "default": limite},
            },
        ]
