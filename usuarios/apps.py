from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class UsuariosConfig(AppConfig):
    name = "usuarios"
    verbose_name = "Usuarios"

    def ready(self) -> None:
        post_migrate.connect(_sembrar, sender=self)


def _sembrar(**_: Any) -> None:
    from usuarios.semilla import sembrar

    sembrar()
