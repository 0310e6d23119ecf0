"""De dónde salen los folios. La costura donde se enchufa un rango autorizado (CAF) del SII.

Un folio es único por (emisor, tipo de documento), sin huecos ni repetidos: se toma al final de la
transacción, así que si ella se deshace, el folio nunca existió. Es la fila que todas las ventas
comparten; cuanto menos se tenga tomada, más ventas por segundo.
"""

from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from inventario.base.juntas import ejecutar, mandar
from inventario.base.motor import es_mariadb
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
        folio = _sumar(emisor_rut, tipo_dte)
        if folio is None:
            # El primer folio de este tipo. Si otra venta lo crea a la vez, esta espera en el
            # índice único, no inserta nada y suma sobre la fila de la otra.
            CorrelativoFolio.objects.bulk_create(
                [CorrelativoFolio(emisor_rut=emisor_rut, tipo_dte=tipo_dte)], ignore_conflicts=True
            )
            folio = _sumar(emisor_rut, tipo_dte)
        if folio is None:
            raise RuntimeError("el correlativo recién creado no está")
        return folio


def _sumar(emisor_rut: str, tipo_dte: TipoDTE) -> int | None:
    """Suma uno y lo devuelve, o ``None`` si no hay fila: bloquea, suma y lee en una sola ida.

    De aquí a la confirmación las demás ventas esperan.
    """
    dados: list[int] = []
    de_este = f"{CorrelativoFolio._meta.db_table} SET ultimo = {{}} WHERE emisor_rut = %s AND tipo_dte = %s"
    if es_mariadb():
        # MariaDB no devuelve filas de un UPDATE; LAST_INSERT_ID(x) vuelve en la misma respuesta.
        sql = f"UPDATE {de_este.format('LAST_INSERT_ID(ultimo + 1)')}"

        def leer(cursor: Any) -> None:
            dados.extend([cursor.lastrowid] if cursor.rowcount else [])
    else:
        sql = f"UPDATE {de_este.format('ultimo + 1')} RETURNING ultimo"

        def leer(cursor: Any) -> None:
            dados.extend(ultimo for (ultimo,) in cursor.fetchall())

    ejecutar(sql, [emisor_rut, tipo_dte.value], leer)
    # Con lo que esperaba su turno: así el folio, que todas comparten, se toma en la última ida.
    mandar()
    return next(iter(dados), None)


def tomar_folio(*, emisor_rut: str, tipo_dte: TipoDTE) -> int:
    """El folio siguiente de la fuente configurada. Lo último que hace una venta o devolución.

    Raises:
        Conflicto: la fuente no tiene más.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    fuente: FuenteDeFolios = import_string(settings.FUENTE_DE_FOLIOS)()
    return fuente.tomar(emisor_rut=emisor_rut, tipo_dte=tipo_dte)
