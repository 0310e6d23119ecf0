"""El panel no guarda nada: aquí sólo están los permisos de lo que muestra."""

from django.db import models


class Informe(models.Model):
    """Sin tabla; existe para que Django conozca sus permisos."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("ver_inicio", "Puede ver el inicio con las cifras de la tienda"),
            ("ver_informes", "Puede ver y descargar informes"),
        )
        verbose_name = "informe"
        verbose_name_plural = "informes"

    def __str__(self) -> str:
        return "informe"
