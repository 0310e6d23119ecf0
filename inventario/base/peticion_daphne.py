"""Un tope al cuerpo de una petición, en el propio daphne: mientras llega, no cuando terminó.

daphne guarda en disco el cuerpo entero antes de llamar a la aplicación, así que ningún límite de Django
llega a tiempo: cualquiera, sin cuenta, llenaría el disco de la tienda. En producción está además el de
nginx; en el modo embebido sólo éste.
"""

import json
import sys
from typing import Any

from django.conf import settings

_CUERPO = json.dumps(
    {
        "msg": "El contenido es demasiado grande",
        "codigo": "cuerpo_demasiado_grande",
        "errores": {},
    }
).encode()
_RESPUESTA = (
    b"HTTP/1.1 413 Content Too Large\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_CUERPO), _CUERPO)
)


def acotar_cuerpos() -> None:
    """Pone el tope en daphne, si es daphne quien sirve en este proceso."""
    daphne = sys.modules.get("daphne.http_protocol")
    if daphne is not None:
        daphne.WebRequest = _acotada(daphne.WebRequest, maximo=settings.CUERPO_MAXIMO)  # type: ignore[attr-defined]


def _acotada(peticion: Any, *, maximo: int) -> Any:
    class PeticionAcotada(peticion):  # type: ignore[misc]
        recibidos = 0
        rechazada = False

        def gotLength(self, length: int | None) -> None:
            super().gotLength(min(length, maximo) if length else length)
            if length and length > maximo:
                self._rechazar()

        def handleContentChunk(self, data: bytes) -> None:
            self.recibidos += len(data)
            if self.recibidos > maximo:
                self._rechazar()
            if not self.rechazada:
                super().handleContentChunk(data)

        def process(self) -> Any:
            return None if self.rechazada else super().process()

        def _rechazar(self) -> None:
            if not self.rechazada:
                self.rechazada = True
                self.channel.transport.write(_RESPUESTA)
                self.channel.loseConnection()

    return PeticionAcotada
