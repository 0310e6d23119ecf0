"""Lo que el grupo de los encargados puede hacer en el admin. Lo dice el código, y cada migrate lo repone."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from usuarios.alcance import GRUPO_ENCARGADO

SOLO_DUENOS = ("base", "django_q", "auth", "contenttypes", "sessions", "admin", "mantenimiento")
"""Aplicaciones que un encargado ni ve: la tienda y su IVA, las tareas y lo interno de Django."""
DE_USUARIOS = ("notificacion",)
"""Lo único de las personas que un encargado cambia; lo demás sólo lo mira."""


def sembrar() -> None:
    """Crea el grupo y le da exactamente sus permisos. Repetirlo no cambia nada."""
    grupo, _ = Group.objects.get_or_create(name=GRUPO_ENCARGADO)
    permisos = Permission.objects.exclude(content_type__app_label__in=SOLO_DUENOS)
    solo_mirar = Q(content_type__app_label="usuarios") & ~Q(codename__startswith="view_") & ~Q(
        content_type__model__in=DE_USUARIOS
    )
    grupo.permissions.set(permisos.exclude(solo_mirar))
