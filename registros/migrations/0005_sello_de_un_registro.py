import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registros', '0004_cadena'),
    ]

    operations = [
        # La columna (registro_id, única) es la misma: sólo cambia lo que Django sabe de ella.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='selloregistro', name='registro_id'),
                migrations.AddField(
                    model_name='selloregistro',
                    name='registro',
                    field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='sello', to='registros.registro'),
                    preserve_default=False,
                ),
            ],
        ),
    ]
