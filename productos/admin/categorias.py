"""Categorías en el admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventario.base.texto import normalizar
from productos.admin.comun import AdminSinBorrar
from productos.models import Categoria
from productos.servicios import crear_categoria, renombrar_categoria


@admin.register(Categoria)
class CategoriaAdmin(AdminSinBorrar):
    list_display = ("nombre", "cuantos")
    fields = ("nombre",)
    search_fields = ("nombre_normalizado",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Categoria]":
        return Categoria.objects.annotate(cuantos_productos=Count("productos"))

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Categoria]", search_term: str
    ) -> tuple["QuerySet[Categoria]", bool]:
        return super().get_search_results(request, queryset, normalizar(search_term))

    @admin.display(description="productos", ordering="cuantos_productos")
    def cuantos(self, categoria: Any) -> int:
        return int(categoria.cuantos_productos)

    def save_model(self, request: HttpRequest, obj: Categoria, form: Any, change: bool) -> None:
        if change:
            renombrar_categoria(
                categoria_id=obj.pk,
                nombre=form.cleaned_data["nombre"],
                actor=self.actor(request),
                ahora=timezone.now(),
            )
        else:
            creada = crear_categoria(
                nombre=form.cleaned_data["nombre"],
                actor=self.actor(request),
                ahora=timezone.now(),
            )
            obj.pk = creada.pk
