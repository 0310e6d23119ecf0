"""Cambiar precios en un porcentaje: elegir, mirar cómo quedan, y recién entonces aplicar."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from inventario.base.admin_accion import poner_error
from inventario.base.errores import ErrorDeDominio
from inventario.base.fechas import dia_de
from productos.admin.acciones import FormularioReajuste
from productos.consultas import productos_cargados
from productos.models import Producto
from productos.reglas import precio_reajustado
from productos.servicios import reajustar_precios

if TYPE_CHECKING:
    from productos.admin.productos import ProductoAdmin

ELEGIDOS = "reajuste"
"""Clave de la sesión con los productos elegidos en la lista."""
APLICAR = "aplicar"
VISTO = "visto_"
"""Prefijo de los campos que repiten el precio que se mostró de cada producto."""


def reajuste(admin: "ProductoAdmin", request: HttpRequest) -> HttpResponse:
    """La página, la vista previa y la aplicación: qué es lo dice el botón."""
    if not admin.has_change_permission(request):
        raise PermissionDenied
    hoy = dia_de(timezone.now())
    elegidos = request.session.get(ELEGIDOS, [])
    productos = list(productos_cargados(hoy).filter(pk__in=elegidos).order_by("nombre_normalizado", "pk"))
    formulario = FormularioReajuste(request.POST or None, initial={"desde": hoy})
    if request.method == "POST" and formulario.is_valid() and APLICAR in request.POST:
        try:
            cambiados = _aplicar(admin, request, formulario.cleaned_data)
        except ErrorDeDominio as error:
            poner_error(formulario, error)
        else:
            del request.session[ELEGIDOS]
            messages.success(request, f"Precios cambiados: {cambiados}")
            return HttpResponseRedirect(reverse("admin:productos_producto_changelist"))
    return TemplateResponse(request, "productos/reajuste.html", {
        **admin.admin_site.each_context(request),
        "title": "Cambiar precios en un porcentaje",
        "opts": admin.opts,
        "form": formulario,
        "media": admin.media + formulario.media,
        "filas": _filas(productos, formulario),
        "hay_vista": request.method == "POST" and formulario.is_valid(),
    })


def _filas(productos: list[Producto], formulario: FormularioReajuste) -> list[tuple[Any, ...]]:
    """(producto, precio de hoy, el nuevo, la diferencia); estos dos, sólo si ya se pidió bien."""
    if not (formulario.is_bound and formulario.is_valid()):
        return [(producto, producto.precio_vigente, None, None) for producto in productos]
    datos = formulario.cleaned_data
    filas = []
    for producto in productos:
        hoy = producto.precio_vigente
        nuevo = precio_reajustado(hoy, datos["porcentaje"], datos["multiplo"])
        filas.append((producto, hoy, nuevo, nuevo - hoy))
    return filas


def _aplicar(admin: "ProductoAdmin", request: HttpRequest, datos: dict[str, Any]) -> int:
    vistos = {
        int(campo.removeprefix(VISTO)): int(str(valor))
        for campo, valor in request.POST.items()
        if campo.startswith(VISTO) and campo.removeprefix(VISTO).isdecimal() and str(valor).isdecimal()
    }
    return reajustar_precios(
        esperados=vistos, actor=admin.actor(request), ahora=timezone.now(), **datos
    )
