"""Lotes: de qué partida es cada parte del stock y cuándo vence."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from productos.models.catalogo import CERO, Producto, ProductoQuerySet
from productos.models.kardex import MovimientoStock


class Lote(models.Model):
    """Una partida de un producto que se lleva por lotes. Los lotes de un producto suman su stock.

    No se bloquea: quien lo mueve ya tiene bloqueado su producto, y eso basta para que sean de a uno.
    """

    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="lotes")
    codigo = models.CharField("código", max_length=40, blank=True, help_text="El del fabricante.")
    vencimiento = models.DateField(
        null=True, blank=True, help_text="Último día en que se vende; vacío: no vence."
    )
    stock = models.DecimalField(max_digits=12, decimal_places=3, default=CERO, editable=False)
    creado = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["vencimiento", "id"]
        constraints = [
            # Dos sin vencimiento no chocan aquí (NULL): los impide el candado del producto.
            models.UniqueConstraint(
                fields=["producto", "codigo", "vencimiento"], name="lote_unico_por_producto"
            ),
            models.CheckConstraint(
                condition=models.Q(stock__gte=0), name="lote_stock_no_negativo"
            ),
        ]
        indexes = [
            models.Index(fields=["producto", "vencimiento"], name="lote_producto_vencimiento"),
            models.Index(fields=["vencimiento"], name="lote_vencimiento"),
        ]

    def __str__(self) -> str:
        vence = f"vence {self.vencimiento:%d-%m-%Y}" if self.vencimiento else "sin vencimiento"
        return f"{self.codigo or 'sin código'}, {vence}"


def con_vencido(productos: ProductoQuerySet, hoy: date) -> ProductoQuerySet:
    """Agrega ``stock_vencido``: lo que cada producto tiene en lotes que ya vencieron ``hoy``."""
    vencidos = (
        Lote.objects.filter(producto=models.OuterRef("pk"), stock__gt=0, vencimiento__lt=hoy)
        .order_by()
        .values("producto")
        .annotate(suma=models.Sum("stock"))
        .values("suma")
    )
    return productos.annotate(  # type: ignore[no-redef]
        # Sumar los de quien no los lleva daba cero, y se pagaba en cada línea de cada venta.
        stock_vencido=models.Case(
            models.When(
                por_lotes=True,
                then=Coalesce(models.Subquery(vencidos), CERO, output_field=models.DecimalField()),
            ),
            default=CERO,
            output_field=models.DecimalField(),
        )
    )


class MovimientoLote(models.Model):
    """Lo que un movimiento del kardex, o un reparto (sin movimiento), puso o sacó de un lote."""

    lote = models.ForeignKey(Lote, on_delete=models.PROTECT, related_name="movimientos")
    movimiento = models.ForeignKey(
        MovimientoStock, on_delete=models.PROTECT, null=True, blank=True, related_name="lotes"
    )
    cantidad = models.DecimalField(
        max_digits=12, decimal_places=3, help_text="Positiva si entra, negativa si sale."
    )
    stock_resultante = models.DecimalField(max_digits=12, decimal_places=3)
    devuelve = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="devoluciones",
        help_text="La salida que esta entrada deshace, o al revés.",
    )
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fecha = models.DateTimeField()

    class Meta:
        verbose_name = "movimiento de lote"
        verbose_name_plural = "movimientos de lotes"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock_resultante__gte=0), name="kardex_lote_no_negativo"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} de {self.lote_id}"
