"""Lo que la tienda de muestra no trae y el admin también muestra: marcas, permisos y pendientes."""

from datetime import datetime, timedelta
from decimal import Decimal

from inventario.base.actor import Actor, Puerta, Rol
from inventario.base.models import Tienda
from productos.servicios import enviar_pendiente, preparar_foto
from productos.tests.fotos import un_jpeg
from usuarios.fichajes import corregir_fichaje, fichar
from usuarios.models import Fichaje, Usuario
from ventas.models import FormaPago
from ventas.reglas.autorizacion import Accion
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    Miscelaneo,
    PedidoDeVenta,
    vender,
)
from ventas.servicios.autorizaciones import pedir

EAN = "7809876543214"


def un_dia_de_caja(ahora: datetime) -> None:
    """Una marca corregida, una venta sin ficha, y algo que espera a la dueña."""
    duena, cajero = (_actor(rol) for rol in (Rol.ADMINISTRADOR, Rol.CAJERO))
    Tienda.objects.update(permite_miscelaneo=True)
    manana = ahora - timedelta(hours=4)
    entrada = fichar(actor=cajero, tipo=Fichaje.Tipo.ENTRADA, ahora=manana)
    corregir_fichaje(
        actor=duena, id_fichaje=entrada.pk, momento=manana - timedelta(minutes=20),
        motivo="Marcó tarde: estaba recibiendo el pan", ahora=ahora,
    )
    _vender_sin_ficha(cajero, ahora)
    pedir(actor=cajero, accion=Accion.DESCUENTO, objeto={"porcentaje": 50}, ahora=ahora)
    enviar_pendiente(
        codigo=EAN, nombre="Galletas de avena 120 g", precio_sugerido=990,
        foto=preparar_foto(un_jpeg()), actor=cajero, ahora=ahora,
    )


def _vender_sin_ficha(cajero: Actor, ahora: datetime) -> None:
    linea = LineaPedida(
        cantidad=Decimal(2), codigo_barras=EAN, miscelaneo=Miscelaneo(nombre="Galletas de avena", precio=990)
    )
    pedido = PedidoDeVenta(lineas=[linea], pagos=[PagoPedido(forma=FormaPago.DEBITO)])
    vender(actor=cajero, pedido=pedido, ahora=ahora)


def _actor(rol: Rol) -> Actor:
    usuario = Usuario.objects.activos().filter(rol=rol).order_by("pk")[0]
    return Actor(
        puerta=Puerta.API, usuario_id=usuario.pk, rut=usuario.rut, nombre=usuario.nombre_completo, rol=rol
    )
