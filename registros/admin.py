"""La auditoría en el admin: se mira, se busca y se sigue a lo que nombra; nada se toca."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from inventario.base.texto import normalizar
from registros.models import Registro, TipoRegistro

PAGINAS = {
    "categoria": "productos_categoria",
    "patron_balanza": "productos_patronbalanza",
    "producto": "productos_producto",
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
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("mensaje", "descripcion", "clase", "fecha_y_hora", "objeto_con_enlace")}),
        ("Quién y desde dónde", {
            "fields": ("quien", "escrito_por", "puerta", "ip", "dispositivo", "peticion_id"),
        }),
        ("Qué cambió", {"fields": ("antes_y_despues",)}),
        ("Lo que dijo el cliente", {"fields": ("externo", "fecha_cliente")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(campo for _, opciones in self.fieldsets for campo in opciones["fields"])

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Registro]", search_term: str
    ) -> tuple["QuerySet[Registro]", bool]:
        for palabra in normalizar(search_term).split():
            queryset = queryset.filter(busqueda__contains=palabra)
        return queryset, False

    @display(description="quién", ordering="usuario__nombre_normalizado")
    def quien(self, registro: Registro) -> str:
        return registro.usuario.nombre_completo if registro.usuario else "sistema"

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
