"""Dar y olvidar los datos personales de alguien (Ley 21.719), sin tocar ventas, folios ni auditoría.

- **Dar**: todo lo que la tienda guarda de una persona, en un JSON que otro sistema puede leer.
- **Olvidar**: un Cliente deja de ser identificable. Sus compras quedan, con sus montos, folios y puntos,
  a nombre de nadie. El nombre en una factura se conserva los seis años que manda el Código Tributario
  (art. 200) y entonces se borra también (``olvidar_facturas_viejas``). En los registros queda que algo
  pasó, sin decir de quién, y la cadena sigue cerrando (``registros.reglas``).

Lo que ya salió de la base tiene su propio camino: los archivos de registros se depuran con
``manage.py depurar_archivos_de_registros``, y los respaldos se van con su rotación.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from inventario.base.actor import Actor
from inventario.base.errores import SinPermiso
from inventario.base.fechas import dia_de, inicio_del_dia
from inventario.base.models import Tienda
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.consultas import UsuarioNoExiste
from usuarios.ingreso import CredencialesMalas, confirmar_identidad
from usuarios.models import Usuario
from usuarios.privacidad import datos_de, olvidar
from usuarios.puntos import bloquear_cliente
from ventas.models import TipoDocumento, Venta

ANIOS_DE_FACTURAS = 6


class ContrasenaIncorrecta(SinPermiso):
    """Quien pide olvidarse a sí mismo no dio su contraseña."""

    codigo = "contrasena_incorrecta"
    msg = "La contraseña no es correcta"


@operacion
def dar_datos_personales(*, actor: Actor, usuario_id: int, ahora: datetime) -> dict[str, Any]:
    """Todo lo que la tienda guarda de una persona, en tipos JSON; y el registro de que se dio.

    Raises:
        UsuarioNoExiste: no hay usuario con ese id.
    """
    usuario = Usuario.objects.filter(pk=usuario_id).first()
    if usuario is None:
        raise UsuarioNoExiste
    tienda = Tienda.objects.get(pk=1)
    datos = {
        "generado": ahora,
        "responsable": {"razon_social": tienda.razon_social, "rut": tienda.rut},
        **datos_de(usuario),
        "compras": _compras_de(usuario),
    }
    registrar(
        actor=actor,
        tipo=TipoRegistro.DATOS_PERSONALES,
        mensaje="Exportó los datos personales de un usuario",
        ahora=ahora,
        objeto=("usuario", usuario.pk),
    )
    return datos


def anonimizar(
    *, actor: Actor, usuario: Usuario, ahora: datetime, contrasena: str = "", motivo: str = ""
) -> None:
    """Olvida a un Cliente, a pedido suyo o de un Administrador. No hay vuelta atrás.

    Args:
        contrasena: la de quien pide, si pide sobre sí mismo: un token robado no alcanza.

    Raises:
        ContrasenaIncorrecta, IngresoFrenado: no es su contraseña, o van muchas que no lo son.
        SoloClientesSeOlvidan: no es un Cliente.
        ClienteNoExiste: dejó de estar.
    """
    if actor.usuario_id == usuario.pk:
        try:
            confirmar_identidad(rut=usuario.rut, contrasena=contrasena, actor=actor, ahora=ahora)
        except CredencialesMalas:
            # Un 401 haría creer al cliente que su sesión terminó.
            raise ContrasenaIncorrecta from None
    _anonimizar(actor=actor, usuario_id=usuario.pk, motivo=motivo, ahora=ahora)


@operacion
def olvidar_facturas_viejas(*, actor: Actor, ahora: datetime) -> int:
    """Borra de las facturas que ya no hay que guardar el nombre de quien se anonimizó. Cuántas."""
    cuantas = _de_anonimizados().filter(_nombre_que_no_se_guarda(ahora)).update(nombre_cliente="")
    if cuantas:
        registrar(
            actor=actor,
            tipo=TipoRegistro.DATOS_PERSONALES,
            mensaje=f"Borró el nombre del cliente en {cuantas} documentos de más de {ANIOS_DE_FACTURAS} años",
            ahora=ahora,
        )
    return int(cuantas)


@operacion
def _anonimizar(*, actor: Actor, usuario_id: int, motivo: str, ahora: datetime) -> None:
    # Las ventas antes que el cliente: el orden de candados de toda la casa. Y otra vez después, por la
    # venta que se hubiera colado mientras se esperaba.
    suyas = Venta.objects.filter(_nombre_que_no_se_guarda(ahora), cliente=usuario_id)
    suyas.exclude(nombre_cliente="").update(nombre_cliente="")
    cliente = bloquear_cliente(usuario_id)
    olvidar(cliente=cliente, actor=actor, ahora=ahora, motivo=motivo)
    suyas.exclude(nombre_cliente="").update(nombre_cliente="")


def _nombre_que_no_se_guarda(ahora: datetime) -> Q:
    hoy = dia_de(ahora)
    limite = inicio_del_dia(hoy.replace(year=hoy.year - ANIOS_DE_FACTURAS, day=min(hoy.day, 28)))
    return ~Q(tipo_documento=TipoDocumento.FACTURA) | Q(fecha_venta__lt=limite)


def _de_anonimizados() -> Any:
    return Venta.objects.filter(cliente__anonimizado__isnull=False).exclude(nombre_cliente="")


def _compras_de(usuario: Usuario) -> list[dict[str, Any]]:
    ventas = (
        Venta.objects.filter(cliente=usuario).order_by("id").prefetch_related("detalles", "devoluciones")
    )
    return [
        {
            "fecha_venta": venta.fecha_venta,
            "tipo_documento": venta.get_tipo_documento_display(),
            "folio": venta.folio,
            "forma_pago": venta.get_forma_pago_display(),
            "total": venta.total,
            "puntos_ganados": venta.puntos_ganados,
            "nombre_cliente": venta.nombre_cliente,
            "productos": [
                {"nombre": d.nombre, "cantidad": str(d.cantidad), "total": d.total}
                for d in venta.detalles.all()
            ],
            "devoluciones": [
                {"fecha": d.fecha, "folio": d.folio, "total": d.total, "motivo": d.motivo}
                for d in venta.devoluciones.all()
            ],
        }
        for venta in ventas
    ]
