from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VentasConfig(AppConfig):
    name = "ventas"
    verbose_name = "Ventas"

    def ready(self) -> None:
        post_migrate.connect(_sembrar, sender=self)


def _sembrar(**_: Any) -> None:
    # Tras migrate y tras el flush de las pruebas: una migración de datos no sobrevive a éste.
    from ventas.semilla import sembrar

    sembrar()
