"""Productos en el admin: la ficha se edita por los mismos casos de uso que la API."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_comun import error_como_mensaje
from inventario.base.fechas import dia_de
from inventario.base.formato import cantidad, clp, dia
from productos.admin.acciones import FormularioAjuste, FormularioPrecio
from productos.admin.formulario import FormularioProducto
from productos.admin.planillas import ConPlanillas
from productos.admin.reajuste import ELEGIDOS, reajuste
from productos.consultas import coincidencia, productos_listados
from productos.models import EstadoProducto, MotivoAjuste, Producto
from productos.servicios import (
    DatosProducto,
    ajustar_stock,
    crear_producto,
    desactivar_producto,
    editar_producto,
    programar_precio,
)

ETIQUETAS = "etiquetas"
"""Clave de la sesión con que la página de etiquetas recibe los productos elegidos."""
DIAS_POR_VENCER = 30
ULTIMOS_PRECIOS = 12


class FiltroStock(admin.SimpleListFilter):
    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("agotado", "Agotados"), ("minimo", "En su mínimo"), ("hay", "Con stock")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Producto]") -> "QuerySet[Producto]":
        match self.value():
            case "agotado":
                return queryset.filter(stock=0)
            case "minimo":
                return queryset.filter(stock__gt=0, stock__lte=F("stock_minimo"))
            case "hay":
                return queryset.filter(stock__gt=0)
        return queryset


class FiltroVencimiento(admin.SimpleListFilter):
    title = "vencimiento"
    parameter_name = "vence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("vencido", "Vencidos con stock"), ("pronto", f"Vencen en {DIAS_POR_VENCER} días")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Producto]") -> "QuerySet[Producto]":
        hoy = dia_de(timezone.now())
        match self.value():
            case "vencido":
                return queryset.filter(stock__gt=0, fecha_vencimiento__lt=hoy)
            case "pronto":
                limite = hoy + timedelta(days=DIAS_POR_VENCER)
                return queryset.filter(stock__gt=0, fecha_vencimiento__range=(hoy, limite))
        return queryset


@admin.register(Producto)
class ProductoAdmin(ConPlanillas):
    form = FormularioProducto
    list_display = ("nombre", "codigo", "categoria", "precio", "existencia", "vence", "situacion")
    list_filter = (
        FiltroStock, FiltroVencimiento, ("categoria", RelatedDropdownFilter), "estado", "unidad",
        "clase_tributaria",
    )
    search_fields = ("nombre_normalizado",)
    search_help_text = "Nombre o código de barras"
    ordering = ("nombre_normalizado", "pk")
    actions = ("imprimir_etiquetas", "reajustar_precios", "desactivar")
    actions_detail = ("ajustar", "programar", "etiqueta")
    fieldsets = (
        (None, {"fields": (
            "nombre", "descripcion", "categoria", "codigo_barras", "codigos_barras", "estado",
        )}),
        ("Precio", {"fields": (
            "precio_venta", "descuento", "vencimiento_descuento", "clase_tributaria", "costo",
        )}),
    )
    historia = ("Historial de precios", {"fields": ("precios",)})
    al_crear = ("unidad", "stock_inicial", "stock_minimo", "fecha_vencimiento", "por_lotes")
    al_editar = ("unidad", "stock", "kardex", "stock_minimo", "fecha_vencimiento", "por_lotes")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Producto]":
        return productos_listados(dia_de(timezone.now())).order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Producto]", search_term: str
    ) -> tuple["QuerySet[Producto]", bool]:
        if search_term.strip():
            queryset = queryset.filter(coincidencia(search_term))
        return queryset, False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return (*self.fieldsets, ("Stock", {"fields": self.al_crear}))
        return (*self.fieldsets, ("Stock", {"fields": self.al_editar}), self.historia)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("stock", "kardex", "precios") if obj else ()

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "reajuste/", self.admin_site.admin_view(self.pagina_de_reajuste),
                name="productos_producto_reajuste",
            ),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Producto, form: Any, change: bool) -> None:
        if change:
            editar_producto(
                codigo=form.initial["codigo_barras"],
                cambios=form.pedido(form.changed_data),
                actor=self.actor(request),
                ahora=timezone.now(),
            )
        else:
            creado = crear_producto(
                datos=DatosProducto(**form.pedido(list(form.cleaned_data))),
                actor=self.actor(request),
                ahora=timezone.now(),
            )
            obj.pk = creado.pk

    @admin.action(description="Imprimir etiquetas", permissions=["view"])
    def imprimir_etiquetas(
        self, request: HttpRequest, productos: "QuerySet[Producto]"
    ) -> HttpResponse:
        request.session[ETIQUETAS] = list(productos.values_list("pk", flat=True))
        return HttpResponseRedirect(reverse("panel:etiquetas"))

    @admin.action(description="Cambiar precios en un porcentaje", permissions=["change"])
    def reajustar_precios(
        self, request: HttpRequest, productos: "QuerySet[Producto]"
    ) -> HttpResponse:
        request.session[ELEGIDOS] = list(productos.values_list("pk", flat=True))
        return HttpResponseRedirect(reverse("admin:productos_producto_reajuste"))

    def pagina_de_reajuste(self, request: HttpRequest) -> HttpResponse:
        return reajuste(self, request)

    @admin.action(description="Desactivar", permissions=["change"])
    def desactivar(self, request: HttpRequest, productos: "QuerySet[Producto]") -> None:
        hechos = 0
        for producto in productos:
            with error_como_mensaje(request):
                desactivar_producto(
                    codigo=producto.codigo_principal or "",
                    actor=self.actor(request),
                    ahora=timezone.now(),
                )
                hechos += 1
        if hechos:
            messages.success(request, f"Quedaron inactivos: {hechos}")

    @action(
        description="Ajustar stock", icon="tune", url_path="ajustar",
        permissions=["change"],
    )
    def ajustar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(producto: Producto) -> Pregunta:
            return Pregunta(
                titulo="Ajustar stock",
                boton="Ajustar",
                formulario=FormularioAjuste,
                explicacion=(
                    f"Hay {cantidad(producto.stock)} {producto.unidad}. El ajuste queda en el kardex, "
                    "con su motivo y con quién lo hizo."
                ),
            )

        def hacer(producto: Producto, datos: dict[str, Any]) -> str:
            movimiento = ajustar_stock(
                codigo=producto.codigo_principal or "", cantidad=datos["cantidad"],
                motivo=MotivoAjuste(datos["motivo"]), detalle=datos["detalle"],
                actor=self.actor(request), ahora=timezone.now(),
            )
            return f"{producto.nombre} quedó con {cantidad(movimiento.stock_resultante)} {producto.unidad}"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Programar precio", icon="event", url_path="programar",
        permissions=["change"],
    )
    def programar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(producto: Producto) -> Pregunta:
            return Pregunta(
                titulo="Programar un precio",
                boton="Programar",
                formulario=FormularioPrecio,
                explicacion=f"Hoy cuesta {clp(producto.precio_vigente)}. El nuevo rige solo, desde ese día.",
            )

        def hacer(producto: Producto, datos: dict[str, Any]) -> str:
            programado = programar_precio(
                codigo=producto.codigo_principal or "", actor=self.actor(request),
                ahora=timezone.now(), **datos,
            )
            return f"{producto.nombre}: {clp(programado.precio)} desde el {dia(programado.desde)}"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Imprimir etiqueta", icon="sell", url_path="etiqueta",
        permissions=["view"],
    )
    def etiqueta(self, request: HttpRequest, object_id: str) -> HttpResponse:
        request.session[ETIQUETAS] = [int(object_id)] if object_id.isdecimal() else []
        return HttpResponseRedirect(reverse("panel:etiquetas"))

    @display(description="código")
    def codigo(self, producto: Producto) -> str:
        return producto.codigo_principal or ""

    @display(description="precio", ordering="precio_vigente")
    def precio(self, producto: Producto) -> str | SafeString:
        final = producto.precio_final(dia_de(timezone.now()))
        if final == producto.precio_vigente:
            return clp(final)
        return format_html("{} <s class='p-tenue'>{}</s>", clp(final), clp(producto.precio_vigente))

    @display(
        description="stock", ordering="stock",
        label={"agotado": "danger", "minimo": "warning", "hay": "success"},
    )
    def existencia(self, producto: Producto) -> tuple[str, str]:
        texto = f"{cantidad(producto.stock)} {producto.unidad}"
        if producto.stock == 0:
            return "agotado", "Agotado"
        return "minimo" if producto.stock <= producto.stock_minimo else "hay", texto

    @display(description="vence", ordering="fecha_vencimiento")
    def vence(self, producto: Producto) -> Any:
        return producto.fecha_vencimiento

    @display(
        description="estado", ordering="estado",
        label={EstadoProducto.ACTIVO.label: "info", EstadoProducto.INACTIVO.label: "default"},
    )
    def situacion(self, producto: Producto) -> str:
        return producto.get_estado_display()

    @display(description="precios")
    def precios(self, producto: Producto) -> SafeString:
        """Los últimos, del más nuevo al más viejo; los que aún no rigen van primero."""
        filas = producto.precios.select_related("usuario")[:ULTIMOS_PRECIOS]
        return format_html(
            '<table class="p-tabla"><thead><tr><th>Desde</th><th class="p-numero">Precio</th><th>Quién</th>'
            "<th>Motivo</th></tr></thead><tbody>{}</tbody></table>",
            format_html_join("", '<tr><td>{}</td><td class="p-numero">{}</td><td>{}</td><td>{}</td></tr>', (
                (
                    dia(precio.desde), clp(precio.precio),
                    precio.usuario.nombre_completo if precio.usuario else "sistema", precio.motivo,
                )
                for precio in filas
            )),
        )

    @display(description="kardex")
    def kardex(self, producto: Producto) -> SafeString:
        direccion = reverse("admin:productos_movimientostock_changelist")
        return format_html(
            '<a class="p-enlace" href="{}?producto__id__exact={}">Ver sus movimientos</a>',
            direccion, producto.pk,
        )
