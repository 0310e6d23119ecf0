"""Casos de uso: pedir una autorización, aprobarla o rechazarla. Gastarla es parte de lo que ampara."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inventario.base.actor import Actor, Rol
from inventario.base.errores import Conflicto, NoAutenticado, NoExiste, SinPermiso
from inventario.base.operacion import operacion
from productos.models import Producto
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.ingreso import CredencialesMalas, confirmar_con_pin
from usuarios.models import Notificacion, Usuario
from usuarios.notificaciones import Aviso, notificar, notificar_a_administradores
from ventas.models import Autorizacion
from ventas.reglas.autorizacion import DURA, Accion, huella

ID_MAXIMO = 2**63
OBJETO = "autorizacion"
"""Cómo nombran los registros a una autorización."""


class AutorizacionNoExiste(NoExiste):
    """No hay tal autorización, o quien pregunta no la ve."""

    codigo = "autorizacion_no_existe"
    msg = "La autorización no existe"


class AutorizacionResuelta(Conflicto):
    """Ya la aprobaron, la rechazaron o venció."""

    codigo = "autorizacion_resuelta"
    msg = "Esa autorización ya se resolvió o venció"


def pedir_con_pin(
    *, actor: Actor, accion: Accion, objeto: Mapping[str, Any], rut: str, pin: str, ahora: datetime
) -> Autorizacion:
    """Aprobada en el acto por un Administrador que escribe su PIN en la caja de quien la pide.

    Raises:
        CredencialesMalas: el RUT o el PIN no son de un Administrador; no se dice cuál.
        CuentaInactiva, IngresoFrenado: como al ingresar, y con el mismo freno.
    """

    def aprobar(supervisor: Usuario, quien: Actor, cuando: datetime) -> Autorizacion | NoAutenticado:
        if supervisor.rol != Rol.ADMINISTRADOR:
            return CredencialesMalas()
        autorizacion = _crear(actor, solicitante_id, accion, objeto, cuando)
        _resolver(autorizacion, quien, Autorizacion.Estado.APROBADA, cuando)
        return autorizacion

    solicitante_id = _del_personal(actor)
    return confirmar_con_pin(rut=rut, pin=pin, actor=actor, ahora=ahora, al_entrar=aprobar)


@operacion
def pedir(*, actor: Actor, accion: Accion, objeto: Mapping[str, Any], ahora: datetime) -> Autorizacion:
    """Queda pendiente, y cada Administrador recibe el aviso en sus dispositivos."""
    autorizacion = _crear(actor, _del_personal(actor), accion, objeto, ahora)
    aviso = _aviso(autorizacion, "Piden su autorización", f"{actor.nombre}: {autorizacion.resumen}")
    notificar_a_administradores(avisos=[aviso], ahora=ahora)
    return autorizacion


@operacion
def resolver(*, actor: Actor, id_autorizacion: int, aprobar: bool, ahora: datetime) -> Autorizacion:
    """Un Administrador, desde lo suyo, la aprueba o la rechaza; a quien la pidió le llega el aviso.

    Raises:
        AutorizacionNoExiste, AutorizacionResuelta: según digan.
    """
    if not actor.es_administrador:
        raise SinPermiso
    autorizacion = Autorizacion.objects.select_for_update().filter(pk=id_autorizacion).first()
    if autorizacion is None:
        raise AutorizacionNoExiste
    if autorizacion.estado != Autorizacion.Estado.PENDIENTE or autorizacion.vence <= ahora:
        raise AutorizacionResuelta
    estado = Autorizacion.Estado.APROBADA if aprobar else Autorizacion.Estado.RECHAZADA
    _resolver(autorizacion, actor, estado, ahora)
    titulo = "Autorización aprobada" if aprobar else "Autorización rechazada"
    notificar(
        usuarios=[autorizacion.solicitante_id],
        avisos=[_aviso(autorizacion, titulo, f"{actor.nombre}: {autorizacion.resumen}")],
        ahora=ahora,
    )
    return autorizacion


def _del_personal(actor: Actor) -> int:
    if actor.usuario_id is None or not actor.es_personal:
        raise SinPermiso
    return actor.usuario_id


def _crear(
    actor: Actor, solicitante_id: int, accion: Accion, objeto: Mapping[str, Any], ahora: datetime
) -> Autorizacion:
    autorizacion = Autorizacion.objects.create(
        accion=accion.value, huella=huella(accion, objeto), objeto=dict(objeto),
        resumen=_resumen(accion, objeto), solicitante_id=solicitante_id, creada=ahora,
        vence=ahora + DURA,
    )
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, ahora=ahora, objeto=(OBJETO, autorizacion.pk),
        mensaje=f"Pidió autorización: {autorizacion.resumen}",
    )
    return autorizacion


def _resolver(
    autorizacion: Autorizacion, actor: Actor, estado: Autorizacion.Estado, ahora: datetime
) -> None:
    autorizacion.estado, autorizacion.supervisor_id = estado, actor.usuario_id
    autorizacion.resuelta, autorizacion.vence = ahora, ahora + DURA
    autorizacion.save(update_fields=["estado", "supervisor", "resuelta", "vence"])
    verbo = "Aprobó" if estado == Autorizacion.Estado.APROBADA else "Rechazó"
    registrar(
        actor=actor, tipo=TipoRegistro.CAJA, ahora=ahora, objeto=(OBJETO, autorizacion.pk),
        mensaje=f"{verbo} la autorización {autorizacion.pk}: {autorizacion.resumen}",
        descripcion=f"La pidió {autorizacion.solicitante.nombre_completo}",
        cambios={"estado": (Autorizacion.Estado.PENDIENTE.value, estado.value)},
    )


def _aviso(autorizacion: Autorizacion, titulo: str, mensaje: str) -> Aviso:
    return Aviso(
        tipo=Notificacion.Tipo.AUTORIZACION, titulo=titulo, mensaje=mensaje,
        datos={
            "id_autorizacion": autorizacion.pk, "accion": autorizacion.accion,
            "estado": autorizacion.estado,
        },
    )


def _resumen(accion: Accion, objeto: Mapping[str, Any]) -> str:
    """Lo que un Administrador lee antes de aprobar; los números son los del pedido, sin adornos."""
    partes = [accion.nombre]
    for campo, forma in (
        ("porcentaje", "descuento de {} %"), ("total_esperado", "total $ {}"), ("id_venta", "venta {}"),
        ("motivo", "motivo {}"),
    ):
        if objeto.get(campo) not in (None, "", []):
            partes.append(forma.format(objeto[campo]))
    return ", ".join([*partes, *_precios(objeto)])[:300]


def _precios(objeto: Mapping[str, Any]) -> list[str]:
    """Qué productos cambian de precio, por su nombre si el pedido los nombra por id; llega sin validar."""
    precios, productos = objeto.get("precios"), objeto.get("productos")
    if not isinstance(precios, dict):
        return []
    ids: dict[str, int] = {
        str(numero): linea["id_producto"]
        for numero, linea in enumerate(productos if isinstance(productos, list) else [], start=1)
        if isinstance(linea, dict) and type(linea.get("id_producto")) is int
    }
    pedidos = {pk for linea, pk in ids.items() if linea in precios and 0 < pk < ID_MAXIMO}
    nombres = dict(Producto.objects.filter(pk__in=pedidos).values_list("pk", "nombre"))
    return [
        f"{nombres.get(ids.get(linea, 0), f'línea {linea}')} a $ {precio}"
        for linea, precio in precios.items()
    ]
