"""Las cajas de la tienda y sus turnos: de la apertura con un fondo al informe Z."""

from django.conf import settings
from django.db import models

from inventario.base.actor import Actor


class Caja(models.Model):
    """Un cajón de dinero: el mesón, la terraza. No se borra: se deja inactiva."""

    nombre = models.CharField(max_length=60)
    nombre_normalizado = models.CharField(max_length=60, unique=True, editable=False)
    activa = models.BooleanField(default=True)

    class Meta:
        verbose_name = "caja"
        verbose_name_plural = "cajas"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.nombre


class CorrelativoZ(models.Model):
    """El último Z de una caja. Aparte de ella: abrir un turno lee la caja, y no debe esperar a un cierre."""

    caja = models.OneToOneField(
        Caja, on_delete=models.PROTECT, primary_key=True, related_name="correlativo_z"
    )
    ultimo = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "correlativo de Z"
        verbose_name_plural = "correlativos de Z"

    def __str__(self) -> str:
        return f"{self.caja_id}: {self.ultimo}"


class TurnoCajaQuerySet(models.QuerySet["TurnoCaja"]):
    def visibles(self, actor: Actor) -> "TurnoCajaQuerySet":
        """Un Administrador ve todos; los demás, los suyos."""
        return self if actor.es_administrador else self.filter(cajero=actor.usuario_id)

    def abiertos(self) -> "TurnoCajaQuerySet":
        return self.filter(cerrado=None)


class TurnoCaja(models.Model):
    """Un turno: quién tuvo qué caja, con cuánto abrió y qué contó al cerrar. Montos en CLP.

    ``abierta_en`` y ``abierto_por`` repiten la caja y el cajero mientras está abierto, y quedan nulos
    al cerrar: así la base no admite dos turnos abiertos de la misma caja ni de la misma persona, sin
    índices parciales, que MariaDB no tiene. Lo que debía haber se calcula y guarda sólo al cerrar.
    """

    caja = models.ForeignKey(Caja, on_delete=models.PROTECT, related_name="turnos")
    cajero = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="turnos_de_caja"
    )
    nombre_cajero = models.CharField("nombre del cajero", max_length=170)
    abierta_en = models.OneToOneField(
        Caja, on_delete=models.PROTECT, null=True, editable=False, related_name="turno_abierto"
    )
    abierto_por = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False,
        related_name="turno_abierto",
    )
    desde = models.DateTimeField(db_index=True)
    fondo_inicial = models.PositiveBigIntegerField(help_text="CLP con que se abrió.")
    cerrado = models.DateTimeField(null=True, db_index=True)
    cerrado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    conteo = models.JSONField(null=True, help_text="Denominación (CLP) → cuántos se contaron.")
    comentario = models.CharField(max_length=500, blank=True)
    contado = models.PositiveBigIntegerField(null=True, help_text="CLP.")
    esperado = models.BigIntegerField(null=True, help_text="CLP que debía haber.")
    diferencia = models.BigIntegerField(null=True, help_text="CLP: contado menos esperado.")
    numero_z = models.PositiveIntegerField(null=True, help_text="Correlativo de su caja, sin huecos.")
    totales = models.JSONField(null=True, help_text="Lo que el Z dice de ventas, pagos y movimientos, CLP.")
    cabeza_secuencia = models.BigIntegerField(null=True, help_text="Último sello de los registros.")
    cabeza_hash = models.CharField(max_length=64, blank=True)

    objects = TurnoCajaQuerySet.as_manager()

    class Meta:
        verbose_name = "turno de caja"
        verbose_name_plural = "turnos de caja"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["caja", "numero_z"], name="turno_z_unico"),
            models.CheckConstraint(
                condition=models.Q(cerrado=None, esperado=None, contado=None, abierta_en__isnull=False,
                                   abierto_por__isnull=False)
                | models.Q(cerrado__isnull=False, esperado__isnull=False, contado__isnull=False,
                           abierta_en=None, abierto_por=None),
                name="turno_abierto_o_contado",
            ),
            models.CheckConstraint(
                condition=models.Q(diferencia=None)
                | models.Q(contado=models.F("esperado") + models.F("diferencia")),
                name="turno_diferencia_por_resta",
            ),
        ]

    def __str__(self) -> str:
        return f"turno {self.pk} de {self.nombre_cajero}"

    @property
    def abierto(self) -> bool:
        return self.cerrado is None


class MovimientoCaja(models.Model):
    """Efectivo que entra al cajón o sale de él sin venta de por medio."""

    class Tipo(models.TextChoices):
        INGRESO = "ingreso", "Ingreso"
        RETIRO = "retiro", "Retiro"

    turno = models.ForeignKey(TurnoCaja, on_delete=models.PROTECT, related_name="movimientos")
    tipo = models.CharField(max_length=7, choices=Tipo)
    monto = models.PositiveBigIntegerField(help_text="CLP.")
    motivo = models.CharField(max_length=200)
    fecha = models.DateTimeField()
    autor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "movimiento de caja"
        verbose_name_plural = "movimientos de caja"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(monto__gt=0), name="movimiento_caja_positivo"),
            models.CheckConstraint(
                condition=models.Q(tipo__in=["ingreso", "retiro"]), name="movimiento_caja_tipo_conocido"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()} de {self.monto}"
