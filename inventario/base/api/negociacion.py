"""Para las direcciones que ya dicen su formato (``.pdf``, ``.csv``)."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class SinNegociar(BaseContentNegotiation):
    """La dirección ya dice el formato: un ``Accept: application/pdf`` (o cualquier otro) no da 406."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
