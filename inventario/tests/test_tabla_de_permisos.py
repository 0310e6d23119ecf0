"""Rol × llamada × respuesta, del contrato: toda llamada de la API está en esta tabla.

Una fila por llamada (o más, si la respuesta depende de a quién toca). ``<nombre>`` en la ruta y en el
cuerpo se reemplaza por lo que hay en ``mundo``. Cada caso parte de una tienda recién hecha.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from compras.servicios import (
    DatosProveedor,
    PedidoCompra,
    PedidoOrden,
    comprar,
    crear_orden,
    crear_proveedor,
)
from compras.servicios import LineaPedida as LineaComprada
from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta
from productos.models import Categoria
from productos.servicios import (
    DatosProducto,
    abrir_conteo,
    crear_categoria,
    crear_producto,
    enviar_pendiente,
    preparar_foto,
    programar_precio,
)
from productos.tests.fotos import un_jpeg
from usuarios.fichajes import fichar
from usuarios.ingreso import entrar
from usuarios.models import Fichaje, Usuario
from usuarios.notificaciones import enviar_mensaje
from usuarios.pin import registrar_dispositivo
from ventas.models import FormaPago
from ventas.reglas.autorizacion import Accion
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    PedidoDeDevolucion,
    PedidoDeVenta,
    abrir_turno,
    cerrar_turno,
    crear_caja,
    devolver,
    vender,
)
from ventas.servicios.autorizaciones import pedir

METODOS = ("get", "post", "put", "patch", "delete")
ROLES = ("desconocido", "cliente", "cajero", "administrador")


@dataclass(frozen=True)
class Fila:
    """Una llamada y lo que responde a cada rol. ``nota`` distingue filas de una misma llamada."""

    llamada: str
    desconocido: int
    cliente: int
    cajero: int
    administrador: int
    cuerpo: Any = None
    con: tuple[tuple[str, str], ...] = ()
    nota: str = ""

    def __str__(self) -> str:
        return f"{self.llamada} {self.nota}".strip()


INGRESO = {"rut": "<rut_cliente>", "contrasena": CONTRASENA}
REFRESCO = {"refresh_token": "<refresco>"}
PERSONA = {"rut": "7880442-4", "nombre": "Sofía", "apellido": "Muñoz", "contrasena": "Marraqueta-2026"}
CAJERO = {**PERSONA, "tipo_usuario": "Cajero"}
JEFA = {**PERSONA, "tipo_usuario": "admin"}
INACTIVO = {"estado": "inactivo"}
A_CAJERO = {"tipo_usuario": "cajero"}
FONO = {"telefono": "22 555 0000"}
PRODUCTO = {
    "nombre": "Té negro", "precio_venta": 1990, "stock": 3, "categoria": "Abarrotes",
    "codigo_barras": "TE-1",
}
VENTA = {
    "id_forma_pago": 2, "id_tipodocumento": 1, "productos": [{"codigo_barras": "AZ-1", "cantidad": 1}],
}
DEVOLUCION = {"motivo": "Venía roto"}
COMPRA = {
    "proveedor": "Distribuidora", "numero_documento": "2",
    "productos": [{"codigo_barras": "AZ-1", "cantidad": 1, "costo_unitario": 500}],
}
ORDEN = {"proveedor": "Distribuidora", "productos": [{"codigo_barras": "AZ-1", "cantidad": 2}]}
# 409 a la administradora: con lo que hay alcanza.
SUGERENCIA = {"proveedor": "Distribuidora"}
# 409 a la administradora: es un borrador, y sólo se recibe lo que se envió.
RECEPCION = {"numero_documento": "3", "productos": [{"codigo_barras": "AZ-1"}]}
OFRECE = {"productos": [{"codigo_barras": "AZ-1", "multiplo": 10}]}
MERMA = {"cantidad": -1, "motivo": "merma"}
LOTES = {"lotes": [{"codigo": "L-1", "vencimiento": "2199-01-01", "cantidad": 21}]}
CONTEO = {"nombre": "Tés", "categoria": "Infusiones"}
LECTURA = {"codigo_barras": "AZ-1", "cantidad": 3}
PRECIO = {"precio": 1100, "desde": "2199-01-01"}
MENSAJE = {"rut": "12.345.678-5", "titulo": "Hola", "mensaje": "Cerramos a las ocho"}
CLAVE = {"contrasena": CONTRASENA}
TURNO = {"id_caja": "<id_caja_libre>", "fondo_inicial": 20000}
RETIRO = {"tipo": "retiro", "monto": 1000, "motivo": "A la caja fuerte"}
CONTEO_DE_CAJA = {"conteo": {"1000": 2}}
PIN = {"pin": "4071", "contrasena": CONTRASENA}
DISPOSITIVO = {"nombre": "Mesón", "contrasena": CONTRASENA}
CON_DESCUENTO = {"accion": "descuento", "objeto": {"porcentaje": 50}}
ENTRADA = {"tipo": "entrada"}
CORRECCION = {"momento": "2026-01-02T09:00:00-03:00", "motivo": "Olvidó marcar"}
PENDIENTE = {"codigo_barras": "NUEVO-2", "nombre": "Galletas de avena", "precio_sugerido": 990}
APROBACION = {"categoria": "Abarrotes"}
REGISTRO = {"mensaje": "Caja abierta", "tipo": "caja"}

TABLA = [
    # --- sistema ---------------------------------------- nadie Clie Caje Admi
    # 503: en las pruebas no corre el trabajador de tareas, y la salud no miente.
    Fila("GET /salud",                                      503, 503, 503, 503),
    Fila("GET /openapi.json",                               200, 200, 200, 200),
    Fila("GET /docs",                                       200, 200, 200, 200),
    Fila("GET /caja",                                       200, 200, 200, 200),
    Fila("GET /caja/cliente",                               200, 200, 200, 200),
    Fila("GET /caja/horas",                                 200, 200, 200, 200),
    Fila("GET /escaner",                                    200, 200, 200, 200),
    Fila("GET /caja/sw.js",                                 200, 200, 200, 200),
    # --- usuarios ---------------------------------------
    Fila("POST /login",                                     200, 200, 200, 200, INGRESO),
    Fila("POST /token/refresh",                             200, 200, 200, 200, REFRESCO),
    Fila("POST /logout",                                    401, 200, 401, 401, REFRESCO, nota="de Clara"),
    Fila("POST /register",                                  201, 201, 201, 201, PERSONA),
    Fila("POST /register",                                  403, 403, 403, 201, CAJERO, nota="cajero"),
    Fila("POST /register",                                  403, 403, 403, 201, JEFA, nota="administrador"),
    Fila("GET /profile",                                    401, 200, 200, 200),
    Fila("GET /tiposusuario",                               401, 200, 200, 200),
    Fila("GET /users",                                      401, 403, 200, 200),
    Fila("GET /users/<rut_cliente>",                        401, 200, 200, 200, nota="Cliente"),
    Fila("GET /users/<rut_cajero>",                         401, 403, 200, 200, nota="Cajero"),
    Fila("GET /users/<rut_admin>",                          401, 403, 403, 200, nota="Administrador"),
    Fila("GET /users/76192083-9",                           401, 403, 404, 404, nota="desconocido"),
    Fila("PUT /users/<rut_cliente>",                        401, 200, 403, 200, FONO, nota="Cliente"),
    Fila("PUT /users/<rut_cajero>",                         401, 403, 200, 200, FONO, nota="Cajero"),
    Fila("PUT /users/<rut_admin>",                          401, 403, 403, 200, FONO, nota="Administrador"),
    Fila("PUT /users/<rut_cliente>",                        401, 403, 403, 200, INACTIVO, nota="su estado"),
    Fila("PUT /users/<rut_admin>",                          401, 403, 403, 409, A_CAJERO, nota="su tipo"),
    Fila("PATCH /users/<rut_cliente>",                      401, 200, 403, 200, FONO),
    Fila("DELETE /users/<rut_cliente>",                     401, 403, 403, 200),
    Fila("DELETE /users/<rut_admin>",                       401, 403, 403, 409, nota="la única"),
    Fila("PUT /users/<rut_cliente>/puntos",                 401, 403, 403, 200, {"puntos": 5}),
    Fila("PUT /users/<rut_cajero>/puntos",                  401, 403, 403, 403, {"puntos": 5}, nota="Cajero"),
    Fila("GET /users/<rut_cliente>/datos-personales",       401, 200, 403, 200),
    Fila("GET /users/<rut_admin>/datos-personales",         401, 403, 403, 200, nota="Administrador"),
    Fila("POST /users/<rut_cliente>/anonimizacion",         401, 200, 403, 200, CLAVE),
    Fila("POST /users/<rut_cajero>/anonimizacion",          401, 403, 403, 403, CLAVE, nota="Cajero"),
    Fila("PUT /users/<rut_cajero>/pin",                     401, 403, 200, 403, PIN),
    Fila("PUT /users/<rut_admin>/pin",                      401, 403, 403, 200, PIN, nota="Administrador"),
    Fila("PUT /users/<rut_cliente>/pin",                    401, 403, 403, 403, PIN, nota="Cliente"),
    Fila("DELETE /users/<rut_cajero>/pin",                  401, 403, 403, 200),
    Fila("POST /verificar-pin",                             401, 403, 200, 200, CLAVE),
    Fila("POST /dispositivos",                              401, 403, 201, 201, DISPOSITIVO),
    Fila("GET /dispositivos",                               401, 403, 403, 200),
    Fila("DELETE /dispositivos/<id_dispositivo>",           401, 403, 403, 200),
    Fila("GET /fichajes",                                   401, 403, 200, 200),
    # 409 al cajero: ya marcó su entrada.
    Fila("POST /fichajes",                                  401, 403, 409, 201, ENTRADA),
    Fila("GET /fichajes/presentes",                         401, 403, 200, 200),
    Fila("GET /fichajes/semana",                            401, 403, 200, 200),
    Fila("POST /fichajes/<id_fichaje>/correccion",          401, 403, 403, 200, CORRECCION),
    Fila("GET /top-users-by-points",                        401, 403, 200, 200),
    # --- productos --------------------------------------
    Fila("POST /product",                                   401, 403, 403, 201, PRODUCTO),
    Fila("GET /products",                                   401, 200, 200, 200),
    Fila("GET /product/barcode/<codigo>",                   401, 200, 200, 200),
    Fila("GET /product/barcode/NO-ESTA",                    401, 404, 404, 404, nota="desconocido"),
    Fila("PUT /product/barcode/<codigo>",                   401, 403, 403, 200, {"precio_venta": 900}),
    Fila("PATCH /product/barcode/<codigo>",                 401, 403, 403, 200, {"descuento": 10}),
    Fila("DELETE /product/barcode/<codigo>",                401, 403, 403, 200),
    Fila("GET /categories",                                 401, 200, 200, 200),
    Fila("POST /categories",                                401, 403, 403, 201, {"nombre_categoria": "Té"}),
    # --- ventas -----------------------------------------
    Fila("POST /ventas-detalle",                            401, 403, 201, 201, VENTA),
    Fila("GET /ventas",                                     401, 200, 200, 200),
    Fila("POST /ventas/<id_venta>/devolucion",              401, 403, 201, 201, DEVOLUCION),
    Fila("POST /ventas/<id_ajena>/devolucion",              401, 403, 403, 201, DEVOLUCION, nota="ajena"),
    Fila("GET /detalleventa",                               401, 200, 200, 200),
    Fila("GET /detalleventa/<id_venta>",                    401, 200, 200, 200),
    Fila("GET /detalleventa/<id_ajena>",                    401, 404, 404, 200, nota="ajena"),
    Fila("GET /boletas",                                    401, 200, 200, 200),
    Fila("GET /boleta/<id_venta>",                          401, 200, 200, 200),
    Fila("GET /boleta/<id_ajena>",                          401, 404, 404, 200, nota="ajena"),
    Fila("GET /boleta/<id_venta>.pdf",                      401, 200, 200, 200),
    Fila("GET /boleta/<id_ajena>.pdf",                      401, 404, 404, 200, nota="ajena"),
    Fila("GET /boleta/<id_venta>/renglones",                401, 200, 200, 200),
    Fila("GET /boleta/<id_ajena>/renglones",                401, 404, 404, 200, nota="ajena"),
    Fila("GET /boleta/<id_venta>.escpos",                   401, 200, 200, 200),
    Fila("GET /boleta/<id_ajena>.escpos",                   401, 404, 404, 200, nota="ajena"),
    Fila("GET /notacredito/<id_nota>.pdf",                  401, 200, 200, 200),
    Fila("GET /notacredito/<id_nota>/renglones",            401, 200, 200, 200),
    Fila("GET /notacredito/<id_nota>.escpos",               401, 200, 200, 200),
    Fila("GET /best-sale-of-week",                          401, 403, 200, 200),
    Fila("GET /best-seller-of-month",                       401, 403, 200, 200),
    Fila("GET /top-users-by-sales",                         401, 403, 200, 200),
    # --- caja -------------------------------------------
    Fila("GET /cajas",                                      401, 403, 200, 200),
    Fila("POST /cajas",                                     401, 403, 403, 201, {"nombre": "Terraza"}),
    Fila("PUT /cajas/<id_caja_libre>",                      401, 403, 403, 200, {"estado": "Inactivo"}),
    Fila("GET /caja/ajustes",                               401, 403, 200, 200),
    Fila("GET /caja/catalogo",                              401, 403, 200, 200),
    Fila("POST /autorizaciones",                            401, 403, 201, 201, CON_DESCUENTO),
    Fila("GET /autorizaciones",                             401, 403, 200, 200),
    Fila("GET /autorizaciones/<id_autorizacion>",           401, 403, 200, 200),
    Fila("POST /autorizaciones/<id_autorizacion>/aprobar",  401, 403, 403, 200),
    Fila("POST /autorizaciones/<id_autorizacion>/rechazar", 401, 403, 403, 200),
    Fila("GET /turnos",                                     401, 403, 200, 200),
    # 409 al cajero: ya tiene uno abierto.
    Fila("POST /turnos",                                    401, 403, 409, 201, TURNO),
    Fila("GET /turnos/actual",                              401, 403, 200, 404),
    Fila("GET /turnos/<id_turno>",                          401, 403, 200, 200),
    Fila("GET /turnos/<id_turno_ajeno>",                    401, 403, 404, 200, nota="ajeno"),
    Fila("POST /turnos/<id_turno>/movimientos",             401, 403, 201, 201, RETIRO),
    Fila("POST /turnos/<id_turno>/cierre",                  401, 403, 200, 200, CONTEO_DE_CAJA),
    # 409: sigue abierto, y a nadie se le dice lo que debe haber.
    Fila("GET /turnos/<id_turno>/z",                        401, 403, 409, 409, nota="abierto"),
    Fila("GET /turnos/<id_turno_cerrado>/z",                401, 403, 200, 200),
    Fila("GET /turnos/<id_turno_ajeno>/z",                  401, 403, 404, 200, nota="ajeno"),
    Fila("GET /turnos/<id_turno_cerrado>/z/pdf",            401, 403, 200, 200),
    Fila("GET /turnos/<id_turno_cerrado>/z/escpos",         401, 403, 200, 200),
    # --- compras ----------------------------------------
    Fila("POST /compras-detalle",                           401, 403, 403, 201, COMPRA),
    Fila("GET /compras",                                    401, 403, 403, 200),
    Fila("GET /compras/<id_compra>",                        401, 403, 403, 200),
    Fila("POST /compras/<id_compra>/anulacion",             401, 403, 403, 200, {"motivo": "Error"}),
    Fila("GET /ordenes-compra",                             401, 403, 403, 200),
    Fila("POST /ordenes-compra",                            401, 403, 403, 201, ORDEN),
    Fila("POST /ordenes-compra/sugerida",                   401, 403, 403, 409, SUGERENCIA),
    Fila("GET /ordenes-compra/<id_orden>",                  401, 403, 403, 200),
    Fila("PUT /ordenes-compra/<id_orden>",                  401, 403, 403, 200, {"nota": "Otra"}),
    Fila("PATCH /ordenes-compra/<id_orden>",                401, 403, 403, 200, {"nota": "Otra"}),
    Fila("POST /ordenes-compra/<id_orden>/envio",           401, 403, 403, 200),
    Fila("POST /ordenes-compra/<id_orden>/recepcion",       401, 403, 403, 409, RECEPCION),
    Fila("POST /ordenes-compra/<id_orden>/cierre",          401, 403, 403, 200),
    Fila("GET /ordenes-compra/<id_orden>/pdf",              401, 403, 403, 200),
    Fila("GET /ordenes-compra/<id_orden>/csv",              401, 403, 403, 200),
    Fila("GET /proveedores",                                401, 403, 403, 200),
    Fila("POST /proveedores",                               401, 403, 403, 201, {"nombre": "Otro"}),
    Fila("GET /proveedores/<id_proveedor>",                 401, 403, 403, 200),
    Fila("PUT /proveedores/<id_proveedor>",                 401, 403, 403, 200, {"plazo_pago": 30}),
    Fila("PATCH /proveedores/<id_proveedor>",               401, 403, 403, 200, {"plazo_pago": 30}),
    Fila("DELETE /proveedores/<id_proveedor>",              401, 403, 403, 200),
    Fila("GET /proveedores/<id_proveedor>/productos",       401, 403, 403, 200),
    Fila("PUT /proveedores/<id_proveedor>/productos",       401, 403, 403, 200, OFRECE),
    Fila("PATCH /proveedores/<id_proveedor>/productos",     401, 403, 403, 200, OFRECE),
    # --- stock ------------------------------------------
    Fila("POST /product/barcode/<codigo>/ajuste",           401, 403, 403, 201, MERMA),
    Fila("GET /product/barcode/<codigo>/kardex",            401, 403, 403, 200),
    Fila("GET /product/barcode/<codigo>/lotes",             401, 403, 200, 200),
    Fila("PUT /product/barcode/<codigo>/lotes",             401, 403, 403, 200, LOTES),
    Fila("GET /vencimientos",                               401, 403, 200, 200),
    # --- inventario físico ------------------------------
    Fila("GET /conteos",                                    401, 403, 200, 200),
    Fila("POST /conteos",                                   401, 403, 403, 201, CONTEO),
    Fila("GET /conteos/<id_conteo>",                        401, 403, 200, 200),
    Fila("POST /conteos/<id_conteo>/lecturas",              401, 403, 201, 201, LECTURA),
    Fila("GET /conteos/<id_conteo>/diferencias",            401, 403, 403, 200),
    Fila("POST /conteos/<id_conteo>/cerrar",                401, 403, 403, 200, {"motivo": "Mensual"}),
    Fila("POST /conteos/<id_conteo>/anular",                401, 403, 403, 200, {"motivo": "Por error"}),
    # --- productos pendientes ---------------------------
    Fila("GET /productos-pendientes",                       401, 403, 200, 200),
    Fila("POST /productos-pendientes",                      401, 403, 201, 201, PENDIENTE),
    Fila("GET /productos-pendientes/<id_pendiente>",        401, 403, 200, 200),
    Fila("GET /productos-pendientes/<id_pendiente>/foto",   401, 403, 200, 200),
    Fila("GET /productos-pendientes/<id_pendiente>/ventas", 401, 403, 403, 200),
    Fila("POST /productos-pendientes/<id_pendiente>/aprobar", 401, 403, 403, 200, APROBACION),
    Fila("POST /productos-pendientes/<id_pendiente>/rechazar", 401, 403, 403, 200, {"motivo": "No va"}),
    # --- precios ----------------------------------------
    Fila("GET /product/barcode/<codigo>/precios",           401, 403, 403, 200),
    Fila("POST /product/barcode/<codigo>/precios",          401, 403, 403, 201, PRECIO),
    Fila("DELETE /product/barcode/<codigo>/precios/<id_precio>", 401, 403, 403, 200),
    # --- notificaciones ---------------------------------
    Fila("GET /notificaciones",                             401, 200, 200, 200),
    Fila("POST /notificaciones",                            401, 403, 403, 201, MENSAJE),
    Fila("POST /notificaciones/<id_notificacion>/leida",    401, 404, 200, 404),
    Fila("GET /presencia",                                  401, 403, 403, 200),
    # --- registros --------------------------------------
    Fila("GET /registros",                                  401, 403, 403, 200),
    Fila("POST /registros",                                 401, 403, 201, 201, REGISTRO),
    Fila("GET /registros.csv",                              401, 403, 403, 200),
    Fila("GET /registros.ndjson",                           401, 403, 403, 200),
]  # fmt: skip


@pytest.fixture
def mundo(
    ana: Usuario, carlos: Usuario, clara: Usuario, actor: Callable[[Usuario], Actor]
) -> dict[str, Any]:
    """Una tienda con una cosa de cada clase, hecha hoy por los casos de uso.

    La venta es de Carlos a Clara; la ajena, de Ana a nadie.
    """
    ahora = timezone.now()
    categoria: Categoria = crear_categoria(nombre="Abarrotes", actor=actor(ana), ahora=ahora)
    producto = crear_producto(
        datos=DatosProducto(
            nombre="Azúcar", categoria=categoria.nombre, codigo_barras="AZ-1", precio_venta=1000,
            stock=Decimal(20), costo=Decimal(500),
        ),
        actor=actor(ana), ahora=ahora,
    )
    proveedor = crear_proveedor(
        datos=DatosProveedor(nombre="Distribuidora"), actor=actor(ana), ahora=ahora
    )
    llegada = LineaComprada(id_producto=producto.pk, cantidad=Decimal(5), costo_unitario=Decimal(600))
    compra = comprar(
        pedido=PedidoCompra(
            id_proveedor=proveedor.pk, numero_documento="1", lineas=[llegada]
        ),
        actor=actor(ana), ahora=ahora,
    )
    orden = crear_orden(
        pedido=PedidoOrden(id_proveedor=proveedor.pk, lineas=[llegada]), actor=actor(ana), ahora=ahora
    )
    caja = crear_caja(nombre="Mesón", actor=actor(ana), ahora=ahora)
    cerrados = []
    for quien in (ana, carlos):
        turno = abrir_turno(actor=actor(quien), id_caja=caja.pk, fondo_inicial=0, ahora=ahora)
        cerrados.append(cerrar_turno(actor=actor(quien), id_turno=turno.pk, conteo={}, ahora=ahora))
    turno = abrir_turno(actor=actor(carlos), id_caja=caja.pk, fondo_inicial=5_000, ahora=ahora)
    pedido = PedidoDeVenta(
        lineas=[LineaPedida(id_producto=producto.pk, cantidad=Decimal(2))],
        pagos=[PagoPedido(forma=FormaPago.EFECTIVO)],
    )
    suya = vender(actor=actor(carlos), pedido=replace(pedido, id_cliente=clara.pk), ahora=ahora)
    ajena = vender(actor=actor(ana), pedido=pedido, ahora=ahora)
    programado = programar_precio(
        codigo="AZ-1", precio=1200, desde=date(2198, 1, 1), actor=actor(ana), ahora=ahora
    )
    vuelta = vender(actor=actor(carlos), pedido=replace(pedido, id_cliente=clara.pk), ahora=ahora)
    nota = devolver(
        actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=vuelta.venta.pk, motivo="Rota"), ahora=ahora
    )
    mensaje = enviar_mensaje(
        actor=actor(ana), rut=carlos.rut, titulo="Hola", mensaje="Cerramos a las ocho", ahora=ahora
    )
    crear_categoria(nombre="Infusiones", actor=actor(ana), ahora=ahora)
    conteo = abrir_conteo(
        nombre="Abarrotes", categoria=categoria.nombre, actor=actor(ana), ahora=ahora
    )
    ingreso = entrar(
        rut=clara.rut, contrasena=CONTRASENA, actor=Actor(puerta=Puerta.API), ahora=ahora
    )
    return {
        "rut_cliente": clara.rut,
        "rut_cajero": carlos.rut,
        "rut_admin": ana.rut,
        "refresco": ingreso.tokens.refresco,
        "codigo": "AZ-1",
        "id_caja_libre": crear_caja(nombre="Patio", actor=actor(ana), ahora=ahora).pk,
        "id_turno": turno.pk,
        "id_fichaje": fichar(actor=actor(carlos), tipo=Fichaje.Tipo.ENTRADA, ahora=ahora).pk,
        "id_autorizacion": pedir(
            actor=actor(carlos), accion=Accion.DESCUENTO, objeto={"porcentaje": 50}, ahora=ahora
        ).pk,
        "id_dispositivo": registrar_dispositivo(
            actor=actor(carlos), nombre="Mesón", contrasena=CONTRASENA, ahora=ahora
        ).dispositivo.pk,
        "id_turno_ajeno": cerrados[0].pk,
        "id_turno_cerrado": cerrados[1].pk,
        "id_conteo": conteo.pk,
        "id_pendiente": enviar_pendiente(
            codigo="NUEVO-1", nombre="Salsa de soya", precio_sugerido=1500, foto=preparar_foto(un_jpeg()),
            actor=actor(carlos), ahora=ahora,
        ).pendiente.pk,
        "id_precio": programado.pk,
        "id_producto": producto.pk,
        "id_proveedor": proveedor.pk,
        "id_compra": compra.pk,
        "id_orden": orden.pk,
        "id_venta": suya.venta.pk,
        "id_ajena": ajena.venta.pk,
        "id_nota": nota.devolucion.pk,
        "id_notificacion": mensaje.pk,
    }


@pytest.fixture
def gente(ana: Usuario, carlos: Usuario, clara: Usuario) -> dict[str, Usuario | None]:
    return dict(zip(ROLES, (None, clara, carlos, ana), strict=True))


def _rellenar(plantilla: Any, mundo: dict[str, Any]) -> Any:
    if isinstance(plantilla, dict):
        return {clave: _rellenar(valor, mundo) for clave, valor in plantilla.items()}
    if isinstance(plantilla, list):
        return [_rellenar(valor, mundo) for valor in plantilla]
    if isinstance(plantilla, str) and (sola := re.fullmatch(r"<(\w+)>", plantilla)):
        return mundo[sola[1]]
    return plantilla


@pytest.mark.parametrize("rol", ROLES)
@pytest.mark.parametrize("fila", TABLA, ids=str)
def test_cada_rol_recibe_lo_que_el_contrato_dice(
    fila: Fila, rol: str, mundo: dict[str, Any], gente: dict[str, Usuario | None],
    api: Callable[[Usuario | None], APIClient],
) -> None:
    metodo, ruta = fila.llamada.split(" ")
    mundo |= dict(fila.con)
    url = re.sub(r"<(\w+)>", lambda m: str(mundo[m[1]]), ruta)
    respuesta = getattr(api(gente[rol]), metodo.lower())(url, _rellenar(fila.cuerpo, mundo))
    assert respuesta.status_code == getattr(fila, rol), respuesta.content.decode()
    if respuesta.status_code >= 400:
        assert {"msg", "codigo", "errores"} <= respuesta.json().keys()


def test_toda_llamada_de_la_api_esta_en_la_tabla() -> None:
    escritas = {_sin_nombres(fila.llamada) for fila in TABLA}
    faltan = [llamada for llamada in _llamadas() if _sin_nombres(llamada) not in escritas]
    assert not faltan, f"agregue una fila por cada una: {faltan}"


def test_la_tabla_no_guarda_llamadas_que_ya_no_existen() -> None:
    hay = {_sin_nombres(llamada) for llamada in _llamadas()}
    sobran = [f.llamada for f in TABLA if not f.nota and _sin_nombres(f.llamada) not in hay]
    assert not sobran


def _sin_nombres(llamada: str) -> str:
    return re.sub(r"<[^>]*>", "<>", llamada)


def _llamadas() -> Iterator[str]:
    for ruta, vista in _rutas(get_resolver().url_patterns):
        for metodo in _metodos(vista):
            yield f"{metodo.upper()} /{ruta}"


def _rutas(patrones: list[Any], prefijo: str = "") -> Iterator[tuple[str, Any]]:
    """(ruta, vista) de todo menos las páginas: el admin tiene sus propias pruebas."""
    for patron in patrones:
        ruta = prefijo + str(patron.pattern)
        if ruta.split("/")[0] in ("admin", "favicon.ico"):
            continue
        if isinstance(patron, URLResolver):
            yield from _rutas(patron.url_patterns, ruta)
        else:
            assert isinstance(patron, URLPattern)
            yield ruta, patron.callback


def _metodos(vista: Any) -> list[str]:
    if acciones := getattr(vista, "actions", None):
        return [m for m in METODOS if m in acciones]
    clase = getattr(vista, "cls", None) or getattr(vista, "view_class", None)
    assert clase is not None, f"{vista} no es una vista de la API"
    return [m for m in METODOS if hasattr(clase, m)]
