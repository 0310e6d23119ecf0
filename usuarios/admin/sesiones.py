"""Quién tiene sesión abierta y quién está conectado, en el admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from usuarios.models import DispositivoCaja, Fichaje, Presencia, Sesion
from usuarios.pin import revocar_dispositivo
from usuarios.presencia import presentes


class FiltroAbierta(admin.SimpleListFilter):
    title = "estado"
    parameter_name = "abierta"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("si", "Abiertas"), ("no", "Terminadas")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Sesion]") -> "QuerySet[Sesion]":
        abiertas = {"cerrada": None, "vence__gt": timezone.now()}
        match self.value():
            case "si":
                return queryset.filter(**abiertas)
            case "no":
                return queryset.exclude(**abiertas)
        return queryset


@admin.register(Sesion)
class SesionAdmin(AdminDeLectura):
    list_display = ("usuario", "creada", "refrescada", "situacion", "ip", "dispositivo")
    list_filter = (FiltroAbierta, ("creada", FiltroDias), ("usuario", AutocompleteSelectFilter))
    search_fields = ("usuario__nombre_normalizado", "usuario__rut", "ip")
    search_help_text = "Nombre, RUT o dirección"
    list_select_related = ("usuario",)
    ordering = ("-creada",)
    fields = ("usuario", "situacion", "creada", "refrescada", "vence", "cerrada", "ip", "dispositivo")
    readonly_fields = fields

    @display(description="estado", label={"Abierta": "success", "Terminada": "default"})
    def situacion(self, sesion: Sesion) -> str:
        return "Abierta" if sesion.abierta(timezone.now()) else "Terminada"


@admin.register(Presencia)
class PresenciaAdmin(AdminDeLectura):
    """Quién está conectado ahora; lo de un proceso muerto deja de contar al rato."""

    list_display = ("usuario", "desde", "transporte", "dispositivo", "ip", "servidor")
    list_filter = ("transporte",)
    search_fields = ("usuario__nombre_normalizado", "usuario__rut", "ip")
    list_select_related = ("usuario", "servidor")

    def get_queryset(self, request: HttpRequest) -> Any:
        return presentes(ahora=timezone.now())


@admin.register(DispositivoCaja)
class DispositivoCajaAdmin(AdminDeLectura):
    objeto = "dispositivo"
    list_display = ("nombre", "creado", "creado_por", "revocado")
    list_select_related = ("creado_por",)
    fields = ("nombre", "creado", "creado_por", "revocado")
    actions_detail = ("revocar",)

    def has_revocar_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("usuarios.change_dispositivocaja")

    @action(description="Revocar", icon="block", url_path="revocar", permissions=["revocar"])
    def revocar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(dispositivo: DispositivoCaja, datos: dict[str, Any]) -> str:
            revocar_dispositivo(
                actor=self.actor(request), id_dispositivo=dispositivo.pk, ahora=timezone.now()
            )
            return f"Desde {dispositivo.nombre} ya no se entra con PIN"

        return preguntar(self, request, object_id, _pregunta_de_revocar, hacer)


def _pregunta_de_revocar(dispositivo: DispositivoCaja) -> Pregunta:
    return Pregunta(
        titulo=f"Revocar {dispositivo.nombre}", boton="Revocar", formulario=forms.Form, peligrosa=True,
        explicacion="Desde esa caja sólo se entrará con contraseña, hasta permitirla otra vez.",
    )


@admin.register(Fichaje)
class FichajeAdmin(AdminDeLectura):
    objeto = "fichaje"
    list_display = ("usuario", "tipo", "efectivo", "momento", "motivo", "corregido_por")
    list_filter = (("efectivo", FiltroDias), "tipo", ("usuario", AutocompleteSelectFilter))
    list_select_related = ("usuario", "corregido_por")
    fields = ("usuario", "tipo", "momento", "efectivo", "motivo", "corregido_por", "corregido")
