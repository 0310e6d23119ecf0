"""Los avisos a cada persona en el admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from inventario.base.admin_comun import AdminDeTienda, FiltroDias
from usuarios.models import Notificacion
from usuarios.notificaciones import enviar_mensaje


@admin.register(Notificacion)
class NotificacionAdmin(AdminDeTienda):
    """Lo que se avisó a cada persona; agregar una es mandarle un mensaje."""

    list_display = ("fecha_y_hora", "usuario", "tipo", "titulo", "mensaje", "leida")
    list_filter = (("fecha_y_hora", FiltroDias), "tipo", ("usuario", AutocompleteSelectFilter))
    search_fields = ("usuario__nombre_normalizado", "usuario__rut", "titulo")
    list_select_related = ("usuario",)
    autocomplete_fields = ("usuario",)
    fields = ("usuario", "titulo", "mensaje")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Notificacion, form: Any, change: bool) -> None:
        enviada = enviar_mensaje(
            actor=self.actor(request),
            rut=obj.usuario.rut,
            titulo=obj.titulo,
            mensaje=obj.mensaje,
            ahora=timezone.now(),
        )
        obj.pk = enviada.pk
