"""Usuarios, sesiones y puntos en el admin."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from inventario.base.actor import Rol
from inventario.base.admin_comun import AdminDeLectura, AdminDeTienda
from inventario.base.fechas import dia_de
from inventario.base.rut import ANONIMO, canonico, con_formato
from usuarios.consultas import parecido_a
from usuarios.models import Estado, MovimientoPuntos, Notificacion, Presencia, Sesion, Usuario
from usuarios.notificaciones import enviar_mensaje
from usuarios.presencia import presentes
from usuarios.servicios import CAMPOS, RUT_ANONIMO, cambiar_usuario, registrar_usuario

# Los permisos son los roles; los grupos de Django no dan ni quitan nada.
admin.site.unregister(Group)


class FormularioUsuario(forms.ModelForm):  # type: ignore[type-arg]
    # Más largo que en la base: se acepta con puntos y guion, y se guarda sin ellos.
    rut = forms.CharField(
        label="RUT",
        max_length=20,
        help_text="En cualquiera de sus formas usuales.",
        widget=UnfoldAdminTextInputWidget,
    )
    contrasena = forms.CharField(
        label="Contraseña",
        max_length=128,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Usuario
        fields = ("rut", "nombre", "apellido", "correo", "telefono", "rol", "estado")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["rut"] = con_formato(self.instance.rut)
            self.fields["contrasena"].required = False
            self.fields["contrasena"].help_text = "Vacía, no cambia. Cambiarla cierra todas sus sesiones."

    def clean_rut(self) -> str:
        try:
            rut = canonico(self.cleaned_data["rut"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if rut == ANONIMO:
            raise forms.ValidationError(RUT_ANONIMO)
        return rut

    def clean_rol(self) -> Rol:
        return Rol(self.cleaned_data["rol"])

    def clean_estado(self) -> Estado:
        return Estado(self.cleaned_data["estado"])

    def validate_unique(self) -> None:
        """Lo dice el caso de uso, que sabe decirlo también cuando dos llegan a la vez."""


@admin.register(Usuario)
class UsuarioAdmin(AdminDeTienda):
    form = FormularioUsuario
    list_display = ("rut_con_formato", "nombre_completo", "rol", "estado", "puntos", "last_login")
    list_display_links = ("rut_con_formato", "nombre_completo")
    list_filter = ("rol", "estado")
    search_fields = ("nombre_normalizado", "rut")
    fieldsets = (
        (None, {"fields": ("rut", "nombre", "apellido", "correo", "telefono")}),
        ("Acceso", {"fields": ("rol", "estado", "contrasena")}),
    )
    actions = None
    actions_detail = ("hoy",)

    @action(description="Lo que hizo hoy", url_path="hoy", icon="today")
    def hoy(self, request: HttpRequest, object_id: int) -> HttpResponse:
        dia = f"{dia_de(timezone.now()):%d-%m-%Y}"
        filtro = {"usuario__id__exact": object_id, "fecha_y_hora_from": dia, "fecha_y_hora_to": dia}
        return HttpResponseRedirect(
            f"{reverse('admin:registros_registro_changelist')}?{urlencode(filtro)}"
        )

    @admin.display(description="RUT", ordering="rut")
    def rut_con_formato(self, usuario: Usuario) -> str:
        return con_formato(usuario.rut)

    @admin.display(description="nombre", ordering="nombre_normalizado")
    def nombre_completo(self, usuario: Usuario) -> str:
        return usuario.nombre_completo

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return (queryset.filter(parecido_a(search_term)) if search_term else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Usuario, form: Any, change: bool) -> None:
        datos = {c: v for c, v in form.cleaned_data.items() if c in CAMPOS}
        if not datos["contrasena"]:
            del datos["contrasena"]
        actor, ahora = self.actor(request), timezone.now()
        if change:
            cambiar_usuario(actor=actor, usuario_id=obj.pk, cambios=datos, ahora=ahora)
        else:
            obj.pk = registrar_usuario(actor=actor, ahora=ahora, **datos).pk


@admin.register(Sesion)
class SesionAdmin(AdminDeLectura):
    list_display = ("usuario", "creada", "refrescada", "vence", "cerrada", "ip", "dispositivo")
    list_filter = ("cerrada",)
    search_fields = ("usuario__nombre_normalizado", "usuario__rut", "ip")
    list_select_related = ("usuario",)
    exclude = ("jti_refresco", "jti_anterior")


@admin.register(MovimientoPuntos)
class MovimientoPuntosAdmin(AdminDeLectura):
    list_display = ("fecha", "usuario", "tipo", "cantidad", "saldo", "documento", "autor", "motivo")
    list_filter = ("tipo",)
    search_fields = ("usuario__nombre_normalizado", "usuario__rut")
    list_select_related = ("usuario", "autor")

    @admin.display(description="documento")
    def documento(self, movimiento: MovimientoPuntos) -> str:
        return f"{movimiento.documento_tipo} {movimiento.documento_id}" if movimiento.documento_tipo else ""


@admin.register(Notificacion)
class NotificacionAdmin(AdminDeTienda):
    """Lo que se avisó a cada persona; agregar una es mandarle un mensaje."""

    list_display = ("fecha_y_hora", "usuario", "tipo", "titulo", "mensaje", "leida")
    list_filter = ("tipo",)
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


@admin.register(Presencia)
class PresenciaAdmin(AdminDeLectura):
    """Quién está conectado ahora; lo de un proceso muerto deja de contar al rato."""

    list_display = ("usuario", "desde", "transporte", "dispositivo", "ip", "servidor")
    list_filter = ("transporte",)
    search_fields = ("usuario__nombre_normalizado", "usuario__rut", "ip")
    list_select_related = ("usuario", "servidor")

    def get_queryset(self, request: HttpRequest) -> Any:
        return presentes(ahora=timezone.now())
