"""De dónde salen los folios. La costura donde se enchufa un rango autorizado (CAF) del SII.

Un folio es único por (emisor, tipo de documento), sin huecos ni repetidos: se toma al final de la
transacción, así que si ella se deshace, el folio nunca existió. Es la fila que todas las ventas
comparten; cuanto menos se tenga tomada, más ventas por segundo.
"""

from typing import Protocol

from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from inventario.base.operacion import exigir_transaccion
from ventas.models import CorrelativoFolio
from ventas.reglas.tipos import TipoDTE


class FuenteDeFolios(Protocol):
    """Lo que hay que cumplir para dar folios; la clase se nombra en el ajuste ``FUENTE_DE_FOLIOS``."""

    def tomar(self, *, emisor_rut: str, tipo_dte: TipoDTE) -> int:
        """El folio siguiente, reservado hasta el fin de la transacción abierta.

        Raises:
            Conflicto: no quedan folios (un rango agotado).
        """
        ...


class Correlativo:
    """1, 2, 3… por (emisor, tipo), en una fila por cada uno."""

    def tomar(self, *, emisor_rut: str, tipo_dte: TipoDTE) -> int:
        fila = CorrelativoFolio.objects.filter(emisor_rut=emisor_rut, tipo_dte=tipo_dte)
        # El UPDATE bloquea y suma en una sentencia: nadie lee el mismo número entremedio.
        if not fila.update(ultimo=F("ultimo") + 1):
            # El primer folio de este tipo. Si otra venta lo crea a la vez, esta espera en el
            # índice único, no inserta nada y suma sobre la fila de la otra.
            CorrelativoFolio.objects.bulk_create(
                [CorrelativoFolio(emisor_rut=emisor_rut, tipo_dte=tipo_dte)], ignore_conflicts=True
            )
            fila.update(ultimo=F("ultimo") + 1)
        return fila.values_list("ultimo", flat=True).get()


def tomar_folio(*, emisor_rut: str, tipo_dte: TipoDTE) -> int:
    """El folio siguiente de la fuente configurada. Lo último que hace una venta o devolución.

    Raises:
        Conflicto: la fuente no tiene más.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    fuente: FuenteDeFolios = import_string(settings.FUENTE_DE_FOLIOS)()
    return fuente.tomar(emisor_rut=emisor_rut, tipo_dte=tipo_dte)
