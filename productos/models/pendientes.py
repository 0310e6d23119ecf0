"""Códigos que nadie conocía: lo que el personal envía, y espera a que un Administrador lo apruebe."""

from django.conf import settings
from django.db import models

from productos.models.catalogo import Producto


class ProductoPendiente(models.Model):
    """Un código leído que ningún producto tiene, con el nombre y el precio que propone quien lo leyó."""

    class Estado(models.TextChoices):
        EN_ESPERA = "en_espera", "En espera"
        APROBADO = "aprobado", "Aprobado"
        RECHAZADO = "rechazado", "Rechazado"

    codigo = models.CharField("código", max_length=48)
    clave = models.CharField(max_length=48, db_index=True, editable=False)
    # MariaDB no tiene índices únicos parciales: nula, ya resuelto, no choca con nadie.
    clave_en_espera = models.CharField(max_length=48, unique=True, null=True, editable=False)  # noqa: DJ001
    nombre = models.CharField(max_length=120)
    precio_sugerido = models.PositiveIntegerField(
        null=True, blank=True, help_text="CLP por unidad o por kilo, IVA incluido."
    )
    estado = models.CharField(
        max_length=9, choices=Estado, default=Estado.EN_ESPERA, db_index=True, editable=False
    )
    enviado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    enviado_en = models.DateTimeField("enviado", editable=False)
    resuelto_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    resuelto_en = models.DateTimeField("resuelto", null=True, editable=False)
    motivo = models.CharField(max_length=200, blank=True, help_text="Por qué se rechazó.")
    producto = models.ForeignKey(
        Producto, on_delete=models.PROTECT, null=True, editable=False, related_name="+",
        help_text="El que se creó al aprobarlo.",
    )

    class Meta:
        verbose_name = "producto pendiente"
        verbose_name_plural = "productos pendientes"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                # Que no sea nula va aparte: comparar con NULL no es falso, y la base lo dejaría pasar.
                condition=models.Q(
                    estado="en_espera", clave_en_espera__isnull=False,
                    clave_en_espera=models.F("clave"), producto=None, motivo="",
                )
                | models.Q(estado="aprobado", clave_en_espera=None, producto__isnull=False, motivo="")
                | (models.Q(estado="rechazado", clave_en_espera=None, producto=None) & ~models.Q(motivo="")),
                name="pendiente_resuelto_como_dice",
            ),
        ]

    def __str__(self) -> str:
        return self.nombre


class FotoPendiente(models.Model):
    """La foto, ya revisada y vuelta a codificar. Aparte, porque pesa y una lista no la lee.

    Va en la base y no en un archivo, como el logo: la llevan los respaldos y la ven todos los procesos.
    """

    pendiente = models.OneToOneField(
        ProductoPendiente, on_delete=models.CASCADE, primary_key=True, related_name="foto"
    )
    jpeg = models.BinaryField()
    huella = models.CharField(max_length=16, help_text="Va en su dirección: si cambia, nadie ve la vieja.")

    class Meta:
        verbose_name = "foto de un pendiente"
        verbose_name_plural = "fotos de pendientes"

    def __str__(self) -> str:
        return f"foto {self.huella}"
