"""Todas las direcciones. Sin barra final: el middleware la quita si viene."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

import productos.urls
import ventas.urls
from usuarios.ingreso_admin import contrasena_en_el_admin, ingreso_al_admin

urlpatterns = [
    # Se buscan en orden: leer un código y vender van antes que las otras cien, y dejan de pagar por ellas.
    *productos.urls.DE_CADA_MOMENTO,
    *ventas.urls.DE_CADA_MOMENTO,
    path("", include("productos.urls")),
    path("", include("ventas.urls")),
    path("", include("usuarios.urls")),
    path("", include("usuarios.urls_avisos")),
    path("", include("compras.urls")),
    path("", include("registros.urls")),
    path("", include("inventario.mantenimiento.urls")),
    # Los navegadores la piden por su cuenta, antes de leer la que la página nombra.
    path("favicon.ico", RedirectView.as_view(url=static("panel/favicon.svg"))),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/login/", ingreso_al_admin),
    path("admin/password_change/", contrasena_en_el_admin),
    path("admin/", include("inventario.panel.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "inventario.base.api.errores.peticion_mala"
handler403 = "inventario.base.api.errores.prohibido"
handler404 = "inventario.base.api.errores.no_encontrado"
handler500 = "inventario.base.api.errores.error_interno"
