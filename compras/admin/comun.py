"""Lo que los admin de las compras comparten."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget


class PedirMotivo(forms.Form):
    motivo = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class InlineDeLectura(TabularInline):  # type: ignore[misc]
    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def ficha(nombre_modelo: str, pk: int) -> str:
    """Dirección de la ficha de un objeto de compras en el admin."""
    return reverse(f"admin:compras_{nombre_modelo}_change", args=(pk,))
