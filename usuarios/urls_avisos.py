"""Direcciones de notificaciones y presencia."""

from django.urls import path

from usuarios.views_avisos import NotificacionesVista, PresenciaVista

urlpatterns = [
    path(
        "notificaciones",
        NotificacionesVista.as_view({"get": "list", "post": "create"}),
        name="notificaciones",
    ),
    path(
        "notificaciones/<int:id_notificacion>/leida",
        NotificacionesVista.as_view({"post": "leida"}),
        name="notificacion-leida",
    ),
    path("presencia", PresenciaVista.as_view({"get": "list"}), name="presencia"),
]
