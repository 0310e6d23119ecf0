"""``ENGINE`` de los ajustes: el de Django, con menos idas y vueltas a la base."""

import contextlib
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction
from django.db.utils import IntegrityError
from django.utils.asyncio import async_unsafe
from MySQLdb import Error, OperationalError
from MySQLdb.constants import FIELD_TYPE

from inventario.base.tanda import SEPARADOR, Sentencia, correr

FRESCA_S = 1.0
"""Lo que una conexión que acaba de servir se supone viva. Si se cortó, esa petición falla, se la marca y
la siguiente pregunta."""

ABRIR = "START TRANSACTION"


class Cursor(base.CursorWrapper):
    """El de Django, que además abre la transacción junto con su primera sentencia."""

    def __init__(self, cursor: Any, de: "DatabaseWrapper") -> None:
        super().__init__(cursor)
        self._de = de

    def execute(self, query: Any, args: Any = None) -> Any:
        if not self._de.por_abrir:
            return super().execute(query, args)
        self._de.por_abrir = False
        super().execute(f"{ABRIR};{query}", args)
        self.nextset()
        return self.cursor.rowcount

    def executemany(self, query: Any, args: Any) -> Any:
        if self._de.por_abrir:
            self._de.por_abrir = False
            super().execute(ABRIR)
        return super().executemany(query, args)

    def nextset(self) -> Any:
        """La respuesta de la sentencia siguiente, de varias que fueron juntas."""
        try:
            return self.cursor.nextset()
        except OperationalError as error:
            _exigir_que_no_sea_de_integridad(error)
            raise


def _exigir_que_no_sea_de_integridad(error: BaseException) -> None:
    """Lo que mysqlclient no clasifica como la base: un CHECK que no se cumple es de integridad.

    Raises:
        IntegrityError: lo es.
    """
    if isinstance(error, OperationalError) and error.args[0] in Cursor.codes_for_integrityerror:
        raise IntegrityError(*error.args) from error


class Contestado:
    """La ``Respuesta`` de una sentencia que fue sin cursor."""

    __slots__ = ("_cruda", "_filas")

    def __init__(self, cruda: Any, filas: Sequence[Sequence[Any]]) -> None:
        self._cruda, self._filas = cruda, filas

    @property
    def rowcount(self) -> int:
        return int(self._cruda.affected_rows())

    @property
    def lastrowid(self) -> int:
        return int(self._cruda.insert_id())

    def fetchall(self) -> Sequence[Sequence[Any]]:
        return self._filas


class DatabaseWrapper(base.DatabaseWrapper):
    por_abrir = False
    """Hay que abrir una transacción y todavía no se le ha dicho a la base."""
    al_confirmar: Sequence[Sentencia] = ()
    """Lo último que se escribe, que va con el ``COMMIT`` en una sola ida (``inventario.base.juntas``)."""
    _preguntada = float("-inf")

    def is_usable(self) -> bool:
        if not self.errors_occurred and time.monotonic() - self._preguntada < FRESCA_S:
            return True
        viva: bool = super().is_usable()
        self._preguntada = time.monotonic() if viva else float("-inf")
        return viva

    def create_cursor(self, name: str | None = None) -> Cursor:
        return Cursor(self.connection.cursor(), self)

    def _start_transaction_under_autocommit(self) -> None:
        # Sin esto Django apaga y prende ``autocommit``: una ida más por transacción.
        with debug_transaction(self, ABRIR):
            self.por_abrir = True

    def _commit(self) -> None:
        if self.al_confirmar:
            self._escribir_lo_ultimo("COMMIT")
        elif self.por_abrir:
            self.por_abrir = False
        else:
            super()._commit()  # type: ignore[misc]

    def _savepoint(self, sid: str) -> None:
        # Lo que ya espera es de antes del punto: deshacerlo no se lo lleva.
        self.adelantar()
        super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        self.adelantar()
        super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.al_confirmar = ()
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def adelantar(self) -> None:
        """Escribe ya lo que esperaba al ``COMMIT``."""
        if self.al_confirmar:
            self._escribir_lo_ultimo()

    def _escribir_lo_ultimo(self, *tras: str) -> None:
        ultimas, self.al_confirmar = self.al_confirmar, ()
        correr(self, [*ultimas, *((sql, (), None) for sql in tras)])

    @async_unsafe
    def sin_cursor(self, sentencias: Sequence[Sentencia]) -> None:
        """``tanda.correr`` por la conexión de mysqlclient: sin el cursor de Django ni el de adentro, que
        gastaban el triple que ir a la base y volver.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.validate_no_broken_transaction()
        cruda: Any = self.connection
        sql = SEPARADOR.join([sql for sql, _, _ in sentencias])
        valores = tuple([cruda.literal(valor) for _, parametros, _ in sentencias for valor in parametros])
        if abrir := self.por_abrir:
            self.por_abrir = False
            sql = f"{ABRIR}{SEPARADOR}{sql}"
        with self.wrap_database_errors:
            try:
                cruda.query(sql.encode(cruda.encoding) % valores)
                for numero, (_, _, al_volver) in enumerate(sentencias):
                    if numero or abrir:
                        cruda.next_result()
                    filas = cruda.store_result().fetch_row(0) if cruda.field_count() else ()
                    if al_volver is not None:
                        al_volver(Contestado(cruda, filas))
            except BaseException as error:
                # La conexión no sirve para nada más mientras quede algo sin leer.
                with contextlib.suppress(Error):
                    while cruda.next_result() == 0:
                        cruda.discard_result()
                _exigir_que_no_sea_de_integridad(error)
                raise

    def _rollback(self) -> None:
        self.al_confirmar = ()
        if self.por_abrir:
            self.por_abrir = False
        else:
            super()._rollback()  # type: ignore[misc]

    def get_connection_params(self) -> dict[str, Any]:
        parametros: dict[str, Any] = super().get_connection_params()
        # La de mysqlclient la arma de a pedazos, en Python; en modo estricto no hay fechas en cero.
        parametros["conv"] = parametros["conv"] | {FIELD_TYPE.DATETIME: datetime.fromisoformat}
        return parametros

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        conexion = super().get_new_connection(conn_params)
        self._preguntada = time.monotonic()
        self.por_abrir, self.al_confirmar = False, ()
        return conexion
