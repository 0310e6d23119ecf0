"""Lo que el catálogo necesita para partir."""

from productos.models import PatronBalanza


def sembrar() -> None:
    """El patrón de balanza por omisión (24 + 5 de ítem + 5 de gramos + verificador)."""
    PatronBalanza.objects.get_or_create(
        prefijo="24",
        defaults={"digitos_item": 5, "digitos_valor": 5, "valor": PatronBalanza.Valor.GRAMOS},
    )
