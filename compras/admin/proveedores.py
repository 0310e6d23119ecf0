"""Proveedores en el admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from compras.admin.comun import InlineDeLectura, ficha
from compras.consultas import coincide_proveedor
from compras.models import Proveedor, ProveedorProducto
from compras.servicios import (
    DatosProveedor,
    ProductoOfrecido,
    crear_proveedor,
    editar_proveedor,
    fijar_productos,
    sugerir_orden,
)
from inventario.base.admin_accion import Hecho, Pregunta, preguntar
from inventario.base.admin_cifras import cifra
from inventario.base.admin_comun import AdminDeTienda
from inventario.base.formato import cantidad, costo
from inventario.base.rut import canonico, con_formato


class FormularioProveedor(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Proveedor
        fields = (
            "nombre", "rut", "contacto", "correo", "telefono", "direccion", "plazo_pago",
            "dias_entrega", "dias_entre_pedidos", "condiciones", "estado",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Más largo que en la base: se acepta con puntos y guion, y se guarda sin ellos.
        rut = self.fields["rut"]
        rut.max_length, rut.validators = 14, []  # type: ignore[attr-defined]
        rut.widget.attrs["maxlength"] = 14
        rut.help_text = "En cualquiera de sus formas usuales."

    def clean_rut(self) -> str | None:
        escrito = self.cleaned_data["rut"]
        if not escrito:
            return None
        try:
            return canonico(escrito)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class PedirSemanas(forms.Form):
    semanas = forms.IntegerField(
        label="Semanas de ventas", min_value=1, max_value=52, initial=4,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class EnCifras:
    """De a cuántos se pide y cuánto costó, como se escriben aquí."""

    de_a = cifra("multiplo", cantidad, "se pide de a")
    costo_ultimo = cifra("ultimo_costo", costo, "último costo")


class ProductoInline(EnCifras, InlineDeLectura):
    model = ProveedorProducto
    verbose_name_plural = "lo que vende"
    fields = readonly_fields = (
        "producto", "codigo_proveedor", "de_a", "costo_ultimo", "ultima_compra",
    )
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("producto")


@admin.register(Proveedor)
class ProveedorAdmin(AdminDeTienda):
    form = FormularioProveedor
    list_display = ("nombre", "rut_escrito", "contacto", "telefono", "plazo_pago", "estado")
    list_filter = ("estado",)
    search_fields = ("nombre_normalizado",)
    search_help_text = "Parte del nombre, sin importar tildes, o un RUT"
    ordering = ("nombre_normalizado",)
    fieldsets = (
        (None, {"fields": ("nombre", "rut", "estado")}),
        ("Contacto", {"fields": ("contacto", "correo", "telefono", "direccion")}),
        ("Condiciones", {
            "fields": ("plazo_pago", "dias_entrega", "dias_entre_pedidos", "condiciones"),
        }),
    )
    inlines = (ProductoInline,)
    actions_detail = ("sugerir",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Proveedor]", search_term: str
    ) -> tuple["QuerySet[Proveedor]", bool]:
        if search_term.strip():
            queryset = queryset.filter(coincide_proveedor(search_term))
        return queryset, False

    @admin.display(description="RUT", ordering="rut")
    def rut_escrito(self, proveedor: Proveedor) -> str:
        return con_formato(proveedor.rut) if proveedor.rut else "—"

    def save_model(self, request: HttpRequest, obj: Proveedor, form: Any, change: bool) -> None:
        datos = {campo: form.cleaned_data[campo] for campo in form.changed_data}
        quien: dict[str, Any] = {"actor": self.actor(request), "ahora": timezone.now()}
        if change:
            editar_proveedor(proveedor_id=obj.pk, cambios=datos, **quien)
        else:
            obj.pk = crear_proveedor(datos=DatosProveedor(**form.cleaned_data), **quien).pk

    @action(description="Sugerir una orden", url_path="sugerir", icon="lightbulb")
    def sugerir(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(proveedor: Proveedor, datos: dict[str, Any]) -> Hecho:
            orden = sugerir_orden(
                id_proveedor=proveedor.pk, proveedor="", semanas=datos["semanas"],
                actor=self.actor(request), ahora=timezone.now(),
            )
            return Hecho("Este es el borrador: revíselo y envíelo", ficha("ordencompra", orden.pk))

        return preguntar(self, request, object_id, _pregunta, hacer)


def _pregunta(proveedor: Proveedor) -> Pregunta:
    return Pregunta(
        titulo=f"Sugerir una orden a {proveedor.nombre}",
        explicacion="De lo que vende, lo que hace falta hasta el pedido siguiente según lo vendido.",
        boton="Sugerir",
        formulario=PedirSemanas,
    )


@admin.register(ProveedorProducto)
class ProveedorProductoAdmin(EnCifras, AdminDeTienda):
    """Cómo llama el proveedor a cada producto, y de a cuántos se le pide."""

    list_display = (
        "producto", "proveedor", "codigo_proveedor", "de_a", "costo_ultimo", "ultima_compra",
    )
    list_select_related = ("producto", "proveedor")
    list_filter = (("proveedor", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("producto__nombre_normalizado", "codigo_proveedor")
    autocomplete_fields = ("producto", "proveedor")
    fields = (
        "proveedor", "producto", "codigo_proveedor", "multiplo", "costo_ultimo", "ultima_compra",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        sabido = ("costo_ultimo", "ultima_compra")
        return ("proveedor", "producto", *sabido) if obj else sabido

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: ProveedorProducto, form: Any, change: bool
    ) -> None:
        fijar_productos(
            proveedor_id=obj.proveedor_id,
            productos=[
                ProductoOfrecido(
                    id_producto=obj.producto_id,
                    codigo_proveedor=obj.codigo_proveedor,
                    multiplo=obj.multiplo,
                )
            ],
            actor=self.actor(request),
            ahora=timezone.now(),
        )
        obj.pk = ProveedorProducto.objects.get(
            proveedor=obj.proveedor_id, producto=obj.producto_id
        ).pk
