"""Direcciones."""

from django.urls import path

from registros.views import RegistrosVista

urlpatterns = [
    path("registros", RegistrosVista.as_view({"get": "list", "post": "create"}), name="registros"),
]
