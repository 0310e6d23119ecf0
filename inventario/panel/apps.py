from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PanelConfig(AppConfig):
    name = "inventario.panel"
    label = "panel"
    verbose_name = "Panel"

    def ready(self) -> None:
        post_migrate.connect(_sembrar, sender=self)


def _sembrar(**_: Any) -> None:
    # Es la última aplicación: cuando le toca, los permisos de todas ya existen.
    from inventario.panel.semilla import sembrar

    sembrar()
