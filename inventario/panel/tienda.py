"""Lo que el tema pregunta en cada página: el nombre de la tienda y su hoja de estilo."""

from django.http import HttpRequest
from django.templatetags.static import static

from inventario.base.models import Tienda


def tienda_de(request: HttpRequest) -> Tienda:
    """La tienda, leída una vez por petición."""
    tienda: Tienda | None = getattr(request, "_tienda", None)
    if tienda is None:
        tienda = Tienda.objects.filter(pk=1).first() or Tienda()
        request._tienda = tienda  # type: ignore[attr-defined]
    return tienda


def nombre_de_la_tienda(request: HttpRequest) -> str:
    return tienda_de(request).razon_social


def hoja_de_estilo(request: HttpRequest) -> str:
    return static("panel/panel.css")
