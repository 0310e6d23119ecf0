
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('productos', '0004_valor_del_stock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proveedor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nombre', models.CharField(max_length=120)),
                ('nombre_normalizado', models.CharField(editable=False, max_length=120, unique=True)),
                ('rut', models.CharField(blank=True, max_length=9, null=True, unique=True, verbose_name='RUT')),
                ('contacto', models.CharField(blank=True, max_length=120)),
                ('correo', models.EmailField(blank=True, max_length=254)),
                ('telefono', models.CharField(blank=True, max_length=30, verbose_name='teléfono')),
                ('direccion', models.CharField(blank=True, max_length=160, verbose_name='dirección')),
                ('plazo_pago', models.PositiveSmallIntegerField(default=0, help_text='Días después de la compra; 0 es al contado.', validators=[django.core.validators.MaxValueValidator(365)], verbose_name='plazo de pago')),
                ('dias_entrega', models.PositiveSmallIntegerField(default=2, help_text='Desde que se le pide hasta que llega.', validators=[django.core.validators.MaxValueValidator(365)], verbose_name='días de entrega')),
                ('dias_entre_pedidos', models.PositiveSmallIntegerField(default=7, help_text='Cada cuánto se le pide: lo pedido debe alcanzar hasta el pedido siguiente.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='días entre pedidos')),
                ('condiciones', models.TextField(blank=True, help_text='Lo acordado con él, en palabras.')),
                ('estado', models.CharField(choices=[('Activo', 'Activo'), ('Inactivo', 'Inactivo')], default='Activo', max_length=8)),
            ],
            options={
                'verbose_name': 'proveedor',
                'verbose_name_plural': 'proveedores',
                'ordering': ['nombre_normalizado'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rut__isnull', True), ('rut__regex', '^[1-9][0-9]{0,7}[0-9K]$'), _connector='OR'), name='proveedor_rut_canonico'), models.CheckConstraint(condition=models.Q(('estado__in', ['Activo', 'Inactivo'])), name='proveedor_estado_conocido'), models.CheckConstraint(condition=models.Q(('dias_entre_pedidos__gte', 1)), name='proveedor_pide_cada_tanto')],
            },
        ),
        migrations.CreateModel(
            name='OrdenCompra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('estado', models.CharField(choices=[('borrador', 'Borrador'), ('enviada', 'Enviada'), ('parcialmente_recibida', 'Parcialmente recibida'), ('recibida', 'Recibida'), ('cerrada', 'Cerrada')], default='borrador', editable=False, max_length=21)),
                ('nota', models.TextField(blank=True, help_text='Va impresa en la orden.')),
                ('creada', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('enviada', models.DateTimeField(editable=False, null=True)),
                ('cerrada', models.DateTimeField(editable=False, null=True)),
                ('motivo_cierre', models.CharField(blank=True, editable=False, max_length=200, verbose_name='motivo del cierre')),
                ('autor', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proveedor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ordenes', to='compras.proveedor')),
            ],
            options={
                'verbose_name': 'orden de compra',
                'verbose_name_plural': 'órdenes de compra',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Compra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero_documento', models.CharField(max_length=40, verbose_name='número de documento')),
                ('clave_vigente', models.CharField(editable=False, max_length=40, null=True)),
                ('fecha_compra', models.DateField(db_index=True, verbose_name='fecha de compra')),
                ('fecha_registro', models.DateTimeField(verbose_name='ingresada')),
                ('neto', models.PositiveBigIntegerField(help_text='CLP sin IVA: la suma de sus líneas.')),
                ('anulada', models.DateTimeField(blank=True, null=True)),
                ('motivo_anulacion', models.CharField(blank=True, max_length=200, verbose_name='motivo de la anulación')),
                ('anulada_por', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('autor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('orden', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='compras', to='compras.ordencompra')),
                ('proveedor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='compras', to='compras.proveedor')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ProveedorProducto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('codigo_proveedor', models.CharField(blank=True, max_length=48, verbose_name='código del proveedor')),
                ('multiplo', models.DecimalField(decimal_places=3, default=Decimal('1'), help_text='Unidades o kilos por caja o bulto.', max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='se pide de a')),
                ('ultimo_costo', models.DecimalField(blank=True, decimal_places=6, help_text='CLP sin IVA por unidad o kilo.', max_digits=16, null=True, verbose_name='último costo')),
                ('ultima_compra', models.DateField(blank=True, null=True, verbose_name='última compra')),
                ('producto', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='productos.producto')),
                ('proveedor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='productos', to='compras.proveedor')),
            ],
            options={
                'verbose_name': 'producto de un proveedor',
                'verbose_name_plural': 'productos de un proveedor',
                'ordering': ['producto__nombre_normalizado', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DetalleCompra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveSmallIntegerField(help_text='Número de línea, desde 1.')),
                ('nombre', models.CharField(max_length=120)),
                ('codigo', models.CharField(blank=True, max_length=48)),
                ('unidad', models.CharField(max_length=2)),
                ('cantidad', models.DecimalField(decimal_places=3, max_digits=12)),
                ('costo_unitario', models.DecimalField(decimal_places=6, help_text='CLP sin IVA por unidad o kilo.', max_digits=16)),
                ('total', models.PositiveBigIntegerField(help_text='CLP sin IVA de la línea.')),
                ('compra', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='detalles', to='compras.compra')),
                ('producto', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='productos.producto')),
            ],
            options={
                'verbose_name': 'detalle de compra',
                'verbose_name_plural': 'detalles de compra',
                'ordering': ['compra_id', 'numero'],
                'constraints': [models.UniqueConstraint(fields=('compra', 'numero'), name='compra_linea_unica'), models.CheckConstraint(condition=models.Q(('cantidad__gt', 0)), name='compra_cantidad_positiva'), models.CheckConstraint(condition=models.Q(('costo_unitario__gte', 0)), name='compra_costo_no_negativo')],
            },
        ),
        migrations.CreateModel(
            name='LineaOrden',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cantidad', models.DecimalField(decimal_places=3, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))])),
                ('recibida', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=12)),
                ('costo_esperado', models.DecimalField(blank=True, decimal_places=6, help_text='CLP sin IVA por unidad o kilo.', max_digits=16, null=True)),
                ('razon', models.CharField(blank=True, editable=False, max_length=200, verbose_name='por qué')),
                ('producto', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='productos.producto')),
                ('orden', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lineas', to='compras.ordencompra')),
            ],
            options={
                'verbose_name': 'línea de la orden',
                'verbose_name_plural': 'líneas de la orden',
                'ordering': ['orden_id', 'id'],
                'constraints': [models.UniqueConstraint(fields=('orden', 'producto'), name='orden_producto_unico'), models.CheckConstraint(condition=models.Q(('cantidad__gte', 0), ('recibida__gte', 0)), name='orden_cantidades_no_negativas')],
            },
        ),
        migrations.AddIndex(
            model_name='ordencompra',
            index=models.Index(fields=['estado', '-id'], name='orden_estado'),
        ),
        migrations.AddConstraint(
            model_name='ordencompra',
            constraint=models.CheckConstraint(condition=models.Q(('estado__in', ['borrador', 'enviada', 'parcialmente_recibida', 'recibida', 'cerrada'])), name='orden_estado_conocido'),
        ),
        migrations.AddConstraint(
            model_name='compra',
            constraint=models.UniqueConstraint(fields=('proveedor', 'clave_vigente'), name='compra_documento_unico'),
        ),
        migrations.AddConstraint(
            model_name='compra',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anulada__isnull', True), ('clave_vigente__isnull', False)), models.Q(('anulada__isnull', False), ('clave_vigente__isnull', True)), _connector='OR'), name='compra_vigente_o_anulada'),
        ),
        migrations.AddConstraint(
            model_name='proveedorproducto',
            constraint=models.UniqueConstraint(fields=('proveedor', 'producto'), name='proveedor_producto_unico'),
        ),
        migrations.AddConstraint(
            model_name='proveedorproducto',
            constraint=models.CheckConstraint(condition=models.Q(('multiplo__gt', 0)), name='proveedor_multiplo_positivo'),
        ),
    ]
