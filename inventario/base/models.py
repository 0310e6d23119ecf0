"""Lo que toda la casa comparte: la tienda, la tasa de IVA con su fecha y las claves de idempotencia."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class VoucherComoBoleta(models.TextChoices):
    """Cuándo se emite boleta: siempre, o no cuando el voucher de un pago electrónico ya vale por ella."""

    SIEMPRE = "siempre", "Siempre emitir boleta"
    NO_ELECTRONICO = "no_electronico", "No emitir cuando se paga con medio electrónico"


class Tienda(models.Model):
    """Los datos y reglas de la tienda: una sola fila, que se edita en el admin."""

    # Sin AUTO_INCREMENT: MariaDB no admite una columna así en un CHECK.
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    razon_social = models.CharField("razón social", max_length=120, default="Mi tienda")
    rut = models.CharField("RUT", max_length=9, default="761920839", help_text="Sin puntos ni guion.")
    giro = models.CharField(max_length=120, default="Almacén")
    direccion = models.CharField("dirección", max_length=160, blank=True)
    comuna = models.CharField(max_length=60, blank=True)
    telefono = models.CharField("teléfono", max_length=30, blank=True)
    certificada = models.BooleanField(
        "certificada ante el SII",
        default=False,
        help_text="Mientras no lo esté, lo impreso dice «COMPROBANTE INTERNO – NO VÁLIDO COMO BOLETA».",
    )
    emite_boleta = models.CharField(
        "emisión de boleta",
        max_length=20,
        choices=VoucherComoBoleta,
        default=VoucherComoBoleta.SIEMPRE,
    )
    pesos_por_punto = models.PositiveIntegerField(
        "pesos por punto",
        default=100,
        validators=[MinValueValidator(1)],
        help_text="Cuántos pesos (CLP) pagados dan un punto.",
    )
    valor_punto = models.PositiveIntegerField(
        "valor del punto",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Cuántos pesos (CLP) vale un punto al pagar con él.",
    )
    # Apagado por omisión: los clientes de una tienda que ya existía no conocen los turnos. Una tienda
    # nueva parte con él (inventario.mantenimiento.tienda.poner_reglas_de_caja).
    exige_turno = models.BooleanField(
        "exige turno de caja", default=False,
        help_text="Sin un turno abierto no se cobra en efectivo.",
    )
    limite_descuento_cajero = models.PositiveSmallIntegerField(
        "límite de descuento del cajero (%)", default=100, validators=[MaxValueValidator(100)],
        help_text="Sobre este descuento al documento, un Cajero pide autorización.",
    )
    anulacion_con_autorizacion = models.BooleanField(
        "anular pide autorización", default=False,
        help_text="Un Cajero anula entera una venta suya sólo si un Administrador lo autoriza.",
    )
    permite_miscelaneo = models.BooleanField(
        "permite vender misceláneos", default=False,
        help_text="Lo que aún no tiene ficha se puede vender con un nombre y un precio puestos en la caja.",
    )
    bloqueo_minutos = models.PositiveSmallIntegerField(
        "minutos hasta bloquear la caja", default=5, validators=[MinValueValidator(1)],
        help_text="Sin que nadie la toque, la página de la caja pide PIN o contraseña.",
    )

    class Meta:
        verbose_name = "tienda"
        verbose_name_plural = "tienda"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="tienda_es_una_sola"),
            models.CheckConstraint(
                condition=models.Q(pesos_por_punto__gte=1, valor_punto__gte=1),
                name="tienda_puntos_positivos",
            ),
            models.CheckConstraint(
                condition=models.Q(limite_descuento_cajero__lte=100, bloqueo_minutos__gte=1),
                name="tienda_caja_razonable",
            ),
        ]

    def __str__(self) -> str:
        return self.razon_social


class LogoTienda(models.Model):
    """El logo, ya revisado y vuelto a codificar. Aparte de ``Tienda``: cada venta lee la tienda, y esto pesa.

    Va en la base y no en un archivo: así lo llevan los respaldos y el traslado, y lo ven todos los procesos.
    """

    tienda = models.OneToOneField(
        Tienda, on_delete=models.CASCADE, primary_key=True, related_name="logo"
    )
    png = models.BinaryField()
    huella = models.CharField(max_length=16, help_text="Va en su dirección: si cambia, nadie ve el viejo.")

    class Meta:
        verbose_name = "logo de la tienda"
        verbose_name_plural = "logo de la tienda"

    def __str__(self) -> str:
        return f"logo {self.huella}"


class TasaIVA(models.Model):
    """Tasa de IVA que rige desde un día. La venta usa la última que ya empezó, y la guarda en cada línea."""

    desde = models.DateField(unique=True, help_text="Primer día (de la tienda) en que rige.")
    tasa = models.DecimalField(
        "tasa (%)",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        verbose_name = "tasa de IVA"
        verbose_name_plural = "tasas de IVA"
        ordering = ["-desde"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tasa__gte=0, tasa__lte=100), name="iva_entre_0_y_100"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tasa} % desde {self.desde}"


class ClaveIdempotencia(models.Model):
    """Una ``Idempotency-Key`` usada y la respuesta que recibió, escritas junto con lo que se hizo."""

    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    clave = models.CharField(max_length=64)
    huella = models.CharField(max_length=64)
    estado = models.PositiveSmallIntegerField(default=0)
    cuerpo = models.TextField(default="")
    creada = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "clave de idempotencia"
        verbose_name_plural = "claves de idempotencia"
        constraints = [
            models.UniqueConstraint(fields=["usuario", "clave"], name="clave_unica_por_usuario")
        ]

    def __str__(self) -> str:
        return self.clave[:12]
