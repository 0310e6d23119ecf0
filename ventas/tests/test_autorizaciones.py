"""Lo que un Cajero no hace solo: una autorización de una vez, para esa acción y ese pedido."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from conftest import CONTRASENA
from inventario.base.actor import Actor
from inventario.base.errores import ErrorDeDominio
from inventario.base.models import Tienda
from inventario.base.tests.hilos import a_la_vez
from productos.models import Producto
from registros.models import Registro
from usuarios.models import Notificacion, Usuario
from usuarios.pin import cambiar_pin
from ventas.models import Autorizacion, DetalleVenta, Venta
from ventas.reglas.autorizacion import DURA, Accion, huella
from ventas.servicios import VentaHecha
from ventas.servicios.autorizaciones import pedir, pedir_con_pin, resolver

Api = Callable[[Usuario | None], APIClient]
Cuerpo = Callable[..., dict[str, Any]]
DeActor = Callable[[Usuario], Actor]
Fabrica = Callable[..., Producto]

pytestmark = pytest.mark.django_db
PIN = "4071"


@pytest.fixture
def limite() -> None:
    Tienda.objects.update(limite_descuento_cajero=20, anulacion_con_autorizacion=True)


@pytest.fixture
def pin_de_ana(ana: Usuario, actor: DeActor) -> str:
    cambiar_pin(actor=actor(ana), pin=PIN, contrasena=CONTRASENA, ahora=timezone.now())
    return PIN


def pedir_por_api(api: APIClient, accion: str, objeto: Any, **mas: Any) -> Any:
    return api.post("/autorizaciones", {"accion": accion, "objeto": objeto, **mas})


def aprobada(api: Api, carlos: Usuario, ana: Usuario, accion: str, objeto: Any) -> int:
    """Pedida por Carlos y aprobada por Ana desde lo suyo."""
    numero = pedir_por_api(api(carlos), accion, objeto).json()["id_autorizacion"]
    assert api(ana).post(f"/autorizaciones/{numero}/aprobar").status_code == 200
    return int(numero)


def test_con_el_pin_de_un_administrador_pasa_el_descuento_y_ambos_quedan_escritos(
    api: Api, limite: None, pin_de_ana: str, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(), 1), porcentaje=30)
    caja = api(carlos)
    negada = caja.post("/ventas-detalle", pedido)
    assert negada.status_code == 403
    assert negada.json()["codigo"] == "requiere_autorizacion"
    assert negada.json()["errores"]["accion"] == ["descuento"]
    dada = pedir_por_api(caja, "descuento", pedido, rut_supervisor=ana.rut, pin=pin_de_ana)
    assert (dada.status_code, dada.json()["estado"], dada.json()["supervisor"]) == (
        201, "aprobada", ana.nombre_completo,
    )
    hecha = caja.post("/ventas-detalle", {**pedido, "autorizacion": dada.json()["id_autorizacion"]})
    assert hecha.status_code == 201
    registro = Registro.objects.get(tipo="venta", objeto_id=hecha.json()["id_venta"])
    assert registro.usuario == carlos
    assert ana.nombre_completo in registro.descripcion


def test_hasta_el_limite_y_un_administrador_no_piden_nada(
    api: Api, limite: None, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    te = producto()
    assert api(carlos).post("/ventas-detalle", cuerpo((te, 1), porcentaje=20)).status_code == 201
    assert api(ana).post("/ventas-detalle", cuerpo((te, 1), porcentaje=90)).status_code == 201


def test_sirve_una_vez(
    api: Api, limite: None, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(), 1), porcentaje=30)
    pedido["autorizacion"] = aprobada(api, carlos, ana, "descuento", pedido)
    assert api(carlos).post("/ventas-detalle", pedido).status_code == 201
    otra = api(carlos).post("/ventas-detalle", pedido)
    assert (otra.status_code, otra.json()["codigo"]) == (403, "autorizacion_invalida")
    assert Venta.objects.count() == 1


@pytest.mark.parametrize("cambio", [{"porcentaje": 31}, {"id_forma_pago": 3}, {"productos": []}])
def test_no_sirve_para_otro_pedido(
    api: Api, limite: None, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo,
    cambio: dict[str, Any],
) -> None:
    te = producto()
    pedido = cuerpo((te, 1), porcentaje=30)
    numero = aprobada(api, carlos, ana, "descuento", pedido)
    if "productos" in cambio:
        cambio = {"productos": [{"id_producto": te.pk, "cantidad": 2}]}
    otro = api(carlos).post("/ventas-detalle", {**pedido, **cambio, "autorizacion": numero})
    assert (otro.status_code, otro.json()["codigo"]) == (403, "autorizacion_invalida")
    assert Autorizacion.objects.get().estado == "aprobada"


def test_una_venta_que_falla_no_la_gasta(
    api: Api, limite: None, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(stock=1), 5), porcentaje=30)
    pedido["autorizacion"] = aprobada(api, carlos, ana, "descuento", pedido)
    assert api(carlos).post("/ventas-detalle", pedido).json()["codigo"] == "stock_insuficiente"
    assert Autorizacion.objects.get().estado == "aprobada"


@pytest.mark.parametrize("estado", ["pendiente", "rechazada", "vencida", "ajena"])
def test_sin_aprobar_rechazada_vencida_o_ajena_no_sirve(
    api: Api, limite: None, carlos: Usuario, ana: Usuario, actor: DeActor, producto: Fabrica, cuerpo: Cuerpo,
    estado: str,
) -> None:
    pedido = cuerpo((producto(), 1), porcentaje=30)
    ahora = timezone.now()
    hace = ahora - DURA * 2 if estado == "vencida" else ahora
    solicitante = ana if estado == "ajena" else carlos
    autorizacion = pedir(
        actor=actor(solicitante), accion=Accion.DESCUENTO, objeto=pedido, ahora=hace
    )
    if estado != "pendiente":
        resolver(
            actor=actor(ana), id_autorizacion=autorizacion.pk, aprobar=estado != "rechazada", ahora=hace
        )
    dicho = api(carlos).post("/ventas-detalle", {**pedido, "autorizacion": autorizacion.pk})
    assert (dicho.status_code, dicho.json()["codigo"]) == (403, "autorizacion_invalida")


def test_desde_su_telefono_el_administrador_recibe_el_aviso_y_el_cajero_la_respuesta(
    api: Api, carlos: Usuario, ana: Usuario
) -> None:
    numero = pedir_por_api(api(carlos), "descuento", {"porcentaje": 50}).json()["id_autorizacion"]
    aviso = Notificacion.objects.get(usuario=ana, tipo="autorizacion")
    assert aviso.datos["id_autorizacion"] == numero
    assert "descuento de 50 %" in aviso.mensaje
    assert api(ana).post(f"/autorizaciones/{numero}/rechazar").json()["estado"] == "rechazada"
    respuesta = Notificacion.objects.get(usuario=carlos, tipo="autorizacion")
    assert respuesta.datos["estado"] == "rechazada"
    assert api(carlos).get(f"/autorizaciones/{numero}").json()["supervisor"] == ana.nombre_completo
    assert api(ana).post(f"/autorizaciones/{numero}/aprobar").json()["codigo"] == "autorizacion_resuelta"


def test_vencida_no_se_aprueba(ana: Usuario, carlos: Usuario, actor: DeActor, ahora: datetime) -> None:
    pedida = pedir(actor=actor(carlos), accion=Accion.DESCUENTO, objeto={}, ahora=ahora)
    with pytest.raises(ErrorDeDominio) as error:
        resolver(actor=actor(ana), id_autorizacion=pedida.pk, aprobar=True, ahora=ahora + DURA)
    assert error.value.codigo == "autorizacion_resuelta"


def test_el_pin_de_un_cajero_no_autoriza_y_los_fallos_se_frenan(
    api: Api, carlos: Usuario, ana: Usuario, actor: DeActor, pin_de_ana: str
) -> None:
    cambiar_pin(actor=actor(carlos), pin="9382", contrasena=CONTRASENA, ahora=timezone.now())
    propio = pedir_por_api(api(carlos), "descuento", {}, rut_supervisor=carlos.rut, pin="9382")
    assert (propio.status_code, propio.json()["msg"]) == (401, "RUT o contraseña incorrectos")
    ahora = timezone.now()

    def probar(pin: str) -> str:
        with pytest.raises(ErrorDeDominio) as error:
            pedir_con_pin(
                actor=actor(carlos), accion=Accion.DESCUENTO, objeto={}, rut=ana.rut, pin=pin, ahora=ahora
            )
        return error.value.codigo

    # Ana entró desde esta red al poner su PIN: aun así, sólo pesa lo suyo, y se frena.
    assert {probar(f"90{n:02}") for n in range(5)} == {"credenciales_invalidas"}
    assert probar(pin_de_ana) == "ingreso_frenado"
    assert not Autorizacion.objects.exists()


def test_otro_precio_se_cobra_y_queda_escrito(
    api: Api, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    pedido = cuerpo((producto(precio=1_000), 2), (producto(precio=500), 1), precios={"1": 800})
    assert api(carlos).post("/ventas-detalle", pedido).json()["errores"]["accion"] == ["precio"]
    pedido["autorizacion"] = aprobada(api, carlos, ana, "precio", pedido)
    hecha = api(carlos).post("/ventas-detalle", pedido).json()
    assert hecha["total_con_iva"] == 2_100
    linea = DetalleVenta.objects.get(venta=hecha["id_venta"], numero=1)
    assert (linea.precio_lista, linea.precio_unitario) == (1_000, 800)
    registro = Registro.objects.get(tipo="descuento", objeto_id=hecha["id_venta"])
    assert "$1.000 a $800" in registro.descripcion
    assert ana.nombre_completo in registro.descripcion


@pytest.mark.parametrize("precios", [{"3": 800}, {"1": 0}, {"1": "x"}, {"x": 1}])
def test_precios_malos_no_venden(
    api: Api, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo, precios: Any
) -> None:
    pedido = cuerpo((producto(), 1), precios=precios)
    assert api(ana).post("/ventas-detalle", pedido).status_code == 400


def test_anular_pide_autorizacion_y_devolver_una_parte_no(
    api: Api, limite: None, venta: Callable[..., VentaHecha], producto: Fabrica, carlos: Usuario, ana: Usuario
) -> None:
    hecha = venta((producto(), 3), cuando=timezone.now()).venta
    ruta = f"/ventas/{hecha.pk}/devolucion"
    parte = {"motivo": "Roto", "productos": [{"numero_linea": 1, "cantidad": 1}]}
    assert api(carlos).post(ruta, parte).status_code == 201
    resto = {"motivo": "Roto", "productos": [{"numero_linea": 1, "cantidad": 2}]}
    negada = api(carlos).post(ruta, resto)
    assert negada.json()["errores"]["accion"] == ["anulacion"]
    resto["autorizacion"] = aprobada(api, carlos, ana, "anulacion", {**resto, "id_venta": hecha.pk})
    assert api(carlos).post(ruta, resto).status_code == 201


def test_una_venta_de_otro_dia_se_devuelve_con_autorizacion_y_solo_esa(
    api: Api, venta: Callable[..., VentaHecha], producto: Fabrica, carlos: Usuario, ana: Usuario
) -> None:
    ayer = timezone.now() - timedelta(days=2)
    te = producto()
    vieja, otra = (venta((te, 1), cuando=ayer).venta for _ in range(2))
    pedido: dict[str, Any] = {"motivo": "Vencido"}
    negada = api(carlos).post(f"/ventas/{vieja.pk}/devolucion", pedido).json()
    assert negada["errores"]["accion"] == ["devolucion_de_otro_dia"]
    pedido["autorizacion"] = aprobada(
        api, carlos, ana, "devolucion_de_otro_dia", {**pedido, "id_venta": vieja.pk}
    )
    assert api(carlos).post(f"/ventas/{otra.pk}/devolucion", pedido).status_code == 403
    assert api(carlos).post(f"/ventas/{vieja.pk}/devolucion", pedido).status_code == 201


def test_la_huella_no_depende_del_orden_ni_del_numero_de_autorizacion() -> None:
    otro_orden = {"b": [1, 2], "autorizacion": 9, "a": 1}
    assert huella("precio", {"a": 1, "b": [1, 2]}) == huella("precio", otro_orden)
    assert huella("precio", {"a": 1}) != huella("descuento", {"a": 1})
    assert huella("precio", {"b": [1, 2]}) != huella("precio", {"b": [2, 1]})


def test_el_admin_las_muestra(api: Api, carlos: Usuario, ana: Usuario) -> None:
    numero = aprobada(api, carlos, ana, "descuento", {"porcentaje": 50})
    panel = Client()
    panel.force_login(ana)
    assert panel.get(reverse("admin:ventas_autorizacion_changelist")).status_code == 200
    ficha = panel.get(reverse("admin:ventas_autorizacion_change", args=[numero]))
    assert carlos.nombre_completo in ficha.content.decode()


@pytest.mark.django_db(transaction=True)
def test_diez_ventas_a_la_vez_con_la_misma_autorizacion_hacen_una(
    api: Api, carlos: Usuario, ana: Usuario, producto: Fabrica, cuerpo: Cuerpo
) -> None:
    Tienda.objects.update(limite_descuento_cajero=20)
    pedido = cuerpo((producto(stock=100), 1), porcentaje=30)
    pedido["autorizacion"] = aprobada(api, carlos, ana, "descuento", pedido)

    def vender() -> int:
        return int(api(carlos).post("/ventas-detalle", pedido).status_code)

    assert Counter(a_la_vez([vender] * 10)) == {201: 1, 403: 9}
    assert Venta.objects.count() == 1
