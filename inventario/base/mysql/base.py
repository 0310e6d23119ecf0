"""``ENGINE`` de los ajustes: el de Django, con menos idas y vueltas a la base."""

import time
from typing import Any

from django.db.backends.mysql import base

FRESCA_S = 1.0
"""Lo que una conexión que acaba de servir se supone viva. Si se cortó, esa petición falla, se la marca y
la siguiente pregunta."""


class DatabaseWrapper(base.DatabaseWrapper):
    _preguntada = float("-inf")

    def is_usable(self) -> bool:
        if not self.errors_occurred and time.monotonic() - self._preguntada < FRESCA_S:
            return True
        viva: bool = super().is_usable()
        self._preguntada = time.monotonic() if viva else float("-inf")
        return viva

    def _start_transaction_under_autocommit(self) -> None:
        # Sin esto Django apaga y prende ``autocommit``: una ida más por transacción.
        with self.cursor() as cursor:
            cursor.execute("START TRANSACTION")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        conexion = super().get_new_connection(conn_params)
        self._preguntada = time.monotonic()
        return conexion
