"""Lo que el tema pregunta en cada página: el nombre de la tienda y su hoja de estilo."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from inventario.base.models import LogoTienda, Tienda


def tienda_de(request: HttpRequest) -> Tienda:
    """La tienda, leída una vez por petición."""
    tienda: Tienda | None = getattr(request, "_tienda", None)
    if tienda is None:
        tiendas = Tienda.objects.select_related("logo").defer("logo__png")
        tienda = tiendas.filter(pk=1).first() or Tienda()
        request._tienda = tienda  # type: ignore[attr-defined]
    return tienda


def nombre_de_la_tienda(request: HttpRequest) -> str:
    return tienda_de(request).razon_social


def logo_de_la_tienda(request: HttpRequest) -> str | None:
    """Dirección del logo; sin logo, el tema pone su símbolo."""
    logo: LogoTienda | None = getattr(tienda_de(request), "logo", None)
    return f"{reverse('panel:logo')}?v={logo.huella}" if logo else None


def favicon(request: HttpRequest) -> str:
    return logo_de_la_tienda(request) or static("panel/favicon.svg")


def hoja_de_estilo(request: HttpRequest) -> str:
    return static("panel/panel.css")
