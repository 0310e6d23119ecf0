"""Direcciones del panel, bajo ``/admin/``."""

from django.urls import path, re_path

from inventario.panel import views

app_name = "panel"
urlpatterns = [
    path("logo.png", views.logo, name="logo"),
    path("etiquetas/", views.etiquetas, name="etiquetas"),
    path("informes/", views.informes, name="informes"),
    re_path(
        r"^informes/(?P<slug>[a-z-]+)\.(?P<extension>csv|xlsx|pdf)$", views.descargar, name="descargar"
    ),
    path("informes/<slug:slug>/", views.informe, name="informe"),
]
