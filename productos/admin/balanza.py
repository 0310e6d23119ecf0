"""Patrones de etiqueta de balanza en el admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from productos.admin.comun import AdminSinBorrar
from productos.models import PatronBalanza
from productos.servicios.balanza import DatosPatron, guardar_patron


@admin.register(PatronBalanza)
class PatronBalanzaAdmin(AdminSinBorrar):
    objeto = "patron_balanza"
    list_display = ("prefijo", "digitos_item", "digitos_valor", "valor", "activo")
    fieldsets = (
        (None, {
            "fields": ("prefijo", "digitos_item", "digitos_valor", "valor", "activo"),
            "description": (
                "Una etiqueta de 13 dígitos es prefijo + ítem + valor + verificador. El ítem es el código "
                "de barras de un producto por kilo, con sus ceros: la etiqueta «24 00123 …» vende el "
                "producto que tiene el código 00123."
            ),
        }),
    )

    def save_model(self, request: HttpRequest, obj: PatronBalanza, form: Any, change: bool) -> None:
        patron = guardar_patron(
            datos=DatosPatron(**form.cleaned_data),
            patron_id=obj.pk,
            actor=self.actor(request),
            ahora=timezone.now(),
        )
        obj.pk = patron.pk
