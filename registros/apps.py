from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class RegistrosConfig(AppConfig):
    name = "registros"
    verbose_name = "Registros"

    def ready(self) -> None:
        post_migrate.connect(_tras_migrar, sender=self)


def _tras_migrar(*, using: str, **_: Any) -> None:
    # Tras migrate y tras el flush de las pruebas: una migración de datos no sobrevive a éste.
    from registros import disparadores

    conexion = connections[using]
    if disparadores.ARCHIVO in conexion.introspection.table_names():
        disparadores.poner(conexion)
