"""Direcciones del panel, bajo ``/admin/``."""

from django.urls import path, re_path

from inventario.panel import views

app_name = "panel"
urlpatterns = [
    path("logo.png", views.logo, name="logo"),
    path("etiquetas/", views.etiquetas, name="etiquetas"),
    path("personas/<int:usuario_id>/datos/", views.datos_personales, name="datos_personales"),
    path("personas/<int:usuario_id>/datos/archivo/", views.dar_datos, name="dar_datos"),
    path("personas/<int:usuario_id>/olvidar/", views.olvidar, name="olvidar"),
    path("informes/", views.informes, name="informes"),
    re_path(
        r"^informes/(?P<slug>[a-z-]+)\.(?P<extension>csv|xlsx|pdf)$", views.descargar, name="descargar"
    ),
    path("informes/<slug:slug>/", views.informe, name="informe"),
]
