"""Productos, sus códigos, precios, descuentos y patrones de balanza."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from inventario.base.de_la_base import CodigoDeLaBase, DiaDeLaBase, NumeroDeLaBase, TextoDeLaBase
from inventario.base.decimal_exacto import DecimalExacto
from productos import reglas

CERO = Decimal(0)


class EstadoProducto(models.TextChoices):
    ACTIVO = "Activo"
    INACTIVO = "Inactivo"


class Unidad(models.TextChoices):
    """Cómo se mide: por unidades enteras o por kilo, con gramos (tres decimales)."""

    UNIDAD = "un", "Unidad"
    KILO = "kg", "Kilo"


class ClaseTributaria(models.TextChoices):
    AFECTO = "afecto", "Afecto a IVA"
    EXENTO = "exento", "Exento de IVA"


class Atencion(models.IntegerChoices):
    """Lo que el stock de un producto pide, esté activo o no."""

    AGOTADO = 1
    EN_MINIMO = 2, "En su mínimo"


class Categoria(models.Model):
    nombre = models.CharField(max_length=80)
    nombre_normalizado = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = "categoría"
        verbose_name_plural = "categorías"
        ordering = ["nombre_normalizado"]

    def __str__(self) -> str:
        return self.nombre


class ProductoQuerySet(models.QuerySet["Producto"]):
    def activos(self) -> "ProductoQuerySet":
        return self.filter(estado=EstadoProducto.ACTIVO)

    def stock_bajo(self) -> "ProductoQuerySet":
        return self.filter(stock__lte=models.F("stock_minimo"))

    def con_precio(self, hoy: date) -> "ProductoQuerySet":
        """Agrega ``precio_vigente``: el último precio que ya empezó ``hoy``, programado o no."""
        rige = (
            Precio.objects.filter(producto=models.OuterRef("pk"), desde__lte=hoy)
            .order_by("-desde", "-id")
            .values("precio")[:1]
        )
        # Si el último ya empezó es ése, y está en la fila; buscarlo entre todos, por producto, se notaba.
        return self.annotate(  # type: ignore[no-redef]
            precio_vigente=models.Case(
                models.When(ultimo_precio_desde__lte=hoy, then="ultimo_precio"),
                default=Coalesce(models.Subquery(rige), models.F("precio_venta")),
            )
        ).defer("ultimo_precio", "ultimo_precio_desde")

    def con_precio_atrasado(self, hoy: date) -> "ProductoQuerySet":
        """Aquellos cuyo ``precio_venta`` aún no es el que rige ``hoy``."""
        return self.con_precio(hoy).exclude(precio_venta=models.F("precio_vigente"))


class Producto(models.Model):
    """Lo que se vende. ``stock`` sólo lo cambia ``productos.kardex.mover_stock``."""

    nombre = models.CharField(max_length=120)
    nombre_normalizado = models.CharField(max_length=120, db_index=True, editable=False)
    descripcion = models.TextField("descripción", blank=True)
    categoria = models.ForeignKey(
        Categoria, on_delete=models.PROTECT, related_name="productos", verbose_name="categoría"
    )
    unidad = models.CharField(max_length=2, choices=Unidad, default=Unidad.UNIDAD)
    clase_tributaria = models.CharField(
        max_length=6, choices=ClaseTributaria, default=ClaseTributaria.AFECTO
    )
    precio_venta = models.PositiveIntegerField(
        "precio de venta", help_text="CLP por unidad o por kilo, IVA incluido."
    )
    costo_promedio = models.DecimalField(
        max_digits=16,
        decimal_places=6,
        default=CERO,
        editable=False,
        help_text="CLP sin IVA por unidad o por kilo, promedio ponderado: valor_stock / stock.",
    )
    valor_stock = DecimalExacto(
        max_digits=32,
        decimal_places=12,
        default=CERO,
        editable=False,
        help_text="CLP sin IVA de todo el stock.",
    )
    stock = models.DecimalField(max_digits=12, decimal_places=3, default=CERO, editable=False)
    stock_minimo = models.DecimalField(
        "stock mínimo", max_digits=12, decimal_places=3, default=CERO,
        validators=[MinValueValidator(CERO)],
    )
    por_lotes = models.BooleanField(
        "por lotes", default=False, help_text="Su stock se reparte en lotes, cada uno con su vencimiento."
    )
    fecha_vencimiento = models.DateField(
        "fecha de vencimiento", null=True, blank=True,
        help_text="Por lotes, la de lo primero que vence; la ponen sus lotes.",
    )
    estado = models.CharField(
        max_length=8, choices=EstadoProducto, default=EstadoProducto.ACTIVO
    )
    fecha_registro = models.DateTimeField(default=timezone.now, editable=False)
    # Las calcula la base, e indexadas dicen sin recorrer el catálogo qué pide atención: una venta
    # cambia el stock, pero casi nunca éstas. No se leen de un producto recién guardado: son de antes.
    atencion = models.GeneratedField(
        verbose_name="atención",
        expression=models.Case(
            models.When(stock=0, then=Atencion.AGOTADO),
            models.When(stock__lte=models.F("stock_minimo"), then=Atencion.EN_MINIMO),
        ),
        output_field=models.PositiveSmallIntegerField(choices=Atencion, null=True),
        db_persist=True,
        help_text="Agotado, en su mínimo o nada.",
    )
    vence_con_stock = models.GeneratedField(
        expression=models.Case(models.When(stock__gt=0, then="fecha_vencimiento")),
        output_field=models.DateField(null=True),
        db_persist=True,
        help_text="La fecha de vencimiento, si queda algo que venza.",
    )

    # Copia de sus ``CodigoBarras``, que la base lleva (``productos.disparadores``). Ninguno lleva comas.
    codigo_principal = CodigoDeLaBase(
        max_length=48, null=True, editable=False, help_text="El de sus códigos que es principal."
    )
    otros_codigos = TextoDeLaBase(null=True, editable=False, help_text="Los demás, separados por comas.")
    # Y del último de sus ``Precio``, haya empezado o no.
    ultimo_precio = NumeroDeLaBase(null=True, editable=False, help_text="CLP: el del último precio anotado.")
    ultimo_precio_desde = DiaDeLaBase(null=True, editable=False, help_text="Primer día en que ése rige.")

    objects = ProductoQuerySet.as_manager()

    # Lo que agregan las consultas; sin pedirlo a ellas, leerlo es un AttributeError.
    precio_vigente: int
    stock_vencido: Decimal

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock__gte=0), name="producto_stock_no_negativo"
            ),
            models.CheckConstraint(
                condition=models.Q(stock_minimo__gte=0), name="producto_minimo_no_negativo"
            ),
            models.CheckConstraint(
                condition=models.Q(costo_promedio__gte=0), name="producto_costo_no_negativo"
            ),
            models.CheckConstraint(
                condition=models.Q(precio_venta__gte=0), name="producto_precio_no_negativo"
            ),
            models.CheckConstraint(
                condition=models.Q(valor_stock__gte=0), name="producto_valor_no_negativo"
            ),
            models.CheckConstraint(
                condition=models.Q(unidad__in=Unidad.values), name="producto_unidad_conocida"
            ),
            models.CheckConstraint(
                condition=models.Q(clase_tributaria__in=ClaseTributaria.values),
                name="producto_clase_conocida",
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=EstadoProducto.values),
                name="producto_estado_conocido",
            ),
        ]
        indexes = [
            models.Index(fields=["estado", "categoria"], name="producto_estado_cat"),
            models.Index(fields=["estado", "atencion", "nombre_normalizado"], name="producto_atencion"),
            models.Index(fields=["estado", "vence_con_stock", "nombre_normalizado"], name="producto_vence"),
        ]

    def __str__(self) -> str:
        return self.nombre

    @property
    def por_kilo(self) -> bool:
        return self.unidad == Unidad.KILO

    @property
    def stock_vendible(self) -> Decimal:
        """Lo que no ha vencido. Pide ``con_vencido``."""
        return self.stock - self.stock_vencido

    def descuento_vigente(self, hoy: date) -> Decimal | None:
        """El descuento (%) que rige ``hoy``. Pide ``select_related("descuento")``."""
        leidos = self._state.fields_cache
        # Preguntarle al atributo por el que no tiene es una excepción por producto vendido.
        descuento = leidos["descuento"] if "descuento" in leidos else getattr(self, "descuento", None)
        if descuento is None:
            return None
        return reglas.descuento_vigente(descuento.porcentaje, descuento.ultimo_dia, hoy)

    def ultimo_si_ya_rige(self, hoy: date) -> int | None:
        """Su último precio (CLP), programado o no, si ya empezó ``hoy``: entonces es el que rige."""
        desde = self.ultimo_precio_desde
        return self.ultimo_precio if desde is not None and desde <= hoy else None

    def precio_final(self, hoy: date) -> int:
        """Lo que una venta cobra ``hoy`` (CLP por unidad o kilo). Pide ``con_precio(hoy)``."""
        return reglas.precio_final(self.precio_vigente, self.descuento_vigente(hoy))


class TotalProductos(models.Model):
    """Cuántos productos hay, activos o no: contarlos uno a uno tarda más mientras más haya.

    Una sola fila. La lleva la base (``productos.disparadores``) en la transacción que agrega o borra.
    """

    # Sin AUTO_INCREMENT: MariaDB no admite una columna así en un CHECK.
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    cuantos = models.IntegerField("cuántos", default=0)

    class Meta:
        verbose_name = "total de productos"
        verbose_name_plural = "total de productos"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="total_productos_es_uno_solo"),
            models.CheckConstraint(condition=models.Q(cuantos__gte=0), name="total_productos_no_negativo"),
        ]

    def __str__(self) -> str:
        return str(self.cuantos)


class Precio(models.Model):
    """Un precio de lista y desde qué día rige: historial y programación a la vez.

    Rige el de mayor (``desde``, ``id``) que ya empezó, haya corrido o no la tarea del día;
    ``Producto.precio_venta`` es la copia que esa tarea pone al día. No se edita.
    """

    producto = models.ForeignKey(Producto, on_delete=models.CASCADE, related_name="precios")
    precio = models.PositiveIntegerField(help_text="CLP por unidad o por kilo, IVA incluido.")
    desde = models.DateField(db_index=True, help_text="Primer día (de la tienda) en que rige.")
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fecha = models.DateTimeField(help_text="Cuándo se decidió.")
    motivo = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-desde", "-id"]
        indexes = [
            models.Index(fields=["producto", "-desde", "-id"], name="precio_producto_desde")
        ]

    def __str__(self) -> str:
        return f"{self.precio} desde {self.desde}"


class CodigoBarras(models.Model):
    """Un código con que se encuentra el producto; puede tener varios, uno es el principal.

    ``clave`` es la forma en que se compara (GTIN-14 si el código es un GTIN): así el UPC-A
    ``036000291452`` y el EAN ``0036000291452`` son uno. Ver ``productos.reglas``.
    """

    producto = models.ForeignKey(Producto, on_delete=models.CASCADE, related_name="codigos")
    codigo = models.CharField("código", max_length=48)
    clave = models.CharField(max_length=48, unique=True, editable=False)
    principal = models.BooleanField(
        null=True,
        default=None,
        choices=[(True, "Sí"), (None, "No")],
        help_text="Sí en uno solo por producto; el resto queda vacío.",
    )

    class Meta:
        verbose_name = "código de barras"
        verbose_name_plural = "códigos de barras"
        constraints = [
            # MariaDB no tiene índices únicos parciales; NULL no choca con NULL y hace lo mismo.
            models.UniqueConstraint(fields=["producto", "principal"], name="codigo_un_principal"),
            models.CheckConstraint(
                condition=models.Q(principal=True) | models.Q(principal__isnull=True),
                name="codigo_principal_si_o_nulo",
            ),
        ]

    def __str__(self) -> str:
        return self.codigo


class Descuento(models.Model):
    """Descuento de un producto, que rige hasta su último día inclusive (o sin fin, si es nulo)."""

    producto = models.OneToOneField(Producto, on_delete=models.CASCADE, related_name="descuento")
    porcentaje = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(CERO), MaxValueValidator(Decimal(100))],
    )
    ultimo_dia = models.DateField("último día", null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(porcentaje__gte=0, porcentaje__lte=100),
                name="descuento_entre_0_y_100",
            )
        ]

    def __str__(self) -> str:
        return f"{self.porcentaje} %"


class PatronBalanza(models.Model):
    """Forma de las etiquetas de la balanza de esta tienda; no hay norma nacional.

    ``prefijo`` + ``digitos_item`` + ``digitos_valor`` + 1 verificador = 13 dígitos.
    """

    class Valor(models.TextChoices):
        GRAMOS = "gramos", "Peso en gramos"
        PRECIO = "precio", "Precio en pesos"

    prefijo = models.CharField(max_length=4, unique=True)
    digitos_item = models.PositiveSmallIntegerField("dígitos del ítem", default=5)
    digitos_valor = models.PositiveSmallIntegerField("dígitos del valor", default=5)
    valor = models.CharField(max_length=6, choices=Valor, default=Valor.GRAMOS)
    activo = models.BooleanField(default=True)

    class Meta:
        verbose_name = "patrón de balanza"
        verbose_name_plural = "patrones de balanza"
        ordering = ["prefijo"]

    def __str__(self) -> str:
        return f"{self.prefijo} + {self.digitos_item} + {self.digitos_valor} ({self.valor})"
