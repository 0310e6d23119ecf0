"""Lo que los admin de las compras comparten: una página que pide algo antes de hacer algo."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from inventario.base.admin_comun import AdminDeTienda, frases
from inventario.base.errores import ErrorDeDominio


class PedirMotivo(forms.Form):
    motivo = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class PedirNada(forms.Form):
    """Sólo confirmar: lo que cambia algo va por POST, nunca por un enlace."""


class InlineDeLectura(TabularInline):  # type: ignore[misc]
    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def pedir(
    admin: AdminDeTienda,
    request: HttpRequest,
    formulario: type[forms.Form],
    *,
    titulo: str,
    boton: str,
    hacer: Callable[[dict[str, Any]], tuple[str, str]],
    volver: str,
    peligro: bool = False,
) -> HttpResponse:
    """Pide ``formulario`` y llama ``hacer`` con lo escrito; un error de dominio vuelve al formulario.

    Args:
        hacer: devuelve el mensaje y la dirección a la que ir después.
        volver: dirección del botón de cancelar.
    """
    escrito = formulario(request.POST) if request.method == "POST" else formulario()
    if request.method == "POST" and escrito.is_valid():
        try:
            mensaje, siguiente = hacer(escrito.cleaned_data)
        except ErrorDeDominio as error:
            for frase in frases(error):
                escrito.add_error(None, frase)
        else:
            messages.success(request, mensaje)
            return HttpResponseRedirect(siguiente)
    contexto = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": titulo,
        "form": escrito,
        "boton": boton,
        "volver": volver,
        "peligro": peligro,
    }
    return render(request, "compras/pedir.html", contexto)


def ficha(nombre_modelo: str, pk: Any) -> str:
    """Dirección de la ficha de un objeto de compras en el admin."""
    return reverse(f"admin:compras_{nombre_modelo}_change", args=(pk,))
