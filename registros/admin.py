"""La auditoría en el admin: se mira, se busca, se exporta y se sigue a lo que nombra; nada se toca."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from inventario.base.admin_comun import AdminDeLectura, FiltroDias, mostrar_error
from inventario.base.fechas import dia_de
from inventario.base.texto import normalizar
from registros.consultas import SISTEMA
from registros.exportacion import CSV, DemasiadosRegistros, archivo, exportar
from registros.models import ArchivoRegistros, Registro, TipoRegistro

PAGINAS = {
    "categoria": "productos_categoria",
    "compra": "compras_compra",
    "conteo": "productos_conteoinventario",
    "importacion": "productos_importacion",
    "notificacion": "usuarios_notificacion",
    "orden_compra": "compras_ordencompra",
    "patron_balanza": "productos_patronbalanza",
    "producto": "productos_producto",
    "proveedor": "compras_proveedor",
    "schedule": "django_q_schedule",
    "tasa_iva": "base_tasaiva",
    "tienda": "base_tienda",
    "usuario": "usuarios_usuario",
    "venta": "ventas_venta",
}
"""Cómo nombran los registros a cada modelo → su página del admin."""


class FiltroTipo(admin.SimpleListFilter):
    """Las clases que escribe el servidor; un cliente puede haber escrito otras."""

    title = "tipo"
    parameter_name = "tipo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(TipoRegistro.choices)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Registro]") -> "QuerySet[Registro]":
        return queryset.filter(tipo=self.value()) if self.value() else queryset


@admin.register(Registro)
class RegistroAdmin(AdminDeLectura):
    list_display = ("fecha_y_hora", "quien", "clase", "mensaje", "objeto_con_enlace", "puerta")
    list_display_links = ("fecha_y_hora", "mensaje")
    list_filter = (
        ("fecha_y_hora", FiltroDias), FiltroTipo, ("usuario", AutocompleteSelectFilter),
        "externo",
    )
    list_select_related = ("usuario",)
    search_fields = ("busqueda",)
    search_help_text = "Palabras del mensaje o la descripción, sin importar tildes"
    ordering = ("-id",)
    actions_list = ("exportar",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("mensaje", "descripcion", "clase", "fecha_y_hora", "objeto_con_enlace")}),
        ("Quién y desde dónde", {
            "fields": ("quien", "escrito_por", "puerta", "ip", "dispositivo", "peticion_id"),
        }),
        ("Qué cambió", {"fields": ("antes_y_despues",)}),
        ("Lo que dijo el cliente", {"fields": ("externo", "fecha_cliente")}),
        ("Cadena", {"fields": ("eslabon",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(campo for _, opciones in self.fieldsets for campo in opciones["fields"])

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Registro]", search_term: str
    ) -> tuple["QuerySet[Registro]", bool]:
        for palabra in normalizar(search_term).split():
            queryset = queryset.filter(busqueda__contains=palabra)
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        respuesta: HttpResponse = super().changelist_view(request, extra_context)
        # El tema no pasa los filtros puestos a las acciones de la lista.
        for accion in getattr(respuesta, "context_data", {}).get("actions_list", ()):
            accion["path"] = f"{accion['path']}?{request.GET.urlencode()}"
        return respuesta

    @action(description="Exportar a CSV", url_path="exportar", icon="download")
    def exportar(self, request: HttpRequest) -> HttpResponse:
        """Lo que la lista muestra con los filtros puestos."""
        try:
            registros = exportar(
                actor=self.actor(request),
                consulta=self.get_changelist_instance(request).get_queryset(request),
                pedido=request.GET.urlencode()[:500],
                ahora=timezone.now(),
            )
        except DemasiadosRegistros as error:
            mostrar_error(request, error)
            return HttpResponseRedirect(
                f"{reverse('admin:registros_registro_changelist')}?{request.GET.urlencode()}"
            )
        respuesta = HttpResponse(archivo(registros, CSV), content_type=CSV.tipo)
        respuesta["Content-Disposition"] = 'attachment; filename="registros.csv"'
        return respuesta

    @display(description="quién", ordering="usuario__nombre_normalizado")
    def quien(self, registro: Registro) -> str | SafeString:
        """Quien lo hizo, con enlace a todo lo que hizo ese día."""
        if registro.usuario is None:
            return SISTEMA
        dia = f"{dia_de(registro.fecha_y_hora):%d-%m-%Y}"
        filtro = {
            "usuario__id__exact": registro.usuario_id, "fecha_y_hora_from": dia, "fecha_y_hora_to": dia
        }
        return format_html(
            '<a class="p-enlace" href="{}?{}" title="Lo que hizo ese día">{}</a>',
            reverse("admin:registros_registro_changelist"), urlencode(filtro),
            registro.usuario.nombre_completo,
        )

    @display(description="eslabón")
    def eslabon(self, registro: Registro) -> str:
        sello = getattr(registro, "sello", None)
        return f"{sello.secuencia}: {sello.hash}" if sello else "Sin sello todavía: se sella cada minuto"

    @display(
        description="tipo", ordering="tipo",
        label={
            TipoRegistro.SEGURIDAD.label: "danger", TipoRegistro.DEVOLUCION.label: "warning",
            TipoRegistro.PRECIO.label: "info", TipoRegistro.VENTA.label: "success",
        },
    )
    def clase(self, registro: Registro) -> str:
        return dict(TipoRegistro.choices).get(registro.tipo, registro.tipo)

    @display(description="sobre qué")
    def objeto_con_enlace(self, registro: Registro) -> str | SafeString:
        if not registro.objeto_tipo or registro.objeto_id is None:
            return ""
        nombre = f"{registro.objeto_tipo.replace('_', ' ')} {registro.objeto_id}"
        pagina = PAGINAS.get(registro.objeto_tipo)
        if pagina is None:
            return nombre
        return format_html(
            '<a class="p-enlace" href="{}">{}</a>',
            reverse(f"admin:{pagina}_change", args=(registro.objeto_id,)), nombre,
        )

    @display(description="antes y después")
    def antes_y_despues(self, registro: Registro) -> str | SafeString:
        if not registro.cambios:
            return "Nada"
        return format_html(
            '<table class="p-tabla"><thead><tr><th>Campo</th><th>Antes</th><th>Después</th></tr></thead>'
            "<tbody>{}</tbody></table>",
            format_html_join(
                "", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                ((campo, *(_legible(v) for v in par)) for campo, par in registro.cambios.items()),
            ),
        )


def _legible(valor: Any) -> str:
    return "–" if valor in (None, "") else str(valor)


@admin.register(ArchivoRegistros)
class ArchivoRegistrosAdmin(AdminDeLectura):
    list_display = ("nombre", "fecha", "desde", "hasta", "hash")
    ordering = ("-hasta",)
