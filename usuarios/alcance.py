"""Hasta dónde llega un Administrador en el admin: un dueño, a todo; un encargado, a la tienda de cada día.

En la API ambos son Administradores. Lo que aquí se cuida es que nadie dé ni quite más de lo que tiene:
un encargado no nombra dueños, ni toca la cuenta de uno para entrar con ella.
"""

from django.contrib.auth.models import Group
from django.db import models

from inventario.base.actor import Actor, Rol
from inventario.base.errores import SinPermiso
from inventario.base.operacion import exigir_transaccion
from usuarios.models import Usuario

GRUPO_ENCARGADO = "Encargado"


class Alcance(models.TextChoices):
    DUENO = "dueno", "Dueño: todo"
    ENCARGADO = "encargado", "Encargado: sin tienda, tareas ni usuarios"


class SoloUnDueno(SinPermiso):
    """Un encargado quiso nombrar, cambiar o desactivar a un dueño."""

    codigo = "solo_un_dueno"
    msg = "Sólo un dueño puede nombrar o cambiar a otro dueño"


def alcance_de(usuario: Usuario) -> Alcance | None:
    """El alcance de un Administrador; ``None`` si no lo es."""
    if usuario.rol != Rol.ADMINISTRADOR:
        return None
    return Alcance.DUENO if usuario.is_superuser else Alcance.ENCARGADO


def es_dueno(actor: Actor) -> bool:
    """Un dueño, o el propio sistema."""
    if actor.usuario_id is None:
        return actor.es_administrador
    return Usuario.objects.filter(pk=actor.usuario_id, is_superuser=True).exists()


def poner_grupo(usuario: Usuario) -> None:
    """Deja al usuario en el grupo que le toca por su rol y alcance, y en ningún otro."""
    exigir_transaccion()
    if alcance_de(usuario) is Alcance.ENCARGADO:
        grupo, _ = Group.objects.get_or_create(name=GRUPO_ENCARGADO)
        usuario.groups.set([grupo])
    else:
        usuario.groups.clear()
