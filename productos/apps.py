from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ProductosConfig(AppConfig):
    name = "productos"
    verbose_name = "Productos"

    def ready(self) -> None:
        post_migrate.connect(_tras_migrar, sender=self)


def _tras_migrar(*, using: str, **_: Any) -> None:
    # Tras migrate y tras el flush de las pruebas: una migración de datos no sobrevive a éste.
    from productos import disparadores
    from productos.semilla import sembrar

    conexion = connections[using]
    if disparadores.TOTAL in conexion.introspection.table_names():
        disparadores.poner(conexion)
    sembrar()
