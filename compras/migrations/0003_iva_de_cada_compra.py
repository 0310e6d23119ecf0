from django.db import migrations, models
from django.db.models import Sum

from inventario.base.dinero import IVA_GENERAL, iva_sobre


def calcular(apps, schema_editor):
    """Lo ya comprado: con la clase que sus productos tienen hoy, que es lo que el informe usaba."""
    Compra = apps.get_model("compras", "Compra")
    DetalleCompra = apps.get_model("compras", "DetalleCompra")
    TasaIVA = apps.get_model("base", "TasaIVA")
    Producto = apps.get_model("productos", "Producto")
    exentos = Producto.objects.filter(clase_tributaria="exento")
    DetalleCompra.objects.filter(producto__in=exentos.values("pk")).update(exenta=True)
    exento = dict(
        DetalleCompra.objects.filter(exenta=True).order_by()
        .values_list("compra_id").annotate(Sum("total"))
    )
    tasas = list(TasaIVA.objects.order_by("-desde").values_list("desde", "tasa"))
    lote = []
    for compra in Compra.objects.only("neto", "fecha_compra").iterator(chunk_size=1000):
        compra.exento = exento.get(compra.pk, 0)
        tasa = next((t for desde, t in tasas if desde <= compra.fecha_compra), IVA_GENERAL)
        compra.iva = iva_sobre(compra.neto - compra.exento, tasa)
        lote.append(compra)
    Compra.objects.bulk_update(lote, ["exento", "iva"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("compras", "0002_lote_de_cada_linea"),
        ("base", "0001_initial"),
        ("productos", "0004_valor_del_stock"),
    ]

    operations = [
        migrations.AddField(
            model_name="compra",
            name="exento",
            field=models.PositiveBigIntegerField(
                db_default=0, help_text="CLP: la parte del neto que no pagó IVA."
            ),
        ),
        migrations.AddField(
            model_name="compra",
            name="iva",
            field=models.PositiveBigIntegerField(
                db_default=0, help_text="CLP, a la tasa de su día o el que dice su documento.",
                verbose_name="IVA",
            ),
        ),
        migrations.AddField(
            model_name="detallecompra",
            name="exenta",
            field=models.BooleanField(db_default=False, help_text="Si el producto no pagaba IVA."),
        ),
        migrations.RunPython(calcular, migrations.RunPython.noop),
    ]
