"""Productos en el admin: la ficha se edita por los mismos casos de uso que la API."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from inventario.base.admin_comun import error_como_mensaje
from inventario.base.fechas import dia_de
from productos.admin.comun import AdminSinBorrar, pesos
from productos.consultas import coincidencia, productos_cargados
from productos.models import Producto
from productos.servicios import (
    DatosProducto,
    crear_producto,
    desactivar_producto,
    editar_producto,
)


class FormularioProducto(forms.ModelForm):  # type: ignore[type-arg]
    """La ficha, con lo que vive en otras tablas. El stock sólo se pone al crear: después se ajusta."""

    codigo_barras = forms.CharField(
        label="código de barras", max_length=48, widget=UnfoldAdminTextInputWidget,
        help_text="El principal. Para la balanza: los dígitos del ítem, con sus ceros (00123).",
    )
    codigos_barras = forms.CharField(
        label="otros códigos", required=False, widget=UnfoldAdminTextareaWidget,
        help_text="Uno por línea.",
    )
    stock_inicial = forms.DecimalField(
        max_digits=12, decimal_places=3, min_value=0, initial=0, widget=UnfoldAdminDecimalFieldWidget,
        help_text="Después sólo cambia con movimientos.",
    )
    costo = forms.DecimalField(
        label="costo promedio", max_digits=16, decimal_places=6, min_value=0, initial=0,
        widget=UnfoldAdminDecimalFieldWidget, help_text="CLP sin IVA por unidad o por kilo.",
    )
    descuento = forms.DecimalField(
        label="descuento (%)", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False, widget=UnfoldAdminDecimalFieldWidget,
    )
    vencimiento_descuento = forms.DateField(
        label="último día del descuento", required=False, widget=UnfoldAdminSingleDateWidget,
        help_text="Inclusive; vacío: sin fin.",
    )

    class Meta:
        model = Producto
        fields = (
            "nombre", "descripcion", "categoria", "unidad", "clase_tributaria", "precio_venta",
            "stock_minimo", "fecha_vencimiento", "por_lotes", "estado",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["stock_inicial"]
            self.initial.update(_lo_de_otras_tablas(self.instance))
        # Lo cambiado se mide contra lo que se mostró: si otro editó entretanto, no se le pisa.
        for campo in self.fields.values():
            campo.show_hidden_initial = True

    def clean_codigos_barras(self) -> list[str]:
        return str(self.cleaned_data["codigos_barras"]).split()

    def pedido(self, campos: list[str]) -> dict[str, Any]:
        """Los ``campos`` pedidos, como los nombran los casos de uso."""
        pedido = {
            "stock" if campo == "stock_inicial" else campo: self.cleaned_data[campo]
            for campo in campos
        }
        if "categoria" in pedido:
            pedido["categoria"] = pedido["categoria"].nombre
        return pedido


def _lo_de_otras_tablas(producto: Producto) -> dict[str, Any]:
    hoy = dia_de(timezone.now())
    descuento = producto.descuento_vigente(hoy)
    return {
        "precio_venta": producto.precio_vigente,
        "codigo_barras": producto.codigo_principal,
        "codigos_barras": (producto.otros_codigos or "").replace(",", "\n"),
        "costo": producto.costo_promedio,
        "descuento": descuento,
        "vencimiento_descuento": None if descuento is None else producto.descuento.ultimo_dia,
    }


@admin.register(Producto)
class ProductoAdmin(AdminSinBorrar):
    form = FormularioProducto
    list_display = (
        "nombre", "codigo", "categoria", "precio", "precio_hoy", "stock", "stock_minimo", "estado",
    )
    list_filter = ("estado", "categoria", "unidad", "clase_tributaria")
    search_fields = ("nombre_normalizado",)
    search_help_text = "Parte del nombre, sin importar tildes, o un código de barras"
    ordering = ("nombre_normalizado", "pk")
    actions = ("desactivar",)
    fieldsets = (
        (None, {"fields": (
            "nombre", "descripcion", "categoria", "codigo_barras", "codigos_barras", "estado",
        )}),
        ("Precio", {"fields": (
            "precio_venta", "descuento", "vencimiento_descuento", "clase_tributaria", "costo",
        )}),
    )
    al_crear = ("unidad", "stock_inicial", "stock_minimo", "fecha_vencimiento", "por_lotes")
    al_editar = ("unidad", "stock", "kardex", "stock_minimo", "fecha_vencimiento", "por_lotes")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Producto]":
        return productos_cargados(dia_de(timezone.now())).order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Producto]", search_term: str
    ) -> tuple["QuerySet[Producto]", bool]:
        if search_term.strip():
            queryset = queryset.filter(coincidencia(search_term))
        return queryset, False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fieldsets, ("Stock", {"fields": self.al_editar if obj else self.al_crear}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("stock", "kardex") if obj else ()

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

    @admin.action(description="Desactivar los productos elegidos")
    def desactivar(self, request: HttpRequest, productos: "QuerySet[Producto]") -> None:
        for producto in productos:
            with error_como_mensaje(request):
                desactivar_producto(
                    codigo=producto.codigo_principal or "",
                    actor=self.actor(request),
                    ahora=timezone.now(),
                )
        messages.success(request, "Los productos elegidos quedaron inactivos")

    @admin.display(description="código")
    def codigo(self, producto: Producto) -> str:
        return producto.codigo_principal or ""

    @admin.display(description="precio", ordering="precio_vigente")
    def precio(self, producto: Producto) -> str:
        return pesos(producto.precio_vigente)

    @admin.display(description="precio hoy")
    def precio_hoy(self, producto: Producto) -> str:
        return pesos(producto.precio_final(dia_de(timezone.now())))

    @admin.display(description="kardex")
    def kardex(self, producto: Producto) -> str:
        direccion = reverse("admin:productos_movimientostock_changelist")
        return format_html(
            '<a href="{}?producto__id__exact={}">Ver sus movimientos</a>', direccion, producto.pk
        )
