"""Acciones del admin que preguntan antes: una página con su formulario y, al confirmar, un caso de uso."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from inventario.base.admin_comun import AdminDeTienda, frases
from inventario.base.errores import ErrorDeDominio


@dataclass(frozen=True, slots=True, kw_only=True)
class Pregunta:
    """Lo que la página dice y pide.

    ``objeto`` lo nombra si su propio texto no sirve; ``peligrosa`` pinta el botón de rojo.
    """

    titulo: str
    boton: str
    formulario: type[forms.Form]
    objeto: str = ""
    explicacion: str = ""
    peligrosa: bool = False
    inicial: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Hecho:
    """Lo que se muestra al terminar, y a qué dirección se va en vez de volver a la ficha."""

    frase: str
    ir_a: str


def preguntar(
    admin: AdminDeTienda,
    request: HttpRequest,
    object_id: str,
    pregunta: Callable[[Any], Pregunta],
    hacer: Callable[[Any, dict[str, Any]], str | Hecho],
) -> HttpResponse:
    """Muestra la pregunta y, cuando vuelve respondida, hace y regresa a la ficha.

    Args:
        pregunta: del objeto a lo que se pregunta por él.
        hacer: con el objeto y lo respondido; devuelve la frase que se muestra al terminar, o un
            ``Hecho`` para ir a otra parte. Si lanza un ``ErrorDeDominio``, el formulario vuelve con
            él y con lo escrito.
    """
    objeto = admin.get_object(request, object_id)
    if objeto is None:
        raise Http404
    hecha = pregunta(objeto)
    formulario = hecha.formulario(
        request.POST if request.method == "POST" else None, initial=dict(hecha.inicial or {})
    )
    ficha = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change", args=(objeto.pk,))
    if request.method == "POST" and formulario.is_valid():
        try:
            hecho = hacer(objeto, formulario.cleaned_data)
        except ErrorDeDominio as error:
            poner_error(formulario, error)
        else:
            if isinstance(hecho, str):
                hecho = Hecho(hecho, ficha)
            messages.success(request, hecho.frase)
            return HttpResponseRedirect(hecho.ir_a)
    return TemplateResponse(request, "admin/accion.html", {
        **admin.admin_site.each_context(request),
        "title": hecha.titulo,
        "opts": admin.opts,
        "original": objeto,
        "pregunta": hecha,
        "form": formulario,
        "media": admin.media + formulario.media,
        "ficha": ficha,
    })


def poner_error(formulario: forms.Form, error: ErrorDeDominio) -> None:
    """El error junto al campo que nombra; lo demás, arriba."""
    ajenos = []
    for campo, mensajes in error.errores.items():
        if campo in formulario.fields:
            formulario.add_error(campo, mensajes)
        else:
            ajenos += mensajes
    if ajenos or not formulario.errors:
        formulario.add_error(None, list(dict.fromkeys([frases(error)[0], *ajenos])))
