"""Los datos personales de alguien (Ley 21.719): darlos y olvidarlos. Aquí, lo que sabe esta aplicación.

El caso de uso entero está en ``ventas.privacidad``, que ve además las compras.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from inventario.base.actor import Actor, Rol
from inventario.base.errores import SinPermiso
from inventario.base.operacion import exigir_transaccion
from registros.archivo import CAMBIO_ANONIMIZADO
from registros.models import Registro, TipoRegistro
from registros.servicios import olvidar_en_registros, registrar
from usuarios.models import (
    Estado,
    FrenoIngreso,
    MovimientoPuntos,
    Notificacion,
    Sesion,
    Usuario,
    nombre_para_buscar,
)
from usuarios.puntos import mover_puntos
from usuarios.reglas import rut_de_olvidado
from usuarios.sesiones import cerrar_sesiones

NOMBRE, APELLIDO = "Cliente", "anonimizado"


class SoloClientesSeOlvidan(SinPermiso):
    """Quien trabaja en la tienda firma sus ventas y sus actos: no se anonimiza."""

    codigo = "solo_clientes"
    msg = "Sólo se anonimizan los Clientes"


def olvidar(*, cliente: Usuario, actor: Actor, ahora: datetime, motivo: str = "") -> Registro:
    """Paso: quita de ``cliente`` (ya bloqueado) todo lo que diga quién es. No hay vuelta atrás.

    Quedan su fila, sin nombre ni RUT que buscar, y su libro de puntos, que cierra en cero: lo que
    compró sigue siendo de alguien, y ya no se sabe de quién.

    Returns:
        El registro que da constancia.

    Raises:
        SoloClientesSeOlvidan: no es un Cliente.
    """
    exigir_transaccion()
    if cliente.rol != Rol.CLIENTE:
        raise SoloClientesSeOlvidan
    cerrar_sesiones(usuario_id=cliente.pk, ahora=ahora)
    if cliente.puntos:
        mover_puntos(
            cliente=cliente, tipo=MovimientoPuntos.Tipo.AJUSTE, cantidad=-cliente.puntos,
            actor=actor, ahora=ahora,
        )
    mensajes = list(Notificacion.objects.filter(usuario=cliente).values_list("pk", flat=True))
    constancia = registrar(
        actor=actor.con(ip="", dispositivo="") if actor.usuario_id == cliente.pk else actor,
        tipo=TipoRegistro.DATOS_PERSONALES,
        mensaje="Anonimizó a un cliente",
        descripcion=motivo,
        ahora=ahora,
        objeto=("usuario", cliente.pk),
        cambios={CAMBIO_ANONIMIZADO: (False, True)},
    )
    olvidar_en_registros(
        usuario_id=cliente.pk, objetos={"usuario": [cliente.pk], "notificacion": mensajes},
        constancia=constancia,
    )
    Notificacion.objects.filter(pk__in=mensajes).delete()
    FrenoIngreso.objects.filter(rut=cliente.rut).delete()
    Sesion.objects.filter(usuario=cliente).update(ip=None, dispositivo="")
    MovimientoPuntos.objects.filter(usuario=cliente).update(motivo="")
    _vaciar(cliente, ahora)
    return constancia


def _vaciar(cliente: Usuario, ahora: datetime) -> None:
    cliente.rut = rut_de_olvidado(cliente.pk)
    cliente.nombre, cliente.apellido = NOMBRE, APELLIDO
    cliente.nombre_normalizado = nombre_para_buscar(NOMBRE, APELLIDO)
    cliente.correo = cliente.telefono = ""
    cliente.estado = Estado.INACTIVO
    cliente.password = make_password(None)
    cliente.last_login = None
    cliente.anonimizado = ahora
    cliente.save(
        update_fields=[
            "rut", "nombre", "apellido", "nombre_normalizado", "correo", "telefono", "estado",
            "password", "last_login", "anonimizado",
        ]
    )


def datos_de(usuario: Usuario) -> dict[str, Any]:
    """Todo lo que esta aplicación guarda de ``usuario``, en tipos JSON."""
    return {
        "titular": {
            "rut": usuario.rut,
            "nombre": usuario.nombre,
            "apellido": usuario.apellido,
            "correo": usuario.correo,
            "telefono": usuario.telefono,
            "tipo_usuario": Rol(usuario.rol).label,
            "estado": usuario.estado,
            "fecha_creacion": usuario.fecha_creacion,
            "ultimo_ingreso": usuario.last_login,
            "puntos": usuario.puntos,
        },
        "sesiones": list(
            usuario.sesiones.order_by("creada").values("creada", "refrescada", "cerrada", "ip", "dispositivo")
        ),
        "movimientos_de_puntos": list(
            usuario.movimientos_puntos.order_by("id").values(
                "fecha", "tipo", "cantidad", "saldo", "motivo"
            )
        ),
        "notificaciones": list(
            usuario.notificaciones.order_by("id").values("fecha_y_hora", "titulo", "mensaje", "leida")
        ),
        "registros": list(
            Registro.objects.de_la_persona(usuario.pk)
            .order_by("id")
            .values("fecha_y_hora", "tipo", "mensaje", "descripcion", "cambios", "ip", "dispositivo")
        ),
    }
