"""El kardex."""


from django.conf import settings
from django.db import models

from inventario.base.decimal_exacto import DecimalExacto
from productos.models.catalogo import CERO, Producto


class MotivoAjuste(models.TextChoices):
    """Por qué cambia un stock fuera de compras y ventas."""

    MERMA = "merma", "Merma"
    ROBO = "robo", "Robo"
    CONSUMO = "consumo", "Consumo interno"
    VENCIDO = "vencido", "Vencido"
    ERROR = "error", "Error de registro"
    HALLAZGO = "hallazgo", "Hallazgo"


class MovimientoStock(models.Model):
    """Kardex: cada cambio de stock, con el stock y el costo promedio que dejó. Nunca se edita."""

    class Tipo(models.TextChoices):
        INICIAL = "inicial", "Stock inicial"
        COMPRA = "compra", "Compra"
        ANULACION_COMPRA = "anulacion_compra", "Anulación de compra"
        VENTA = "venta", "Venta"
        DEVOLUCION = "devolucion", "Devolución"
        AJUSTE = "ajuste", "Ajuste"
        CONTEO = "conteo", "Inventario físico"
        COSTO = "costo", "Corrección de costo"

    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="movimientos")
    tipo = models.CharField(max_length=20, choices=Tipo)
    cantidad = models.DecimalField(
        max_digits=12, decimal_places=3, help_text="Positiva si entra, negativa si sale."
    )
    stock_resultante = models.DecimalField(max_digits=12, decimal_places=3)
    costo_unitario = models.DecimalField(
        max_digits=16, decimal_places=6, help_text="CLP sin IVA de lo que se movió."
    )
    costo_promedio = models.DecimalField(
        max_digits=16, decimal_places=6, help_text="CLP sin IVA, el que quedó."
    )
    valor = DecimalExacto(
        max_digits=32,
        decimal_places=12,
        default=CERO,
        help_text="CLP sin IVA de lo que se movió, con su signo: la suma es el valor del stock.",
    )
    valor_resultante = DecimalExacto(
        max_digits=32, decimal_places=12, default=CERO, help_text="CLP sin IVA del stock que quedó."
    )
    documento_tipo = models.CharField(max_length=20, blank=True)
    documento_id = models.BigIntegerField(null=True, blank=True)
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motivo = models.CharField(max_length=200, blank=True)
    fecha = models.DateTimeField()

    class Meta:
        verbose_name = "movimiento de stock"
        verbose_name_plural = "kardex"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock_resultante__gte=0), name="kardex_stock_no_negativo"
            )
        ]
        indexes = [
            models.Index(fields=["producto", "-id"], name="kardex_producto"),
            models.Index(fields=["documento_tipo", "documento_id"], name="kardex_documento"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.cantidad}"
