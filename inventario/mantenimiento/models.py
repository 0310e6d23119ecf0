"""Lo que el mantenimiento recuerda."""

from django.db import models


class Latido(models.Model):
    """La última vez que una tarea de prueba dio la vuelta entera: programada, encolada y hecha.

    Va en la base de datos porque es lo único que el servidor y el trabajador comparten siempre.
    """

    nombre = models.CharField(max_length=40, unique=True)
    momento = models.DateTimeField()

    class Meta:
        ordering = ["nombre"]

    def __str__(self) -> str:
        return f"{self.nombre}: {self.momento:%Y-%m-%d %H:%M:%S}"
