"""Los patrones de etiqueta de la balanza de la tienda."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.operacion import operacion
from productos.models import PatronBalanza
from registros.models import TipoRegistro
from registros.servicios import registrar

LARGO_SIN_VERIFICADOR = 12


class PrefijoDuplicado(Conflicto):
    """Dos patrones con el mismo prefijo leerían distinto la misma etiqueta."""

    codigo = "prefijo_duplicado"
    msg = "Ya hay un patrón de balanza con ese prefijo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosPatron:
    """Los campos de ``PatronBalanza``."""

    prefijo: str
    digitos_item: int
    digitos_valor: int
    valor: str
    activo: bool = True


@operacion
def guardar_patron(
    *, datos: DatosPatron, actor: Actor, ahora: datetime, patron_id: int | None = None
) -> PatronBalanza:
    """Agrega un patrón, o cambia el de ``patron_id``.

    Raises:
        Invalido: el prefijo no son dígitos, o las partes no suman 12 (el 13.º verifica).
        PrefijoDuplicado: otro patrón tiene ese prefijo.
    """
    _exigir_forma(datos)
    patron = (
        PatronBalanza() if patron_id is None
        else PatronBalanza.objects.select_for_update().get(pk=patron_id)
    )
    antes = None if patron_id is None else str(patron)
    activo_antes = None if patron_id is None else patron.activo
    for campo in ("prefijo", "digitos_item", "digitos_valor", "valor", "activo"):
        setattr(patron, campo, getattr(datos, campo))
    try:
        patron.save()
    except IntegrityError as error:
        raise PrefijoDuplicado from error
    registrar(
        actor=actor,
        tipo=TipoRegistro.TIENDA,
        mensaje=f"Patrón de balanza guardado: {patron.prefijo}",
        ahora=ahora,
        objeto=("patron_balanza", patron.pk),
        cambios={"patron": (antes, str(patron)), "activo": (activo_antes, patron.activo)},
    )
    return patron


def _exigir_forma(datos: DatosPatron) -> None:
    if not (datos.prefijo.isascii() and datos.prefijo.isdigit()):
        raise Invalido(errores={"prefijo": ["Debe tener sólo dígitos"]})
    if datos.digitos_item < 1 or datos.digitos_valor < 1:
        raise Invalido(errores={"digitos_item": ["El ítem y el valor necesitan un dígito al menos"]})
    if len(datos.prefijo) + datos.digitos_item + datos.digitos_valor != LARGO_SIN_VERIFICADOR:
        raise Invalido(
            errores={"digitos_valor": ["Prefijo, ítem y valor deben sumar 12 dígitos"]}
        )
