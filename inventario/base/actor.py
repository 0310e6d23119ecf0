"""Quién actúa: se pasa explícito a cada caso de uso, nunca se lee de un hilo ni de la petición."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import models


class Rol(models.IntegerChoices):
    """Roles, con los ids que los clientes ya usan (contrato, ``/tiposusuario``)."""

    ADMINISTRADOR = 1, "Administrador"
    CAJERO = 2, "Cajero"
    CLIENTE = 3, "Cliente"


class Puerta(StrEnum):
    """Por dónde entró lo que se hizo."""

    API = "api"
    ADMIN = "admin"
    SOCKET = "socket"
    TAREA = "tarea"
    COMANDO = "comando"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Autor de una operación, con lo que la auditoría guarda de él.

    ``usuario_id`` es ``None`` para el sistema (tareas, comandos) y para un desconocido.
    ``rol`` es ``None`` para un desconocido; el sistema actúa como Administrador.
    """

    puerta: Puerta
    usuario_id: int | None = None
    rut: str = ""
    nombre: str = ""
    rol: Rol | None = None
    ip: str = ""
    dispositivo: str = ""
    peticion_id: str = ""

    @classmethod
    def sistema(cls, *, puerta: Puerta, nombre: str = "sistema") -> "Actor":
        """El propio sistema: una tarea programada o un comando de mantenimiento."""
        return cls(puerta=puerta, nombre=nombre, rol=Rol.ADMINISTRADOR)

    @property
    def es_administrador(self) -> bool:
        return self.rol == Rol.ADMINISTRADOR

    @property
    def es_cajero(self) -> bool:
        return self.rol == Rol.CAJERO

    @property
    def es_cliente(self) -> bool:
        return self.rol == Rol.CLIENTE

    @property
    def es_personal(self) -> bool:
        """Administrador o Cajero: quien trabaja en la tienda."""
        return self.rol in (Rol.ADMINISTRADOR, Rol.CAJERO)

    def con(self, **cambios: object) -> "Actor":
        """Copia con algunos datos cambiados (p. ej. el usuario, tras iniciar sesión)."""
        return replace(self, **cambios)  # type: ignore[arg-type]
