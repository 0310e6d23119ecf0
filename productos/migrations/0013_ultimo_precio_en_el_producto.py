from django.db import migrations, models

from productos.disparadores import EL_PRECIO


class Migration(migrations.Migration):

    dependencies = [
        ('productos', '0012_codigos_en_el_producto'),
    ]

    operations = [
        migrations.AddField(
            model_name='producto',
            name='ultimo_precio',
            field=models.PositiveIntegerField(editable=False, help_text='CLP: el del último precio anotado.', null=True),
        ),
        migrations.AddField(
            model_name='producto',
            name='ultimo_precio_desde',
            field=models.DateField(editable=False, help_text='Primer día en que ése rige.', null=True),
        ),
        EL_PRECIO.en_migracion(),
    ]
