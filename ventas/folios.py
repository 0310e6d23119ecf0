"""De dónde salen los folios. La costura donde se enchufa un rango autorizado (CAF) del SII.

Un folio es único por (emisor, tipo de documento), sin huecos ni repetidos: se toma al final de la
transacción, así que si ella se deshace, el folio nunca existió. Es la fila que todas las ventas
comparten; cuanto menos se tenga tomada, más ventas por segundo: en MariaDB se toma, se pone en el documento
y se confirma en una sola ida, y el número se sabe con la respuesta.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from inventario.base.juntas import ejecutar
from inventario.base.motor import es_mariadb
from inventario.base.operacion import Remediable, exigir_transaccion
from ventas.models import CorrelativoFolio, Devolucion, Venta
from ventas.reglas.tipos import TipoDTE


@dataclass(slots=True)
class Folio:
    """Un folio tomado.

    Args:
        numero: ``None`` mientras la base no conteste.
        sql: cómo lo nombra la sentencia que sigue a la que lo tomó; vacío, por su número.
    """

    numero: int | None = None
    sql: str = ""

    @property
    def expresion(self) -> str:
        return self.sql or str(int(self.numero or 0))


class FuenteDeFolios(Protocol):
    """Lo que hay que cumplir para dar folios; la clase se nombra en el ajuste ``FUENTE_DE_FOLIOS``."""

    def tomar(self, *, emisor_rut: str, tipo_dte: TipoDTE) -> Folio:
        """El folio siguiente, reservado hasta el fin de la transacción abierta.

        Raises:
            Conflicto: no quedan folios (un rango agotado).
        """
        ...


class SinCorrelativo(Remediable):
    """Es el primer folio de ese emisor y tipo: falta la fila que los cuenta."""

    def __init__(self, emisor_rut: str, tipo_dte: TipoDTE) -> None:
        super().__init__(f"no hay correlativo de {tipo_dte.label} para {emisor_rut}")
        self.fila = CorrelativoFolio(emisor_rut=emisor_rut, tipo_dte=tipo_dte.value)

    def remediar(self) -> None:
        # Otra venta pudo crearla a la vez: es la misma.
        CorrelativoFolio.objects.bulk_create([self.fila], ignore_conflicts=True)


class Correlativo:
    """1, 2, 3… por (emisor, tipo), en una fila por cada uno."""

    def tomar(self, *, emisor_rut: str, tipo_dte: TipoDTE) -> Folio:
        """Suma uno a la fila, y la bloquea: de ahí a la confirmación las demás ventas esperan.

        Raises:
            SinCorrelativo: no hay fila. En MariaDB la base tampoco acepta el documento (folio 0), y lo que
                iba detrás no se corre.
        """
        folio = Folio()
        tabla = CorrelativoFolio._meta.db_table
        de_este = f"{tabla} SET ultimo = {{}} WHERE emisor_rut = %s AND tipo_dte = %s"
        if es_mariadb():
            # MariaDB no devuelve filas de un UPDATE; LAST_INSERT_ID(x) vuelve en la misma respuesta.
            sql = f"UPDATE {de_este.format('LAST_INSERT_ID(ultimo + 1)')}"
            folio.sql = "IF(ROW_COUNT() = 1, LAST_INSERT_ID(), 0)"

            def dado(cursor: Any) -> int | None:
                return cursor.lastrowid if cursor.rowcount == 1 else None
        else:
            sql = f"UPDATE {de_este.format('ultimo + 1')} RETURNING ultimo"

            def dado(cursor: Any) -> int | None:
                return next((ultimo for (ultimo,) in cursor.fetchall()), None)

        def leer(cursor: Any) -> None:
            folio.numero = dado(cursor)
            if folio.numero is None:
                raise SinCorrelativo(emisor_rut, tipo_dte)

        ejecutar(sql, [emisor_rut, tipo_dte.value], leer)
        return folio


def numerar(documento: Venta | Devolucion) -> None:
    """Le pone el folio siguiente de la fuente configurada. Lo último que hace una venta o devolución.

    Dentro de ``juntas`` el número llega cuando la sentencia sale. Una venta sin referencia del cliente
    queda con él en ``numero_documento``.

    Raises:
        Conflicto: la fuente no tiene más.
        SinCorrelativo: repetible; al pedirlo, o cuando la sentencia sale.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    fuente: FuenteDeFolios = import_string(settings.FUENTE_DE_FOLIOS)()
    folio = fuente.tomar(emisor_rut=documento.emisor_rut, tipo_dte=TipoDTE(documento.tipo_dte))
    columnas = ["folio"]
    sin_referencia = documento if isinstance(documento, Venta) and not documento.numero_documento else None
    if sin_referencia:
        columnas.append("numero_documento")

    def poner(_: Any) -> None:
        documento.folio = folio.numero
        if sin_referencia:
            sin_referencia.numero_documento = str(folio.numero)

    asignar = ", ".join(f"{columna} = {folio.expresion}" for columna in columnas)
    ejecutar(
        f"UPDATE {documento._meta.db_table} SET {asignar} WHERE id = %s",  # noqa: S608
        [documento.pk],
        poner,
    )
