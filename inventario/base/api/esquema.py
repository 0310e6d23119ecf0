"""OpenAPI: lo que toda llamada comparte."""

from drf_spectacular.openapi import AutoSchema


class Esquema(AutoSchema):
    """Esquema automático de cada vista."""
