"""Ventas, sus líneas y pagos, devoluciones (notas de crédito) y los folios."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models

from inventario.base.actor import Actor
from inventario.base.fechas import rango
from productos.costo import Margen, margen
from productos.models import Producto
from ventas.models.caja import TurnoCaja
from ventas.reglas.tipos import FormaPago, TipoDocumento, TipoDTE

CERO = Decimal(0)


class CorrelativoFolio(models.Model):
    """Último folio dado por (emisor, tipo). Es la última fila que una venta bloquea."""

    emisor_rut = models.CharField(max_length=9)
    tipo_dte = models.PositiveSmallIntegerField(choices=TipoDTE.opciones())
    ultimo = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "correlativo de folios"
        verbose_name_plural = "correlativos de folios"
        constraints = [
            models.UniqueConstraint(fields=["emisor_rut", "tipo_dte"], name="correlativo_unico")
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_dte_display()}: {self.ultimo}"


class DocumentoTributario(models.Model):
    """Lo común a la boleta o factura y a la nota de crédito: identidad y montos (CLP enteros).

    ``folio`` es nulo sólo dentro de la transacción que crea el documento: se toma al final, y
    ``verificar_ventas`` prueba que ninguno confirmado quedó sin él.
    """

    emisor_rut = models.CharField(max_length=9)
    tipo_dte = models.PositiveSmallIntegerField(choices=TipoDTE.opciones())
    folio = models.PositiveBigIntegerField(null=True, editable=False)
    afecto = models.PositiveBigIntegerField(help_text="CLP con IVA incluido.")
    exento = models.PositiveBigIntegerField(help_text="CLP.")
    neto = models.PositiveBigIntegerField(help_text="CLP: lo afecto sin IVA.")
    iva = models.PositiveBigIntegerField(help_text="CLP: afecto menos neto.")
    total = models.PositiveBigIntegerField(help_text="CLP: afecto más exento.")

    class Meta:
        abstract = True

    @property
    def total_sin_iva(self) -> int:
        """CLP: neto más exento (contrato, ``total_sin_iva``)."""
        return self.neto + self.exento


class VentaQuerySet(models.QuerySet["Venta"]):
    def visibles(self, actor: Actor) -> "VentaQuerySet":
        """Un Administrador ve todas; un Cajero, las que cobró; los demás, lo que compraron."""
        if actor.es_administrador:
            return self
        if actor.es_cajero:
            return self.filter(cajero=actor.usuario_id)
        return self.filter(cliente=actor.usuario_id, cliente__isnull=False)

    def entre(self, desde: date | None, hasta: date | None) -> "VentaQuerySet":
        """Las de ``[desde, hasta]``, días de la tienda, inclusive; ``None`` no limita."""
        inicio, fin = rango(desde, hasta)
        ventas = self if inicio is None else self.filter(fecha_venta__gte=inicio)
        return ventas if fin is None else ventas.filter(fecha_venta__lt=fin)


class Venta(DocumentoTributario):
    """Una venta cobrada, tal como fue aquel día. No se edita: se devuelve o se anula."""

    fecha_venta = models.DateTimeField(db_index=True)
    cajero = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ventas_hechas"
    )
    cliente = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="compras_hechas",
    )
    nombre_cajero = models.CharField(max_length=170)
    nombre_cliente = models.CharField(max_length=170, blank=True)
    tipo_documento = models.PositiveSmallIntegerField(choices=TipoDocumento.opciones())
    numero_documento = models.CharField(
        max_length=60, blank=True, help_text="La referencia del cliente de la API; si no, el folio."
    )
    porcentaje = models.DecimalField(
        max_digits=5, decimal_places=2, default=CERO, help_text="Descuento al documento, %."
    )
    subtotal = models.PositiveBigIntegerField(
        help_text="CLP: suma de líneas antes del descuento al documento."
    )
    forma_pago = models.PositiveSmallIntegerField(
        choices=FormaPago.opciones(), help_text="La única, o la de mayor monto en un pago mixto."
    )
    puntos_ganados = models.PositiveIntegerField(default=0)
    turno = models.ForeignKey(
        TurnoCaja, on_delete=models.PROTECT, null=True, editable=False, related_name="ventas",
        help_text="El de quien la cobró; nulo si no tenía uno abierto.",
    )
    hora_de_caja = models.DateTimeField(
        "hora de la caja", null=True, editable=False,
        help_text="La que dijo la caja, si la vendió sin red; el día y el folio son los del servidor.",
    )
    devuelto = models.PositiveBigIntegerField(default=0, help_text="CLP devueltos por notas de crédito.")

    objects = VentaQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["emisor_rut", "tipo_dte", "folio"], name="venta_folio_unico"
            ),
            models.CheckConstraint(condition=models.Q(folio__gte=1), name="venta_folio_desde_uno"),
            models.CheckConstraint(
                condition=models.Q(afecto=models.F("neto") + models.F("iva")),
                name="venta_iva_por_resta",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("afecto") + models.F("exento")),
                name="venta_total_suma",
            ),
            models.CheckConstraint(
                condition=models.Q(porcentaje__gte=0, porcentaje__lte=100),
                name="venta_porcentaje_entre_0_y_100",
            ),
            models.CheckConstraint(
                condition=models.Q(devuelto__lte=models.F("total")),
                name="venta_no_devuelve_de_mas",
            ),
            models.CheckConstraint(
                condition=models.Q(forma_pago__in=FormaPago.valores()), name="venta_forma_pago_conocida"
            ),
            models.CheckConstraint(
                condition=models.Q(tipo_documento__in=TipoDocumento.valores()),
                name="venta_tipo_documento_conocido",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    tipo_dte__in=[d.value for d in TipoDTE if d != TipoDTE.NOTA_CREDITO]
                ),
                name="venta_dte_de_venta",
            ),
        ]
        indexes = [
            models.Index(fields=["cajero", "fecha_venta"], name="venta_cajero_fecha"),
            models.Index(fields=["cliente", "fecha_venta"], name="venta_cliente_fecha"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_documento_display()} {self.folio}"


class DetalleVenta(models.Model):
    """Una línea de la venta, con lo que el producto era ese día."""

    venta = models.ForeignKey(Venta, on_delete=models.PROTECT, related_name="detalles")
    numero = models.PositiveSmallIntegerField(help_text="Número de línea, desde 1.")
    producto = models.ForeignKey(
        Producto, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Nulo en un misceláneo: lo que se vendió sin ficha, con nombre y precio de la caja.",
    )
    nombre = models.CharField(max_length=120)
    descripcion = models.TextField(blank=True)
    fecha_vencimiento = models.DateField(null=True)
    codigo = models.CharField(max_length=48, blank=True)
    unidad = models.CharField(max_length=2)
    cantidad = models.DecimalField(max_digits=12, decimal_places=3)
    precio_lista = models.PositiveIntegerField(help_text="CLP por unidad, sin descuento.")
    descuento = models.DecimalField(
        max_digits=5, decimal_places=2, default=CERO, help_text="Descuento del producto, %."
    )
    precio_unitario = models.PositiveIntegerField(help_text="CLP por unidad, el cobrado.")
    subtotal = models.PositiveBigIntegerField(help_text="CLP: cantidad por precio cobrado.")
    total = models.PositiveBigIntegerField(
        help_text="CLP: subtotal menos su parte del descuento al documento; suma el total de la venta."
    )
    costo_unitario = models.DecimalField(max_digits=16, decimal_places=6)
    exenta = models.BooleanField(default=False, help_text="Si el producto no pagaba IVA.")
    tasa_iva = models.DecimalField(
        max_digits=5, decimal_places=2, help_text="%; cero si es exento."
    )
    cantidad_devuelta = models.DecimalField(max_digits=12, decimal_places=3, default=CERO)

    class Meta:
        verbose_name = "detalle de venta"
        verbose_name_plural = "detalles de venta"
        ordering = ["venta_id", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["venta", "numero"], name="detalle_numero_unico"),
            models.CheckConstraint(
                condition=models.Q(cantidad__gt=0), name="detalle_cantidad_positiva"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    cantidad_devuelta__gte=0, cantidad_devuelta__lte=models.F("cantidad")
                ),
                name="detalle_no_devuelve_de_mas",
            ),
            models.CheckConstraint(
                condition=models.Q(producto__isnull=False)
                | (models.Q(costo_unitario=0, exenta=False) & ~models.Q(nombre="")),
                name="detalle_producto_o_miscelaneo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} × {self.nombre}"

    @property
    def es_miscelaneo(self) -> bool:
        return self.producto_id is None

    @property
    def margen(self) -> Margen:
        """Lo que dejó la línea, neto de IVA y al costo de ese día, devoluciones aparte."""
        return margen(
            total=self.total,
            tasa_iva=self.tasa_iva,
            cantidad=self.cantidad,
            costo_unitario=self.costo_unitario,
        )


class Pago(models.Model):
    """Una parte del pago de una venta. La suma de ``monto`` es el total de la venta."""

    venta = models.ForeignKey(Venta, on_delete=models.PROTECT, related_name="pagos")
    forma_pago = models.PositiveSmallIntegerField(choices=FormaPago.opciones())
    monto = models.PositiveBigIntegerField(help_text="CLP del documento que cubre.")
    redondeo = models.SmallIntegerField(
        default=0, help_text="CLP, Ley 20.956: lo pagado en efectivo es monto + redondeo."
    )
    recibido = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="CLP en efectivo que entregó el cliente."
    )
    vuelto = models.PositiveBigIntegerField(default=0, help_text="CLP.")
    puntos = models.PositiveIntegerField(default=0, help_text="Puntos usados, si es con Puntos.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["venta", "forma_pago"], name="pago_una_vez_por_forma"),
            models.CheckConstraint(
                condition=models.Q(forma_pago__in=FormaPago.valores()), name="pago_forma_conocida"
            ),
            models.CheckConstraint(
                condition=models.Q(redondeo=0) | models.Q(forma_pago=FormaPago.EFECTIVO.value),
                name="pago_redondeo_solo_efectivo",
            ),
            models.CheckConstraint(
                condition=models.Q(redondeo__gte=-5, redondeo__lte=4), name="pago_redondeo_legal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_forma_pago_display()}: {self.monto}"


class Devolucion(DocumentoTributario):
    """Nota de crédito por la devolución o anulación de (parte de) una venta, con folio propio."""

    venta = models.ForeignKey(Venta, on_delete=models.PROTECT, related_name="devoluciones")
    fecha = models.DateTimeField(db_index=True)
    autor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    motivo = models.CharField(max_length=200)
    turno = models.ForeignKey(
        TurnoCaja, on_delete=models.PROTECT, null=True, editable=False, related_name="devoluciones",
        help_text="Aquel de cuyo cajón salió el efectivo; nulo si de ninguno.",
    )
    puntos_quitados = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "devolución"
        verbose_name_plural = "devoluciones"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["emisor_rut", "tipo_dte", "folio"], name="devolucion_folio_unico"
            ),
            models.CheckConstraint(condition=models.Q(folio__gte=1), name="devolucion_folio_desde_uno"),
            models.CheckConstraint(
                condition=models.Q(afecto=models.F("neto") + models.F("iva")),
                name="devolucion_iva_por_resta",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("afecto") + models.F("exento")),
                name="devolucion_total_suma",
            ),
            models.CheckConstraint(
                condition=models.Q(tipo_dte=TipoDTE.NOTA_CREDITO.value),
                name="devolucion_dte_de_nota",
            ),
        ]

    def __str__(self) -> str:
        return f"nota de crédito {self.folio}"


class DetalleDevolucion(models.Model):
    devolucion = models.ForeignKey(Devolucion, on_delete=models.PROTECT, related_name="detalles")
    detalle = models.ForeignKey(DetalleVenta, on_delete=models.PROTECT, related_name="devoluciones")
    cantidad = models.DecimalField(max_digits=12, decimal_places=3)
    monto = models.PositiveBigIntegerField(help_text="CLP.")

    class Meta:
        verbose_name = "detalle de devolución"
        verbose_name_plural = "detalles de devolución"
        constraints = [
            models.UniqueConstraint(
                fields=["devolucion", "detalle"], name="devolucion_detalle_unico"
            ),
            models.CheckConstraint(
                condition=models.Q(cantidad__gt=0), name="devolucion_cantidad_positiva"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} de la línea {self.detalle_id}"


class Reembolso(models.Model):
    """Cómo se devolvió el dinero de una nota de crédito. La suma de ``monto`` es su total."""

    devolucion = models.ForeignKey(Devolucion, on_delete=models.PROTECT, related_name="reembolsos")
    forma_pago = models.PositiveSmallIntegerField(choices=FormaPago.opciones())
    monto = models.PositiveBigIntegerField(help_text="CLP del documento que cubre.")
    redondeo = models.SmallIntegerField(default=0, help_text="CLP, Ley 20.956.")
    puntos = models.PositiveIntegerField(default=0, help_text="Puntos reintegrados.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["devolucion", "forma_pago"], name="reembolso_una_vez_por_forma"
            ),
            models.CheckConstraint(
                condition=models.Q(redondeo=0) | models.Q(forma_pago=FormaPago.EFECTIVO.value),
                name="reembolso_redondeo_solo_efectivo",
            ),
            models.CheckConstraint(
                condition=models.Q(forma_pago__in=FormaPago.valores()),
                name="reembolso_forma_conocida",
            ),
            models.CheckConstraint(
                condition=models.Q(redondeo__gte=-5, redondeo__lte=4),
                name="reembolso_redondeo_legal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_forma_pago_display()}: {self.monto}"
