"""Lo común a los admin de la casa: de petición a ``Actor``, errores de dominio y listas de sólo lectura.

Un admin es una puerta más: ``save_model`` y las acciones llaman **un** caso de uso con
``self.actor(request)``; no escriben por su cuenta.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from rest_framework.request import Request
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.paginator import InfinitePaginator

from inventario.base.actor import Actor, Puerta
from inventario.base.admin_cifras import CajaDeCifra
from inventario.base.api.peticion import actor_de
from inventario.base.errores import ErrorDeDominio
from inventario.base.fechas import rango


def actor_del_admin(request: HttpRequest) -> Actor:
    """Quien usa el admin, por la puerta ADMIN."""
    return actor_de(cast(Request, request), puerta=Puerta.ADMIN)


def frases(error: ErrorDeDominio) -> list[str]:
    """El mensaje del error y, si los hay, los de cada campo o línea, sin repetir."""
    detalles = [m for mensajes in error.errores.values() for m in mensajes]
    return list(dict.fromkeys([error.msg, *detalles]))


def mostrar_error(request: HttpRequest, error: ErrorDeDominio) -> None:
    """El error como mensaje del admin, en vez de una página de error."""
    messages.error(request, ". ".join(frase.rstrip(".") for frase in frases(error)))


@contextmanager
def error_como_mensaje(request: HttpRequest) -> Iterator[None]:
    """Para una acción: si lo de adentro lanza un ``ErrorDeDominio``, lo muestra y sigue."""
    try:
        yield
    except ErrorDeDominio as error:
        mostrar_error(request, error)


class FiltroDias(RangeDateFilter):  # type: ignore[misc]
    """De un día a otro, inclusive: días de la tienda, también si el campo es un instante."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        desde, hasta = self._dia("from"), self._dia("to")
        if not isinstance(self.field, models.DateTimeField):
            limites = {"__gte": desde, "__lte": hasta}
        else:
            inicio, fin = rango(desde, hasta)
            limites = {"__gte": inicio, "__lt": fin}
        return queryset.filter(
            **{f"{self.parameter_name}{limite}": valor for limite, valor in limites.items() if valor}
        )

    def _dia(self, lado: str) -> date | None:
        # El tema lee las fechas con el formato estadounidense, sea cual sea el idioma.
        campo = forms.DateField(required=False)
        try:
            return cast("date | None", campo.clean(self.used_parameters.get(f"{self.parameter_name}_{lado}")))
        except ValidationError:
            return None


class _SinTransaccionDeDjango(admin.ModelAdmin):  # type: ignore[type-arg]
    """Django envuelve el formulario en una transacción, y una ``@operacion`` no admite estar en otra."""

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    @method_decorator(csrf_protect)
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined, no-any-return]
        except ErrorDeDominio as error:
            mostrar_error(request, error)
        return HttpResponseRedirect(request.get_full_path())


def _con_el_error(formulario: Any, error: ErrorDeDominio) -> Any:
    class ConElError(formulario):  # type: ignore[misc]
        def full_clean(self) -> None:
            super().full_clean()
            propios = {c: m for c, m in error.errores.items() if c in self.fields}
            for campo, mensajes in propios.items():
                self.add_error(campo, mensajes)
            if len(propios) < len(error.errores) or not propios:
                ajenos = [m for c, ms in error.errores.items() if c not in propios for m in ms]
                self.add_error(None, list(dict.fromkeys([error.msg, *ajenos])))

    return ConElError


class AdminDeTienda(ModelAdmin, _SinTransaccionDeDjango):  # type: ignore[misc]
    """Base de todo admin que escribe: ``save_model`` y ``delete_model`` llaman un caso de uso.

    Si ``save_model`` (o lo que llame) lanza un ``ErrorDeDominio``, el formulario vuelve con lo escrito
    y el error junto a su campo. El rastro es el ``Registro`` que deja el caso de uso: el historial
    propio de Django, que sólo ve lo que pasa por el admin, queda vacío.
    """

    objeto = ""
    """Cómo nombran los registros a este modelo; si no se dice, por el nombre del modelo."""
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True
    compressed_fields = True
    formfield_overrides: ClassVar[Mapping[Any, Any]] = {models.DecimalField: {"widget": CajaDeCifra}}

    @staticmethod
    def actor(request: HttpRequest) -> Actor:
        return actor_del_admin(request)

    def _changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        try:
            return super()._changeform_view(request, object_id, form_url, extra_context)
        except ErrorDeDominio as error:
            request.error_de_dominio = error  # type: ignore[attr-defined]
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        formulario = super().get_form(request, obj, change=change, **kwargs)
        error: ErrorDeDominio | None = getattr(request, "error_de_dominio", None)
        return formulario if error is None else _con_el_error(formulario, error)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lo que pasó con este objeto: sus registros, vengan de la puerta que vengan."""
        objeto = {
            "objeto_tipo__exact": self.objeto or self.opts.model_name, "objeto_id__exact": object_id
        }
        direccion = reverse("admin:registros_registro_changelist", current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{direccion}?{urlencode(objeto)}")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Sin historial de Django; ver la clase."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Sin historial de Django; ver la clase."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Sin historial de Django; ver la clase."""


class AdminDeLectura(AdminDeTienda):
    """Para mirar y nada más: ventas, kardex, registros, folios.

    Son las tablas que crecen sin fin: no se cuentan sus filas en cada página.
    """

    paginator = InfinitePaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
