"""Direcciones."""

from django.urls import path

from registros.views import ExportacionVista, RegistrosVista

urlpatterns = [
    path("registros", RegistrosVista.as_view({"get": "list", "post": "create"}), name="registros"),
    path("registros.csv", ExportacionVista.as_view({"get": "csv"}), name="registros-csv"),
    path("registros.ndjson", ExportacionVista.as_view({"get": "ndjson"}), name="registros-ndjson"),
]
