"""Los códigos que esperan aprobación, y los que ya la tuvieron."""

from django.db.models import F, QuerySet

from productos.models import ProductoPendiente

ANCHOS_GTIN = (8, 12, 13, 14)


def pendientes_visibles(*, estado: str | None = None) -> QuerySet[ProductoPendiente]:
    """Del más nuevo al más viejo, con ``huella`` de su foto (nula si no tiene) y sin leerla: una consulta."""
    pendientes = (
        ProductoPendiente.objects.select_related("enviado_por", "resuelto_por")
        .annotate(huella=F("foto__huella"))
        .order_by("-pk")
    )
    return pendientes if estado is None else pendientes.filter(estado=estado)


def formas_de_escribir(clave: str) -> list[str]:
    """Los códigos que tienen ``clave``: un UPC-A y su EAN son el mismo, con ceros delante o sin ellos."""
    if len(clave) != max(ANCHOS_GTIN) or not clave.isdigit():
        return [clave]
    return [clave[-ancho:] for ancho in ANCHOS_GTIN if not clave[:-ancho].strip("0")]
