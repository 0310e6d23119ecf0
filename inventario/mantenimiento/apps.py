from django.apps import AppConfig


class MantenimientoConfig(AppConfig):
    name = "inventario.mantenimiento"
    label = "mantenimiento"
    verbose_name = "Mantenimiento"
