"""Planillas importadas: el documento que nombran los movimientos que hicieron."""

from django.conf import settings
from django.db import models


class Importacion(models.Model):
    """Una planilla de productos aplicada entera."""

    archivo = models.CharField(max_length=200)
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fecha = models.DateTimeField()
    filas = models.PositiveIntegerField(default=0)
    nuevos = models.PositiveIntegerField(default=0)
    cambiados = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "importación"
        verbose_name_plural = "importaciones"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.archivo} ({self.fecha:%d-%m-%Y})"
