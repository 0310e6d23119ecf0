"""Lo que los admin de las personas preguntan."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from inventario.base.actor import Rol
from inventario.base.rut import ANONIMO, canonico, con_formato
from usuarios.alcance import Alcance, alcance_de
from usuarios.models import Estado, Usuario
from usuarios.servicios import RUT_ANONIMO


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

    alcance = forms.ChoiceField(
        choices=Alcance, required=False, widget=UnfoldAdminRadioSelectWidget,
        help_text="Hasta dónde llega en este admin, si es Administrador.",
    )

    class Meta:
        model = Usuario
        fields = ("rut", "nombre", "apellido", "correo", "telefono", "rol", "estado")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["rut"] = con_formato(self.instance.rut)
            self.initial["alcance"] = alcance_de(self.instance)
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

    def clean_alcance(self) -> Alcance | None:
        return Alcance(self.cleaned_data["alcance"]) if self.cleaned_data["alcance"] else None


class FormularioPuntos(forms.Form):
    puntos = forms.IntegerField(
        label="Puntos que quedan", min_value=0, max_value=2_000_000_000, widget=UnfoldAdminIntegerFieldWidget
    )
    motivo = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class SinPreguntas(forms.Form):
    """Sólo para confirmar."""
