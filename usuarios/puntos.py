"""Los puntos de un Cliente: la única puerta por la que cambian, siempre con su movimiento al lado."""

from datetime import datetime

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, NoExiste
from inventario.base.operacion import exigir_transaccion
from usuarios.models import MovimientoPuntos, Usuario


class PuntosInsuficientes(Conflicto):
    """Se quitarían más puntos de los que hay."""

    codigo = "puntos_insuficientes"
    msg = "El cliente no tiene puntos suficientes"


class ClienteNoExiste(NoExiste):
    """No hay usuario con ese id."""

    codigo = "cliente_no_existe"
    msg = "El cliente no existe"


def bloquear_cliente(id: int) -> Usuario:
    """Bloquea la fila del usuario ``id`` hasta el fin de la transacción, para mover sus puntos.

    No mira su rol ni su estado: una devolución también alcanza a quien ya no es Cliente activo.
    Se bloquea después de los productos y antes del folio.

    Raises:
        ClienteNoExiste: no hay usuario con ese id.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    cliente = Usuario.objects.select_for_update().filter(pk=id).first()
    if cliente is None:
        raise ClienteNoExiste
    return cliente


def mover_puntos(
    *,
    cliente: Usuario,
    tipo: MovimientoPuntos.Tipo,
    cantidad: int,
    actor: Actor,
    ahora: datetime,
    documento: tuple[str, int] | None = None,
    motivo: str = "",
) -> MovimientoPuntos:
    """Suma ``cantidad`` puntos (negativa: los quita) y escribe el movimiento con el saldo que deja.

    Args:
        cliente: recién bloqueado con ``bloquear_cliente``; su ``puntos`` queda al día.
        cantidad: puntos, distinta de cero.
        documento: (tipo, id) de lo que lo causó, p. ej. ``("venta", 7)``.

    Raises:
        PuntosInsuficientes: el saldo quedaría bajo cero; trae ``puntos``, los que hay.
        ValueError: ``cantidad`` es cero.
        RuntimeError: no hay transacción abierta.
    """
    exigir_transaccion()
    if cantidad == 0:
        raise ValueError("un movimiento de puntos no puede ser de cero")
    saldo = cliente.puntos + cantidad
    if saldo < 0:
        raise PuntosInsuficientes(datos={"puntos": cliente.puntos})
    Usuario.objects.filter(pk=cliente.pk).update(puntos=saldo)
    cliente.puntos = saldo
    documento_tipo, documento_id = documento or ("", None)
    return MovimientoPuntos.objects.create(
        usuario=cliente,
        tipo=tipo,
        cantidad=cantidad,
        saldo=saldo,
        documento_tipo=documento_tipo,
        documento_id=documento_id,
        autor_id=actor.usuario_id,
        motivo=motivo[:200],
        fecha=ahora,
    )
