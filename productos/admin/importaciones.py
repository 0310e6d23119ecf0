"""Las planillas importadas, para mirar."""

from django.contrib import admin

from inventario.base.admin_comun import AdminDeLectura
from productos.models import Importacion


@admin.register(Importacion)
class ImportacionAdmin(AdminDeLectura):
    list_display = ("archivo", "fecha", "usuario", "filas", "nuevos", "cambiados")
    list_select_related = ("usuario",)
