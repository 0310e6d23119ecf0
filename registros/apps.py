from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class RegistrosConfig(AppConfig):
    name = "registros"
    verbose_name = "Registros"

    def ready(self) -> None:
        post_migrate.connect(_reponer_disparadores, sender=self)


def _reponer_disparadores(*, using: str, **_: Any) -> None:
    from registros import disparadores

    conexion = connections[using]
    if disparadores.ARCHIVO in conexion.introspection.table_names():
        disparadores.poner(conexion)
