"""Lo que el catálogo necesita para partir."""

from inventario.base.tareas import programar
from productos.models import PatronBalanza


def sembrar() -> None:
    """El patrón de balanza por omisión (24 + 5 de ítem + 5 de gramos + verificador) y las tareas del día."""
    PatronBalanza.objects.get_or_create(
        prefijo="24",
        defaults={"digitos_item": 5, "digitos_valor": 5, "valor": PatronBalanza.Valor.GRAMOS},
    )
    # Pasada la medianoche y con margen: la noche en que se adelanta la hora no hay 00:00.
    programar(nombre="precios del día", funcion="productos.tasks.precios_del_dia", cron="10 1 * * *")
    programar(
        nombre="descuentos vencidos", funcion="productos.tasks.quitar_descuentos", cron="20 1 * * *"
    )
    programar(
        nombre="vencimientos", funcion="productos.tasks.avisar_vencimientos", cron="0 8 * * *"
    )
