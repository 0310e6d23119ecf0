"""Lo vendido por hora y por producto, sumado por la misma transacción que vende o devuelve."""

from django.conf import settings
from django.db import models

from productos.models import Producto
from ventas.reglas.tipos import FormaPago


class ResumenVentas(models.Model):
    """Lo vendido y devuelto en una hora de la tienda, por cajero y forma de pago.

    La escribe la misma transacción que vende o devuelve (``ventas.resumenes``). La fila es del
    cajero: dos cajas no se esperan por ella, y un mismo cajero vende de a una. Lo del documento va
    en la forma de pago principal de la venta; ``pagado``, en cada forma con que se pagó.
    Lo devuelto resta en su propio día y hora, al cajero que había vendido.
    """

    pk = models.CompositePrimaryKey("dia", "hora", "cajero_id", "forma_pago")
    dia = models.DateField(help_text="Día de la tienda.")
    hora = models.PositiveSmallIntegerField(help_text="0 a 23, hora de la tienda.")
    cajero = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    forma_pago = models.PositiveSmallIntegerField(choices=FormaPago.opciones())
    ventas = models.IntegerField(default=0)
    devoluciones = models.IntegerField(default=0)
    vendido = models.BigIntegerField(default=0, help_text="CLP: total de las ventas.")
    devuelto = models.BigIntegerField(default=0, help_text="CLP: total de las notas de crédito.")
    sin_iva = models.BigIntegerField(default=0, help_text="CLP: neto más exento, menos lo devuelto.")
    exento = models.BigIntegerField(default=0, help_text="CLP, menos lo devuelto.")
    iva = models.BigIntegerField(default=0, help_text="CLP, menos lo devuelto.")
    costo = models.BigIntegerField(default=0, help_text="CLP sin IVA de lo vendido, menos lo devuelto.")
    pagado = models.BigIntegerField(default=0, help_text="CLP pagados menos reembolsados de esta forma.")

    class Meta:
        verbose_name = "resumen de ventas"
        verbose_name_plural = "resúmenes de ventas"

    def __str__(self) -> str:
        return f"{self.dia} {self.hora}:00"


class ResumenProducto(models.Model):
    """Lo vendido menos lo devuelto de un producto en un día; la venta ya tiene bloqueado su producto."""

    pk = models.CompositePrimaryKey("dia", "producto_id")
    dia = models.DateField(help_text="Día de la tienda.")
    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="+")
    milesimas = models.BigIntegerField(
        default=0, help_text="Milésimas de unidad o de kilo: enteros, que SQLite suma sin error."
    )
    vendido = models.BigIntegerField(default=0, help_text="CLP.")
    devuelto = models.BigIntegerField(default=0, help_text="CLP.")
    sin_iva = models.BigIntegerField(default=0, help_text="CLP sin IVA, menos lo devuelto.")
    costo = models.BigIntegerField(default=0, help_text="CLP sin IVA, menos lo devuelto.")

    class Meta:
        verbose_name = "resumen de producto"
        verbose_name_plural = "resúmenes de productos"

    def __str__(self) -> str:
        return f"{self.producto_id} el {self.dia}"


class ConteoVentas(models.Model):
    """Lo de un cajero en un día: cuántas ventas y líneas (contarlas una a una tarda con los años), y su suma.

    De aquí sale ``X-Total-Count``: lo devuelto no resta en ``ventas`` ni ``lineas``, que siguen ahí. Los
    montos son los de ``ResumenVentas`` en una fila, y no en una por hora y forma de pago: para sumar meses.
    """

    pk = models.CompositePrimaryKey("dia", "cajero_id")
    dia = models.DateField(help_text="Día de la tienda.")
    cajero = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ventas = models.IntegerField(default=0)
    lineas = models.IntegerField("líneas", default=0)
    devoluciones = models.IntegerField(default=0)
    vendido = models.BigIntegerField(default=0, help_text="CLP: total de las ventas.")
    devuelto = models.BigIntegerField(default=0, help_text="CLP: total de las notas de crédito.")
    sin_iva = models.BigIntegerField(default=0, help_text="CLP: neto más exento, menos lo devuelto.")
    costo = models.BigIntegerField(default=0, help_text="CLP sin IVA de lo vendido, menos lo devuelto.")

    class Meta:
        verbose_name = "conteo de ventas"
        verbose_name_plural = "conteos de ventas"

    def __str__(self) -> str:
        return f"{self.ventas} de {self.cajero_id} el {self.dia}"


class ResumenMiscelaneo(models.Model):
    """Como ``ResumenProducto``, de lo que un cajero vendió en un día sin ficha. La fila es del cajero."""

    pk = models.CompositePrimaryKey("dia", "cajero_id")
    dia = models.DateField(help_text="Día de la tienda.")
    cajero = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    milesimas = models.BigIntegerField(default=0, help_text="Milésimas de unidad.")
    vendido = models.BigIntegerField(default=0, help_text="CLP.")
    devuelto = models.BigIntegerField(default=0, help_text="CLP.")
    sin_iva = models.BigIntegerField(default=0, help_text="CLP sin IVA, menos lo devuelto.")
    costo = models.BigIntegerField(default=0, help_text="CLP: siempre cero, no se conoce.")

    class Meta:
        verbose_name = "resumen de misceláneos"
        verbose_name_plural = "resúmenes de misceláneos"

    def __str__(self) -> str:
        return f"misceláneos de {self.cajero_id} el {self.dia}"


class ResumenReciente(models.Model):
    """Lo vendido menos lo devuelto de un producto en los últimos días cerrados (``ventas.recientes``)."""

    pk = models.CompositePrimaryKey("hasta", "documentos", "producto_id")
    hasta = models.DateField(help_text="El último de esos días, inclusive.")
    documentos = models.BigIntegerField(help_text="Ventas y notas de crédito que esos días tenían al sumar.")
    producto = models.ForeignKey(Producto, on_delete=models.PROTECT, related_name="+")
    venta = models.BigIntegerField(help_text="CLP.")

    class Meta:
        verbose_name = "resumen reciente"
        verbose_name_plural = "resúmenes recientes"
        indexes = [models.Index(fields=["hasta", "documentos", "-venta"], name="resumenreciente_mayores")]

    def __str__(self) -> str:
        return f"{self.producto_id} hasta el {self.hasta}"
