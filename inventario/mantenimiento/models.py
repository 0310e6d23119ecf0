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


class TareaPuesta(models.Model):
    """El horario que el código dio a una tarea, para distinguirlo del que un Administrador eligió."""

    nombre = models.CharField(max_length=100, unique=True)
    schedule_type = models.CharField(max_length=2)
    minutes = models.PositiveSmallIntegerField(null=True)
    cron = models.CharField(max_length=100, null=True)  # noqa: DJ001 - nulo, como en la agenda

    class Meta:
        ordering = ["nombre"]

    def __str__(self) -> str:
        return self.nombre
