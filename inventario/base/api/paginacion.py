"""El único paginador: arreglo JSON desnudo, ``Link`` y ``X-Total-Count`` en las cabeceras.

Por cursor (keyset): la página mil cuesta lo mismo que la primera, y lo que se agrega mientras
alguien pagina no repite ni salta filas.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param

from inventario.base.errores import Invalido

LIMITE = 100
LIMITE_MAXIMO = 1000


class Paginador(CursorPagination):
    """Usa el orden del queryset (que debe ser único) o ``vista.ordering``; ``vista.total``, si lo sabe."""

    limite = LIMITE
    """Filas por página cuando no se pide ``limit``."""
    page_size = LIMITE
    page_size_query_param = "limit"
    max_page_size = LIMITE_MAXIMO
    cursor_query_param = "cursor"
    ordering = "-id"

    def get_page_size(self, request: Request) -> int:
        texto = request.query_params.get("limit")
        if texto is None:
            return self.limite
        if not (texto.isascii() and texto.isdigit() and 1 <= len(texto) <= 6 and int(texto) >= 1):
            raise Invalido(errores={"limit": ["Debe ser un número entero mayor que cero"]})
        return min(int(texto), LIMITE_MAXIMO)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        orden = getattr(view, "ordering", None) or queryset.query.order_by or queryset.model._meta.ordering
        return (orden,) if isinstance(orden, str) else tuple(cast("tuple[str, ...]", orden) or ("-id",))

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any]:
        consulta = cast("QuerySet[Any]", queryset)
        # Contar recorre todas las filas: la vista que sabe cuántas son lo deja en ``total``.
        total: int | None = getattr(view, "total", None)
        self.total = consulta.count() if total is None else total
        try:
            return super().paginate_queryset(consulta, request, view) or []
        except NotFound:
            raise Invalido(errores={"cursor": ["El cursor no es válido"]}) from None

    def get_paginated_response(self, data: Any) -> Response:
        enlaces = {
            "first": remove_query_param(self.base_url or "", self.cursor_query_param),
            "next": self.get_next_link(),
            "prev": self.get_previous_link(),
        }
        respuesta = Response(data)
        respuesta["X-Total-Count"] = str(self.total)
        respuesta["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in enlaces.items() if url)
        return respuesta

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema
