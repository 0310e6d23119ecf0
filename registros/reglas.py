"""La cadena de los registros: qué se resume, cómo, y por qué borrar un dato personal no la corta.

Cada registro confirmado recibe un *sello*: un lugar en la cadena (1, 2, 3…) y

    hash = SHA-256( versión ∥ hash anterior ∥ secuencia ∥ lo fijo ∥ huella )
    huella = SHA-256( sal ∥ lo borrable )

- **Lo fijo** (qué clase de hecho, cuándo, quién, sobre qué, por qué puerta) no se borra nunca: no dice
  de nadie más que números internos.
- **Lo borrable** (mensaje, descripción, antes y después de cada campo, IP, dispositivo) puede llevar
  datos personales (Ley 21.719). Entra a la cadena sólo por su huella, que el sello guarda: si el dato
  se borra, la huella queda y la cadena sigue cerrando.
- **La sal**, al azar y distinta en cada fila, se borra junto con el dato. Sin ella la huella no
  delata nada: un RUT o un teléfono se adivinan probándolos todos; con 128 bits desconocidos, no.

Puro: ni base de datos ni reloj.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

VERSION = "inventario.registros.1"
GENESIS = "0" * 64
"""Hash anterior del primer sello."""

FIJO = (
    "id",
    "tipo",
    "fecha_y_hora",
    "fecha_cliente",
    "usuario_id",
    "escrito_por_id",
    "externo",
    "objeto_tipo",
    "objeto_id",
    "puerta",
    "peticion_id",
)
BORRABLE = ("mensaje", "descripcion", "cambios", "ip", "dispositivo")
BORRADO: dict[str, Any] = {
    "mensaje": "(datos personales borrados)",
    "descripcion": "",
    "cambios": {},
    "ip": None,
    "dispositivo": "",
    "busqueda": "",
    "sal": "",
}
"""Lo que queda en una fila cuyos datos personales se borraron."""


def canonico(valores: Any) -> bytes:
    """Una sola forma de escribir los mismos valores: JSON sin espacios, claves en orden, instantes en UTC."""
    return json.dumps(
        valores, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_instante
    ).encode()


def huella(sal: str, fila: Mapping[str, Any]) -> str:
    """Resumen hexadecimal de lo borrable de ``fila`` con su ``sal`` (hexadecimal)."""
    return _sha256(bytes.fromhex(sal), canonico([fila[campo] for campo in BORRABLE]))


def hash_de(*, anterior: str, secuencia: int, huella: str, fila: Mapping[str, Any]) -> str:
    """Hash hexadecimal del sello ``secuencia``, encadenado al ``anterior``."""
    fijo = [fila[campo] for campo in FIJO]
    return _sha256(canonico([VERSION, anterior, secuencia, fijo, huella]))


def esta_borrado(fila: Mapping[str, Any]) -> bool:
    """Si lo borrable de ``fila`` quedó de verdad vacío."""
    return all(fila[campo] == BORRADO[campo] for campo in BORRABLE)


def _instante(valor: object) -> str:
    if isinstance(valor, datetime):
        return valor.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise TypeError(f"no se puede resumir un {type(valor).__name__}")


def _sha256(*partes: bytes) -> str:
    resumen = hashlib.sha256()
    for parte in partes:
        resumen.update(parte)
    return resumen.hexdigest()
