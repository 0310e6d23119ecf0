"""Los datos personales de alguien (Ley 21.719): dárselos en un archivo, u olvidarlo si es un cliente."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from inventario.base.actor import Rol
from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_comun import actor_del_admin
from inventario.panel.views.comun import con_permiso, pagina
from usuarios.models import Usuario
from ventas.privacidad import anonimizar, dar_datos_personales

CONFIRMACION = "OLVIDAR"


class FormularioOlvido(forms.Form):
    motivo = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)
    confirmacion = forms.CharField(
        label=f"escriba {CONFIRMACION} para confirmar", widget=UnfoldAdminTextInputWidget
    )

    def clean_confirmacion(self) -> str:
        escrito = str(self.cleaned_data["confirmacion"])
        if escrito.strip() != CONFIRMACION:
            raise forms.ValidationError(f"Escriba {CONFIRMACION}, en mayúsculas")
        return escrito


@con_permiso("usuarios.change_usuario")
def datos_personales(request: HttpRequest, usuario_id: int) -> HttpResponse:
    """Lo que se puede hacer con los datos de una persona."""
    usuario = get_object_or_404(Usuario, pk=usuario_id)
    return pagina(request, "panel/datos_personales.html", "Datos personales", {
        "usuario": usuario, "es_cliente": usuario.rol == Rol.CLIENTE,
    })


@con_permiso("usuarios.change_usuario")
def dar_datos(request: HttpRequest, usuario_id: int) -> HttpResponse:
    """El archivo con todo lo suyo; queda en los registros. Sólo por POST: es un acto, no una mirada."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("panel:datos_personales", args=(usuario_id,)))
    get_object_or_404(Usuario, pk=usuario_id)
    datos = dar_datos_personales(
        actor=actor_del_admin(request), usuario_id=usuario_id, ahora=timezone.now()
    )
    respuesta = HttpResponse(
        json.dumps(datos, ensure_ascii=False, indent=2, default=str), content_type="application/json"
    )
    respuesta["Content-Disposition"] = f'attachment; filename="datos-personales-{usuario_id}.json"'
    return respuesta


@con_permiso("usuarios.change_usuario")
def olvidar(request: HttpRequest, usuario_id: int) -> HttpResponse:
    """Anonimiza a un cliente, con su motivo y dos veces preguntado."""

    def pregunta(usuario: Usuario) -> Pregunta:
        return Pregunta(
            titulo="Olvidar a un cliente", boton="Olvidar para siempre", formulario=FormularioOlvido,
            peligrosa=True,
            explicacion=(
                "Se borran su nombre, RUT, correo y teléfono, y no hay vuelta atrás. Sus compras quedan, "
                "sin decir de quién fueron."
            ),
        )

    def hacer(usuario: Usuario, datos: dict[str, Any]) -> str:
        anonimizar(
            actor=actor_del_admin(request), usuario=usuario, motivo=datos["motivo"], ahora=timezone.now()
        )
        messages.info(request, "Lo que compró sigue en las ventas, sin su nombre")
        return "El cliente fue olvidado"

    personas: Any = admin.site.get_model_admin(Usuario)
    return preguntar(personas, request, str(usuario_id), pregunta, hacer)
