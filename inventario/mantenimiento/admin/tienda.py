"""La tienda en el admin: una sola fila que se edita, y sus tasas de IVA."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from inventario.base.admin_comun import AdminDeTienda
from inventario.base.fechas import dia_de
from inventario.base.models import TasaIVA, Tienda
from inventario.base.rut import canonico, con_formato
from inventario.mantenimiento.logo import MAXIMO_BYTES, Logo, LogoInvalido, preparar
from inventario.mantenimiento.tienda import cambiar_tienda, fijar_tasa_iva, quitar_tasa_iva


class FormularioTienda(forms.ModelForm):  # type: ignore[type-arg]
    # Más largo que en la base: se acepta con puntos y guion, y se guarda sin ellos.
    rut = forms.CharField(
        label="RUT", max_length=14, help_text="En cualquiera de sus formas usuales.",
        widget=UnfoldAdminTextInputWidget,
    )

    logo = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG o WebP de hasta 2 MB. Se guarda reducido.",
    )
    quitar_logo = forms.BooleanField(required=False, widget=UnfoldBooleanSwitchWidget)

    class Meta:
        model = Tienda
        fields = (
            "razon_social", "rut", "giro", "direccion", "comuna", "telefono",
            "certificada", "emite_boleta", "pesos_por_punto", "valor_punto",
            "exige_turno", "limite_descuento_cajero", "anulacion_con_autorizacion", "permite_miscelaneo",
            "bloqueo_minutos",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["rut"] = con_formato(self.instance.rut)

    def clean_rut(self) -> str:
        try:
            return canonico(self.cleaned_data["rut"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


    def clean_logo(self) -> Logo | None:
        archivo = self.cleaned_data["logo"]
        if not archivo:
            return None
        if archivo.size > MAXIMO_BYTES:
            raise forms.ValidationError("Pesa más de 2 MB")
        try:
            return preparar(archivo.read())
        except LogoInvalido as error:
            raise forms.ValidationError(error.errores["logo"]) from None


@admin.register(Tienda)
class TiendaAdmin(AdminDeTienda):
    form = FormularioTienda
    fieldsets = (
        ("Lo que dice el recibo", {
            "fields": ("razon_social", "rut", "giro", "direccion", "comuna", "telefono"),
        }),
        ("Logo", {"fields": ("logo", "quitar_logo")}),
        ("Boletas", {"fields": ("certificada", "emite_boleta")}),
        ("Puntos", {"fields": ("pesos_por_punto", "valor_punto")}),
        ("Caja", {"fields": (
            "exige_turno", "limite_descuento_cajero", "anulacion_con_autorizacion", "permite_miscelaneo",
            "bloqueo_minutos",
        )}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tienda, form: Any, change: bool) -> None:
        cambiar_tienda(
            actor=self.actor(request),
            datos={
                campo: form.cleaned_data[campo]
                for campo in form.changed_data
                if campo not in ("logo", "quitar_logo")
            },
            logo=form.cleaned_data["logo"],
            quitar_logo=form.cleaned_data["quitar_logo"],
            ahora=timezone.now(),
        )


@admin.register(TasaIVA)
class TasaIVAAdmin(AdminDeTienda):
    objeto = "tasa_iva"
    list_display = ("desde", "tasa")
    fields = ("desde", "tasa")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: TasaIVA | None = None) -> bool:
        return super().has_change_permission(request, obj) and _aun_no_rige(obj)

    def has_delete_permission(self, request: HttpRequest, obj: TasaIVA | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _aun_no_rige(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("desde",) if obj else ()

    def save_model(self, request: HttpRequest, obj: TasaIVA, form: Any, change: bool) -> None:
        fijada = fijar_tasa_iva(
            actor=self.actor(request), desde=obj.desde, tasa=obj.tasa, ahora=timezone.now()
        )
        obj.pk = fijada.pk

    def delete_model(self, request: HttpRequest, obj: TasaIVA) -> None:
        quitar_tasa_iva(actor=self.actor(request), desde=obj.desde, ahora=timezone.now())


def _aun_no_rige(tasa: TasaIVA | None) -> bool:
    return tasa is None or tasa.desde > dia_de(timezone.now())
