"""Direcciones que miran el sistema entero: la documentación y la salud."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from inventario.mantenimiento.views import EsquemaView, SaludView

urlpatterns = [
    path("salud", SaludView.as_view(), name="salud"),
    path("openapi.json", EsquemaView.as_view(), name="openapi"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
]
