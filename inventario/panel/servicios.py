"""Lo único que el panel escribe: que alguien se llevó datos de una persona."""

from datetime import datetime

from inventario.base.actor import Actor
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar


@operacion
def anotar_descarga(*, actor: Actor, informe: str, cliente_id: int, ahora: datetime) -> None:
    """Registra que ``actor`` descargó un informe con los datos de un cliente."""
    registrar(
        actor=actor,
        tipo=TipoRegistro.DATOS_PERSONALES,
        mensaje=f"Descargó «{informe}»",
        objeto=("usuario", cliente_id),
        ahora=ahora,
    )
