"""Proveedores, lo que se les compra y lo que se les pide."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from inventario.base.rut import PATRON_CANONICO, con_formato
from productos.models import Producto

CERO = Decimal(0)
MILESIMA = Decimal("0.001")


class EstadoProveedor(models.TextChoices):
    ACTIVO = "Activo"
    INACTIVO = "Inactivo"


class Proveedor(models.Model):
    """A quien se compra. Nunca se borra: queda Inactivo."""

    nombre = models.CharField(max_length=120)
    nombre_normalizado = models.CharField(max_length=120, unique=True, editable=False)
    rut = models.CharField("RUT", max_length=9, unique=True, null=True, blank=True)
    contacto = models.CharField(max_length=120, blank=True)
    correo = models.EmailField(max_length=254, blank=True)
    telefono = models.CharField("teléfono", max_length=30, blank=True)
    direccion = models.CharField("dirección", max_length=160, blank=True)
    plazo_pago = models.PositiveSmallIntegerField(
        "plazo de pago", default=0, validators=[MaxValueValidator(365)],
        help_text="Días después de la compra; 0 es al contado.",
    )
    dias_entrega = models.PositiveSmallIntegerField(
        "días de entrega", default=2, validators=[MaxValueValidator(365)],
        help_text="Desde que se le pide hasta que llega.",
    )
    dias_entre_pedidos = models.PositiveSmallIntegerField(
        "días entre pedidos", default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Cada cuánto se le pide: lo pedido debe alcanzar hasta el pedido siguiente.",
    )
    condiciones = models.TextField(blank=True, help_text="Lo acordado con él, en palabras.")
    estado = models.CharField(
        max_length=8, choices=EstadoProveedor, default=EstadoProveedor.ACTIVO
    )

    class Meta:
        verbose_name = "proveedor"
        verbose_name_plural = "proveedores"
        ordering = ["nombre_normalizado"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rut__isnull=True) | models.Q(rut__regex=PATRON_CANONICO),
                name="proveedor_rut_canonico",
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=EstadoProveedor.values),
                name="proveedor_estado_conocido",
            ),
            models.CheckConstraint(
                condition=models.Q(dias_entre_pedidos__gte=1), name="proveedor_pide_cada_tanto"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nombre} ({con_formato(self.rut)})" if self.rut else self.nombre


class ProveedorProducto(models.Model):
    """Qué vende cada proveedor: lo anota cada compra; su código y de a cuánto, una persona."""

    proveedor = models.ForeignKey(Proveedor, on_delete=models.CASCADE, related_name="productos")
    producto = models.ForeignKey(Producto, on_delete=models.CASCADE, related_name="+")
    codigo_proveedor = models.CharField("código del proveedor", max_length=48, blank=True)
    multiplo = models.DecimalField(
        "se pide de a", max_digits=12, decimal_places=3, default=Decimal(1),
        validators=[MinValueValidator(MILESIMA)],
        help_text="Unidades o kilos por caja o bulto.",
    )
    ultimo_costo = models.DecimalField(
        "último costo", max_digits=16, decimal_places=6, null=True, blank=True,
        help_text="CLP sin IVA por unidad o kilo.",
    )
    ultima_compra = models.DateField("última compra", null=True, blank=True)

    class Meta:
        verbose_name = "producto de un proveedor"
        verbose_name_plural = "productos de un proveedor"
        ordering = ["producto__nombre_normalizado", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proveedor", "producto"], name="proveedor_producto_unico"
            ),
            models.CheckConstraint(
                condition=models.Q(multiplo__gt=0), name="proveedor_multiplo_positivo"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producto_id} de {self.proveedor_id}"


class EstadoOrden(models.TextChoices):
    """Camino de una orden de compra; sólo el borrador se edita."""

    BORRADOR = "borrador", "Borrador"
    ENVIADA = "enviada", "Enviada"
    PARCIAL = "parcialmente_recibida", "Parcialmente recibida"
    RECIBIDA = "recibida", "Recibida"
    CERRADA = "cerrada", "Cerrada"


class OrdenCompra(models.Model):
    """Lo que se le pide a un proveedor."""

    proveedor = models.ForeignKey(Proveedor, on_delete=models.PROTECT, related_name="ordenes")
    estado = models.CharField(
        max_length=21, choices=EstadoOrden, default=EstadoOrden.BORRADOR, editable=False
    )
    nota = models.TextField(blank=True, help_text="Va impresa en la orden.")
    autor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )
    creada = models.DateTimeField(default=timezone.now, editable=False)
    enviada = models.DateTimeField(null=True, editable=False)
    cerrada = models.DateTimeField(null=True, editable=False)
    motivo_cierre = models.CharField("motivo del cierre", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "orden de compra"
        verbose_name_plural = "órdenes de compra"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(estado__in=EstadoOrden.values), name="orden_estado_conocido"
            )
        ]
        indexes = [models.Index(fields=["estado", "-id"], name="orden_estado")]

    def __str__(self) -> str:
        return f"orden {self.pk}"


class LineaOrden(models.Model):
    """Lo pedido de un producto. ``cantidad`` es cero si llegó sin pedirse y se aceptó."""

    orden = models.ForeignKey(OrdenCompra, on_delete=models.CASCADE, related_name="lineas")
    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="+")
    cantidad = models.DecimalField(
        max_digits=12, decimal_places=3, validators=[MinValueValidator(MILESIMA)]
    )
    recibida = models.DecimalField(
        max_digits=12, decimal_places=3, default=CERO, editable=False
    )
    costo_esperado = models.DecimalField(
        max_digits=16, decimal_places=6, null=True, blank=True,
        help_text="CLP sin IVA por unidad o kilo.",
    )
    razon = models.CharField("por qué", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "línea de la orden"
        verbose_name_plural = "líneas de la orden"
        ordering = ["orden_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["orden", "producto"], name="orden_producto_unico"),
            models.CheckConstraint(
                condition=models.Q(cantidad__gte=0, recibida__gte=0),
                name="orden_cantidades_no_negativas",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} de {self.producto_id}"


class Compra(models.Model):
    """Mercadería que llegó con un documento del proveedor. No se edita: se anula.

    ``clave_vigente`` es el número de documento como se compara, y nulo si la compra se anuló: NULL no
    choca con NULL, y el mismo documento puede ingresarse otra vez (MariaDB no tiene índices parciales).
    """

    proveedor = models.ForeignKey(Proveedor, on_delete=models.PROTECT, related_name="compras")
    numero_documento = models.CharField("número de documento", max_length=40)
    clave_vigente = models.CharField(max_length=40, null=True, editable=False)  # noqa: DJ001
    fecha_compra = models.DateField("fecha de compra", db_index=True)
    fecha_registro = models.DateTimeField("ingresada")
    autor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    orden = models.ForeignKey(
        OrdenCompra, on_delete=models.PROTECT, null=True, blank=True, related_name="compras"
    )
    neto = models.PositiveBigIntegerField(help_text="CLP sin IVA: la suma de sus líneas.")
    exento = models.PositiveBigIntegerField(
        db_default=0, help_text="CLP: la parte del neto que no pagó IVA."
    )
    iva = models.PositiveBigIntegerField(
        "IVA", db_default=0, help_text="CLP, a la tasa de su día o el que dice su documento."
    )
    anulada = models.DateTimeField(null=True, blank=True)
    anulada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motivo_anulacion = models.CharField("motivo de la anulación", max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proveedor", "clave_vigente"], name="compra_documento_unico"
            ),
            models.CheckConstraint(
                condition=models.Q(anulada__isnull=True, clave_vigente__isnull=False)
                | models.Q(anulada__isnull=False, clave_vigente__isnull=True),
                name="compra_vigente_o_anulada",
            ),
        ]

    def __str__(self) -> str:
        return f"compra {self.numero_documento}"


class DetalleCompra(models.Model):
    """Una línea de la compra, con lo que el producto era ese día."""

    compra = models.ForeignKey(Compra, on_delete=models.PROTECT, related_name="detalles")
    numero = models.PositiveSmallIntegerField(help_text="Número de línea, desde 1.")
    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="+")
    nombre = models.CharField(max_length=120)
    codigo = models.CharField(max_length=48, blank=True)
    unidad = models.CharField(max_length=2)
    cantidad = models.DecimalField(max_digits=12, decimal_places=3)
    costo_unitario = models.DecimalField(
        max_digits=16, decimal_places=6, help_text="CLP sin IVA por unidad o kilo."
    )
    total = models.PositiveBigIntegerField(help_text="CLP sin IVA de la línea.")
    exenta = models.BooleanField(db_default=False, help_text="Si el producto no pagaba IVA.")
    lote = models.CharField(max_length=40, blank=True, help_text="El código del fabricante.")
    fecha_vencimiento = models.DateField("fecha de vencimiento", null=True, blank=True)

    class Meta:
        verbose_name = "detalle de compra"
        verbose_name_plural = "detalles de compra"
        ordering = ["compra_id", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["compra", "numero"], name="compra_linea_unica"),
            models.CheckConstraint(
                condition=models.Q(cantidad__gt=0), name="compra_cantidad_positiva"
            ),
            models.CheckConstraint(
                condition=models.Q(costo_unitario__gte=0), name="compra_costo_no_negativo"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} × {self.nombre}"
