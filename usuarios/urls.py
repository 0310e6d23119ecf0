"""Direcciones."""

from django.urls import path

from usuarios.views import (
    IngresoVista,
    MejoresVista,
    PropioVista,
    RegistroVista,
    SalidaVista,
    UsuariosVista,
)
from usuarios.views_fichajes import FichajesVista
from usuarios.views_pin import DispositivosVista, PinVista, VerificacionVista

_ficha = UsuariosVista.as_view(
    {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
)

urlpatterns = [
    path("fichajes", FichajesVista.as_view({"get": "list", "post": "create"}), name="fichajes"),
    path("fichajes/presentes", FichajesVista.as_view({"get": "presentes"}), name="presentes"),
    path("fichajes/semana", FichajesVista.as_view({"get": "semana"}), name="semana"),
    path(
        "fichajes/<int:id_fichaje>/correccion",
        FichajesVista.as_view({"post": "corregir"}),
        name="fichaje-correccion",
    ),
    path(
        "users/<str:rut>/pin", PinVista.as_view({"put": "poner", "delete": "quitar"}), name="usuario-pin"
    ),
    path("verificar-pin", VerificacionVista.as_view({"post": "verificar"}), name="verificar-pin"),
    path(
        "dispositivos", DispositivosVista.as_view({"get": "list", "post": "create"}), name="dispositivos"
    ),
    path(
        "dispositivos/<int:id_dispositivo>",
        DispositivosVista.as_view({"delete": "destroy"}),
        name="dispositivo",
    ),
    path("login", IngresoVista.as_view({"post": "login"}), name="login"),
    path("token/refresh", IngresoVista.as_view({"post": "refrescar"}), name="token-refresh"),
    path("logout", SalidaVista.as_view({"post": "logout"}), name="logout"),
    path("register", RegistroVista.as_view({"post": "register"}), name="register"),
    path("profile", PropioVista.as_view({"get": "profile"}), name="profile"),
    path("tiposusuario", PropioVista.as_view({"get": "tipos"}), name="tipos-usuario"),
    path("users", UsuariosVista.as_view({"get": "list"}), name="usuarios"),
    path("users/<str:rut>", _ficha, name="usuario"),
    path("users/<str:rut>/puntos", UsuariosVista.as_view({"put": "puntos"}), name="usuario-puntos"),
    path("top-users-by-points", MejoresVista.as_view({"get": "list"}), name="mejores-por-puntos"),
]
