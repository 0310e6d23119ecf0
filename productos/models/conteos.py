"""Inventario físico: lo que se cuenta en los estantes, lectura por lectura."""

from django.conf import settings
from django.db import models

from productos.models.catalogo import Categoria, Producto


class ConteoInventario(models.Model):
    """Un conteo de una categoría, o de todo. Mientras está abierto la tienda sigue vendiendo."""

    class Estado(models.TextChoices):
        ABIERTO = "abierto", "Abierto"
        CERRADO = "cerrado", "Cerrado"
        ANULADO = "anulado", "Anulado"

    nombre = models.CharField(max_length=120)
    categoria = models.ForeignKey(
        Categoria, on_delete=models.PROTECT, null=True, blank=True, related_name="conteos",
        verbose_name="categoría", help_text="Vacía: todos los productos.",
    )
    estado = models.CharField(
        max_length=8, choices=Estado, default=Estado.ABIERTO, editable=False
    )
    abierto_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    abierto_en = models.DateTimeField(editable=False)
    terminado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    terminado_en = models.DateTimeField(null=True, editable=False)
    motivo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "conteo"
        verbose_name_plural = "inventario físico"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(estado__in=["abierto", "cerrado", "anulado"]),
                name="conteo_estado_conocido",
            )
        ]

    def __str__(self) -> str:
        return self.nombre


class LecturaConteo(models.Model):
    """Una cantidad contada de un producto. Sólo se agregan: varios teléfonos leen a la vez.

    ``stock_sistema`` es lo que el sistema decía al leer: contra él se compara, y por eso lo que se
    vende después no cambia la diferencia.
    """

    conteo = models.ForeignKey(ConteoInventario, on_delete=models.PROTECT, related_name="lecturas")
    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="+")
    cantidad = models.DecimalField(
        max_digits=12, decimal_places=3, help_text="Se suma a lo ya contado; negativa, corrige."
    )
    desde_cero = models.BooleanField(
        default=False, help_text="Vuelve a contar el producto: lo leído antes ya no vale."
    )
    stock_sistema = models.DecimalField(max_digits=12, decimal_places=3)
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    dispositivo = models.CharField(max_length=200, blank=True)
    fecha = models.DateTimeField()

    class Meta:
        verbose_name = "lectura de conteo"
        verbose_name_plural = "lecturas de conteo"
        ordering = ["-id"]
        indexes = [models.Index(fields=["conteo", "producto", "id"], name="lectura_conteo_producto")]

    def __str__(self) -> str:
        return f"{self.cantidad} de {self.producto_id}"
