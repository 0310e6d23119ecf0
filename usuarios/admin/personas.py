"""Usuarios y clientes en el admin: sus cuentas, por los mismos casos de uso que la API."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from inventario.base.actor import Rol
from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_comun import AdminDeTienda, error_como_mensaje
from inventario.base.fechas import dia_de
from inventario.base.formato import miles
from inventario.base.rut import con_formato
from usuarios.admin.formularios import FormularioPuntos, FormularioUsuario, SinPreguntas
from usuarios.alcance import Alcance, alcance_de
from usuarios.consultas import parecido_a
from usuarios.models import Estado, Usuario
from usuarios.servicios import (
    CAMPOS,
    cambiar_usuario,
    desactivar_usuario,
    fijar_puntos,
    registrar_usuario,
)

# El grupo de los encargados lo pone su alcance; a mano no se dan permisos.
admin.site.unregister(Group)


@admin.register(Usuario)
class UsuarioAdmin(AdminDeTienda):
    form = FormularioUsuario
    list_display = ("nombre_completo", "rut_con_formato", "tipo", "situacion", "saldo", "last_login")
    list_display_links = ("nombre_completo", "rut_con_formato")
    list_filter = ("rol", "estado")
    search_fields = ("nombre_normalizado", "rut")
    search_help_text = "Nombre o RUT"
    ordering = ("nombre_normalizado", "pk")
    fieldsets = (
        (None, {"fields": ("rut", "nombre", "apellido", "correo", "telefono")}),
        ("Acceso", {"fields": ("rol", "alcance", "estado", "contrasena")}),
    )
    actions = ("desactivar",)
    actions_detail = ("hoy", "puntos", "activar_o_desactivar", "sus_datos")

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
        comun = {
            "actor": self.actor(request), "ahora": timezone.now(), "alcance": form.cleaned_data["alcance"],
        }
        if change:
            cambiar_usuario(usuario_id=obj.pk, cambios=datos, **comun)
        else:
            obj.pk = registrar_usuario(**datos, **comun).pk

    @admin.action(description="Desactivar", permissions=["change"])
    def desactivar(self, request: HttpRequest, usuarios: "QuerySet[Usuario]") -> None:
        hechos = 0
        for usuario in usuarios:
            with error_como_mensaje(request):
                desactivar_usuario(
                    actor=self.actor(request), usuario_id=usuario.pk, ahora=timezone.now()
                )
                hechos += 1
        if hechos:
            messages.success(request, f"Quedaron inactivos: {hechos}")

    @action(description="Lo que hizo hoy", url_path="hoy", icon="today")
    def hoy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        dia = f"{dia_de(timezone.now()):%d-%m-%Y}"
        filtro = {"usuario__id__exact": object_id, "fecha_y_hora_from": dia, "fecha_y_hora_to": dia}
        return HttpResponseRedirect(
            f"{reverse('admin:registros_registro_changelist')}?{urlencode(filtro)}"
        )

    @action(description="Fijar puntos", url_path="puntos", icon="loyalty", permissions=["change"])
    def puntos(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(usuario: Usuario) -> Pregunta:
            return Pregunta(
                titulo="Fijar puntos", boton="Fijar", formulario=FormularioPuntos,
                explicacion=f"Tiene {miles(usuario.puntos)}. El ajuste queda en su libro, con su motivo.",
                inicial={"puntos": usuario.puntos},
            )

        def hacer(usuario: Usuario, datos: dict[str, Any]) -> str:
            fijado = fijar_puntos(
                usuario_id=usuario.pk, actor=self.actor(request), ahora=timezone.now(), **datos
            )
            return f"{fijado.nombre_completo} quedó con {miles(fijado.puntos)} puntos"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Activar o desactivar", url_path="estado", icon="power_settings_new",
        permissions=["change"],
    )
    def activar_o_desactivar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(usuario: Usuario) -> Pregunta:
            if usuario.is_active:
                return Pregunta(
                    titulo="Desactivar", boton="Desactivar", formulario=SinPreguntas, peligrosa=True,
                    explicacion="Sus sesiones terminan en el acto, en todos sus aparatos. Nada se borra.",
                )
            return Pregunta(titulo="Activar", boton="Activar", formulario=SinPreguntas)

        def hacer(usuario: Usuario, datos: dict[str, Any]) -> str:
            estado = Estado.INACTIVO if usuario.is_active else Estado.ACTIVO
            cambiar_usuario(
                actor=self.actor(request), usuario_id=usuario.pk, cambios={"estado": estado},
                ahora=timezone.now(),
            )
            return f"{usuario.nombre_completo} quedó {estado}"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Datos personales", url_path="datos", icon="shield_person", permissions=["change"]
    )
    def sus_datos(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Darlos o olvidarlos cruza todas las aplicaciones: esa página es del panel."""
        return HttpResponseRedirect(reverse("panel:datos_personales", args=(object_id,)))

    @display(description="RUT", ordering="rut")
    def rut_con_formato(self, usuario: Usuario) -> str:
        return con_formato(usuario.rut)

    @display(description="nombre", ordering="nombre_normalizado")
    def nombre_completo(self, usuario: Usuario) -> str:
        return usuario.nombre_completo

    @display(
        description="tipo", ordering="rol",
        label={"Dueño": "danger", "Encargado": "warning", "Cajero": "info", "Cliente": "default"},
    )
    def tipo(self, usuario: Usuario) -> str:
        alcance = alcance_de(usuario)
        if alcance is None:
            return str(Rol(usuario.rol).label)
        return "Dueño" if alcance is Alcance.DUENO else "Encargado"

    @display(
        description="estado", ordering="estado", label={Estado.ACTIVO: "success", Estado.INACTIVO: "default"}
    )
    def situacion(self, usuario: Usuario) -> str:
        return usuario.estado

    @display(description="puntos", ordering="puntos")
    def saldo(self, usuario: Usuario) -> str:
        return miles(usuario.puntos) if usuario.rol == Rol.CLIENTE else "–"
