"""Lo que las páginas del panel comparten: quién entra y cómo se pintan."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

Vista = Callable[..., HttpResponse]


def con_permiso(permiso: str) -> Callable[[Vista], Vista]:
    """Sólo para quien entra al admin y tiene ``permiso``."""

    def decorar(vista: Vista) -> Vista:
        def revisada(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permiso):
                raise PermissionDenied
            return vista(request, *args, **kwargs)

        return admin.site.admin_view(revisada)

    return decorar


def pagina(request: HttpRequest, plantilla: str, titulo: str, contexto: dict[str, Any]) -> HttpResponse:
    """Una página con el menú y el aspecto del admin."""
    return TemplateResponse(
        request, plantilla, {**admin.site.each_context(request), "title": titulo, **contexto}
    )
