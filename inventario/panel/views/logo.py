"""El logo de la tienda: se ve también antes de entrar."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from inventario.base.models import LogoTienda

UN_ANO_S = 365 * 24 * 3600


def logo(request: HttpRequest) -> HttpResponse:
    """El PNG. Su dirección lleva la huella, así que puede guardarse para siempre."""
    guardado = LogoTienda.objects.filter(pk=1).first()
    if guardado is None:
        return HttpResponseNotFound()
    respuesta = HttpResponse(bytes(guardado.png), content_type="image/png")
    respuesta["Cache-Control"] = f"public, max-age={UN_ANO_S}, immutable"
    return respuesta
