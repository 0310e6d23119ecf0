from typing import Any

from django.apps import AppConfig
from django.apps import apps as instaladas
from django.db import connections
from django.db.models.signals import post_migrate


class ProductosConfig(AppConfig):
    name = "productos"
    verbose_name = "Productos"

    def ready(self) -> None:
        post_migrate.connect(_tras_migrar, sender=self)


def _tras_migrar(*, using: str, apps: Any = instaladas, **_: Any) -> None:
    # Tras migrate y tras el flush de las pruebas: una migración de datos no sobrevive a éste.
    from productos import disparadores
    from productos.semilla import sembrar

    # Un ``migrate`` hasta una migración anterior deja una base que aún no los lleva.
    if any(campo.name == "ultimo_precio" for campo in apps.get_model("productos", "Producto")._meta.fields):
        disparadores.poner(connections[using])
    sembrar()
