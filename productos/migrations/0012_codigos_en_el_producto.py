from django.db import migrations, models

from productos.disparadores import LOS_CODIGOS


class Migration(migrations.Migration):

    dependencies = [
        ('productos', '0011_lo_que_pide_atencion'),
    ]

    operations = [
        migrations.AddField(
            model_name='producto',
            name='codigo_principal',
            field=models.CharField(editable=False, help_text='El de sus códigos que es principal.', max_length=48, null=True),
        ),
        migrations.AddField(
            model_name='producto',
            name='otros_codigos',
            field=models.TextField(editable=False, help_text='Los demás, separados por comas.', null=True),
        ),
        LOS_CODIGOS.en_migracion(),
    ]
