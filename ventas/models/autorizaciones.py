"""Las autorizaciones que un Cajero pide: de una sola vez, para una acción y un pedido."""

from django.conf import settings
from django.db import models

from ventas.reglas.autorizacion import Accion


class Autorizacion(models.Model):
    """Lo que alguien pidió hacer y un Administrador aprobó, rechazó o aún no mira."""

    class Estado(models.TextChoices):
        PENDIENTE = "pendiente", "Pendiente"
        APROBADA = "aprobada", "Aprobada"
        RECHAZADA = "rechazada", "Rechazada"
        USADA = "usada", "Usada"

    accion = models.CharField("acción", max_length=30, choices=[(a.value, a.nombre) for a in Accion])
    huella = models.CharField(max_length=64, editable=False)
    objeto = models.JSONField(help_text="El pedido que ampara.")
    resumen = models.CharField(max_length=300)
    estado = models.CharField(max_length=9, choices=Estado, default=Estado.PENDIENTE)
    solicitante = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="autorizaciones_pedidas"
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
        related_name="autorizaciones_resueltas",
    )
    creada = models.DateTimeField(db_index=True)
    vence = models.DateTimeField()
    resuelta = models.DateTimeField(null=True, blank=True)
    usada = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "autorización"
        verbose_name_plural = "autorizaciones"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(estado="pendiente", supervisor=None)
                | models.Q(estado__in=["aprobada", "rechazada", "usada"], supervisor__isnull=False),
                name="autorizacion_resuelta_por_alguien",
            )
        ]

    def __str__(self) -> str:
        return f"autorización {self.pk}"
