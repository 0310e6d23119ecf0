"""Lo que las acciones de un producto preguntan."""

from decimal import Decimal

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from inventario.base.admin_cifras import CajaDeCifra
from productos.models import MotivoAjuste
from productos.servicios.precios import MAXIMO_REAJUSTE

MULTIPLOS = (1, 10, 50, 100)


class FormularioAjuste(forms.Form):
    cantidad = forms.DecimalField(
        max_digits=12, decimal_places=3, widget=CajaDeCifra,
        help_text="Positiva si entra, negativa si sale.",
    )
    motivo = forms.ChoiceField(choices=MotivoAjuste, widget=UnfoldAdminSelectWidget)
    detalle = forms.CharField(max_length=150, required=False, widget=UnfoldAdminTextInputWidget)


class FormularioPrecio(forms.Form):
    precio = forms.IntegerField(
        min_value=0, max_value=2_000_000_000, widget=UnfoldAdminIntegerFieldWidget,
        help_text="CLP por unidad o por kilo, IVA incluido.",
    )
    desde = forms.DateField(
        label="Rige desde", widget=UnfoldAdminSingleDateWidget, help_text="Posterior a hoy."
    )
    motivo = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)


class FormularioReajuste(forms.Form):
    porcentaje = forms.DecimalField(
        label="Porcentaje (%)", max_digits=6, decimal_places=2,
        min_value=Decimal(-99), max_value=Decimal(MAXIMO_REAJUSTE),
        widget=UnfoldAdminIntegerFieldWidget(attrs={"step": "any"}),
        help_text="Positivo sube, negativo baja.",
    )
    multiplo = forms.TypedChoiceField(
        label="Dejarlos en múltiplos de", coerce=int, initial=10, widget=UnfoldAdminSelectWidget,
        choices=[(m, f"${m}") for m in MULTIPLOS],
    )
    desde = forms.DateField(label="Rigen desde", widget=UnfoldAdminSingleDateWidget)
    motivo = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
