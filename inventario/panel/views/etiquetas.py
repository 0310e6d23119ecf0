"""Elegir productos y copias, y llevarse el PDF de sus etiquetas."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from inventario.base.admin_comun import mostrar_error
from inventario.base.errores import ErrorDeDominio, Invalido
from inventario.base.fechas import dia_de
from inventario.panel.etiquetas import FORMATOS, Etiqueta, imprimir
from inventario.panel.views.comun import con_permiso, pagina
from productos.consultas import productos_cargados, productos_listados
from productos.models import Categoria, Precio, Producto

ELEGIDOS = "etiquetas"
"""Clave de la sesión donde la lista de productos deja los elegidos."""
MAXIMO_DE_PRODUCTOS = 500
MAXIMO_DE_COPIAS = 500


@con_permiso("productos.view_producto")
def etiquetas(request: HttpRequest) -> HttpResponse:
    """La página para elegir; con POST, el PDF."""
    if request.method == "POST":
        try:
            return _pdf(request)
        except ErrorDeDominio as error:
            mostrar_error(request, error)
            return HttpResponseRedirect(f"{reverse('panel:etiquetas')}?{request.GET.urlencode()}")
    productos = _elegidos(request)
    return pagina(request, "panel/etiquetas.html", "Etiquetas de productos", {
        "filtros": request.GET,
        "categorias": Categoria.objects.all(),
        "productos": [
            (p, p.precio_vigente, _copias_sugeridas(request, p)) for p in productos[:MAXIMO_DE_PRODUCTOS]
        ],
        "sobran": len(productos) > MAXIMO_DE_PRODUCTOS,
        "maximo": MAXIMO_DE_PRODUCTOS,
        "maximo_de_copias": MAXIMO_DE_COPIAS,
        "formatos": FORMATOS,
    })


def _elegidos(request: HttpRequest) -> list[Producto]:
    """Los de la categoría o con precio nuevo que se pidieron; si no se pidió, los elegidos en la lista."""
    productos = productos_listados(dia_de(timezone.now())).activos().order_by("nombre_normalizado", "pk")
    categoria, precio_desde = request.GET.get("categoria", ""), request.GET.get("precio_desde", "")
    if not categoria and not precio_desde:
        elegidos = request.session.get(ELEGIDOS, [])
        return list(productos.filter(pk__in=elegidos)[: MAXIMO_DE_PRODUCTOS + 1]) if elegidos else []
    if categoria.isascii() and categoria.isdigit():
        productos = productos.filter(categoria_id=int(categoria))
    if (dia := _dia(precio_desde)) is not None:
        cambiaron = Precio.objects.filter(desde__range=(dia, dia_de(timezone.now())))
        productos = productos.filter(pk__in=cambiaron.values("producto_id"))
    return list(productos[: MAXIMO_DE_PRODUCTOS + 1])


def _dia(texto: str) -> date | None:
    try:
        return date.fromisoformat(texto)
    except ValueError:
        return None


def _copias_sugeridas(request: HttpRequest, producto: Producto) -> int:
    if request.GET.get("copias") != "stock":
        return 1
    return min(int(producto.stock), MAXIMO_DE_COPIAS) if not producto.por_kilo else 1


def _pdf(request: HttpRequest) -> HttpResponse:
    """
    Raises:
        Invalido: no se eligió nada, o lo elegido no se puede imprimir.
    """
    formato = FORMATOS.get(request.POST.get("formato", ""))
    if formato is None:
        raise Invalido("Elija en qué papel se imprime")
    copias = {
        int(campo.removeprefix("copias_")): _entero(valor, MAXIMO_DE_COPIAS)
        for campo, valor in request.POST.items()
        if campo.startswith("copias_") and campo.removeprefix("copias_").isdecimal()
    }
    pedidas = {pk: cuantas for pk, cuantas in copias.items() if cuantas}
    if not pedidas:
        raise Invalido("Elija al menos una etiqueta")
    productos = productos_cargados(dia_de(timezone.now())).filter(pk__in=pedidas)
    documento = imprimir(
        [(_etiqueta(p), pedidas[p.pk]) for p in productos.order_by("nombre_normalizado", "pk")],
        formato,
        primera=max(1, _entero(request.POST.get("primera", "1"), formato.por_pagina)),
    )
    respuesta = HttpResponse(documento, content_type="application/pdf")
    respuesta["Content-Disposition"] = 'attachment; filename="etiquetas.pdf"'
    return respuesta


def _entero(texto: Any, maximo: int) -> int:
    """
    Raises:
        Invalido: no es un número de cero a ``maximo``.
    """
    texto = str(texto).strip() or "0"
    if not (texto.isascii() and texto.isdigit() and int(texto) <= maximo):
        raise Invalido(f"Las copias y el lugar deben ser números de 0 a {maximo}")
    return int(texto)


def _etiqueta(producto: Producto) -> Etiqueta:
    return Etiqueta(
        nombre=producto.nombre, precio=producto.precio_vigente, codigo=producto.codigo_principal or "",
        por_kilo=producto.por_kilo,
    )
