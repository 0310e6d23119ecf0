import inventario.base.decimal_exacto
from decimal import Decimal
from django.db import migrations, models


def valorizar(apps, schema_editor):
    """Lo que ya había vale su stock por su costo; el kardex, lo que dice cada movimiento."""
    for nombre, cantidad, costo, campo in (
        ("Producto", "stock", "costo_promedio", "valor_stock"),
        ("MovimientoStock", "stock_resultante", "costo_promedio", "valor_resultante"),
        ("MovimientoStock", "cantidad", "costo_unitario", "valor"),
    ):
        modelo = apps.get_model("productos", nombre)
        filas = list(modelo.objects.all())
        for fila in filas:
            setattr(fila, campo, getattr(fila, cantidad) * getattr(fila, costo))
        modelo.objects.bulk_update(filas, [campo], batch_size=300)


class Migration(migrations.Migration):

    dependencies = [
        ('productos', '0003_precios_y_correccion_de_costo'),
    ]

    operations = [
        migrations.AddField(
            model_name='movimientostock',
            name='valor',
            field=inventario.base.decimal_exacto.DecimalExacto(decimal_places=12, default=Decimal('0'), help_text='CLP sin IVA de lo que se movió, con su signo: la suma es el valor del stock.', max_digits=32),
        ),
        migrations.AddField(
            model_name='movimientostock',
            name='valor_resultante',
            field=inventario.base.decimal_exacto.DecimalExacto(decimal_places=12, default=Decimal('0'), help_text='CLP sin IVA del stock que quedó.', max_digits=32),
        ),
        migrations.AddField(
            model_name='producto',
            name='valor_stock',
            field=inventario.base.decimal_exacto.DecimalExacto(decimal_places=12, default=Decimal('0'), editable=False, help_text='CLP sin IVA de todo el stock.', max_digits=32),
        ),
        migrations.RunPython(valorizar, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='producto',
            name='costo_promedio',
            field=models.DecimalField(decimal_places=6, default=Decimal('0'), editable=False, help_text='CLP sin IVA por unidad o por kilo, promedio ponderado: valor_stock / stock.', max_digits=16),
        ),
        migrations.AddConstraint(
            model_name='producto',
            constraint=models.CheckConstraint(condition=models.Q(('valor_stock__gte', 0)), name='producto_valor_no_negativo'),
        ),
    ]
