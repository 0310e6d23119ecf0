"""Lo que rige una venta: las reglas de la tienda ese día, y a nombre de quién puede quedar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Subquery

from inventario.base.actor import Rol
from inventario.base.dinero import IVA_GENERAL
from inventario.base.models import TasaIVA, Tienda
from inventario.base.preparada import Preparada
from usuarios.models import Usuario


@dataclass(frozen=True, slots=True, kw_only=True)
class CondicionesDeVenta:
    """Lo que rige una venta ese día. Tasa y límite de descuento (del Cajero) en %; puntos, como en
    ``Tienda``.
    """

    emisor_rut: str
    pesos_por_punto: int
    valor_punto: int
    tasa_iva: Decimal
    exige_turno: bool
    limite_descuento: int
    permite_miscelaneo: bool


TIENDA: Preparada[Tienda] = Preparada(
    lambda hoy: Tienda.objects.only(
        "rut", "pesos_por_punto", "valor_punto", "exige_turno", "limite_descuento_cajero",
        "permite_miscelaneo",
    )
    .filter(pk=1)
    .annotate(
        tasa_que_rige=Subquery(
            TasaIVA.objects.filter(desde__lte=hoy).order_by("-desde").values("tasa")[:1]
        )
    )
)
"""La tienda, con la tasa de IVA que rige ``hoy`` (la última que ya empezó)."""


def condiciones_de_venta(hoy: date) -> CondicionesDeVenta:
    """Lo que rige una venta ``hoy``, en una consulta."""
    return condiciones_de(TIENDA(hoy=hoy))


def condiciones_de(tiendas: Sequence[Tienda]) -> CondicionesDeVenta:
    """De lo que dio ``TIENDA``."""
    [tienda] = tiendas
    rige: Decimal | None = tienda.tasa_que_rige  # type: ignore[attr-defined]
    return CondicionesDeVenta(
        emisor_rut=tienda.rut,
        pesos_por_punto=tienda.pesos_por_punto,
        valor_punto=tienda.valor_punto,
        tasa_iva=IVA_GENERAL if rige is None else rige,
        exige_turno=tienda.exige_turno,
        limite_descuento=tienda.limite_descuento_cajero,
        permite_miscelaneo=tienda.permite_miscelaneo,
    )


def nombre_de_cajero(id_cajero: int) -> str | None:
    """Nombre completo, si es un Cajero o Administrador activo."""
    usuario = (
        Usuario.objects.activos()
        .filter(pk=id_cajero, rol__in=[Rol.CAJERO, Rol.ADMINISTRADOR])
        .first()
    )
    return usuario.nombre_completo if usuario else None
