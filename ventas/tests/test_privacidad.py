"""Los datos personales se dan y se olvidan, y ventas, folios, puntos y auditoría quedan como estaban."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta
from registros.cadena import sellar_pendientes, verificar
from registros.models import Registro, TipoRegistro
from usuarios.ingreso import entrar
from usuarios.models import Estado, FrenoIngreso, MovimientoPuntos, Notificacion, Sesion, Usuario
from usuarios.notificaciones import enviar_mensaje
from usuarios.reglas import rut_de_olvidado
from ventas.models import FormaPago, TipoDocumento, Venta
from ventas.privacidad import olvidar_facturas_viejas
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import LineaPedida, PedidoDeVenta, vender
from ventas.verificacion import problemas_de_ventas

SISTEMA = Actor.sistema(puerta=Puerta.TAREA)


@pytest.fixture
def vida(
    ana: Usuario, carlos: Usuario, clara: Usuario, actor: Callable[[Usuario], Actor],
    producto: Callable[..., Any],
) -> dict[str, Any]:
    """Clara compró con boleta y con factura, entró con su teléfono y recibió un mensaje."""
    ahora = timezone.now()
    te = producto("Té negro", precio=10_000, stock=10)

    def comprar(tipo: TipoDocumento) -> Venta:
        pedido = PedidoDeVenta(
            lineas=[LineaPedida(id_producto=te.pk, cantidad=Decimal(1))],
            pagos=[PagoPedido(forma=FormaPago.DEBITO)],
            id_cliente=clara.pk, documento=tipo,
        )
        return vender(actor=actor(carlos), pedido=pedido, ahora=ahora).venta

    hecho = {"boleta": comprar(TipoDocumento.BOLETA), "factura": comprar(TipoDocumento.FACTURA)}
    entrar(
        rut=clara.rut, contrasena=CONTRASENA, ahora=ahora,
        actor=Actor(puerta=Puerta.API, ip="200.1.2.3", dispositivo="El teléfono de Clara"),
    )
    enviar_mensaje(actor=actor(ana), rut=clara.rut, titulo="Hola", mensaje="Llegó el té", ahora=ahora)
    sellar_pendientes(reloj=timezone.now)
    return hecho


def olvidar(quien: APIClient, rut: str, **cuerpo: str) -> Any:
    return quien.post(f"/users/{rut}/anonimizacion", cuerpo)


def test_se_da_todo_lo_que_se_guarda_y_queda_registrado(api, clara, vida):
    respuesta = api(clara).get(f"/users/{clara.rut}/datos-personales")
    assert respuesta.status_code == 200
    datos = respuesta.json()
    assert datos["titular"]["nombre"] == "Clara"
    assert [c["tipo_documento"] for c in datos["compras"]] == ["boleta", "factura"]
    assert datos["compras"][0]["productos"][0]["nombre"] == "Té negro"
    assert datos["sesiones"][0]["ip"] == "200.1.2.3"
    assert datos["notificaciones"][0]["mensaje"] == "Llegó el té"
    assert datos["movimientos_de_puntos"]
    assert any("Ingresó" in r["mensaje"] for r in datos["registros"])
    registro = Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES).get()
    assert (registro.usuario, registro.objeto_id) == (clara, clara.pk)


def test_las_consultas_no_dependen_de_cuanto_compro(api, clara, vida, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        api(clara).get(f"/users/{clara.rut}/datos-personales")


def test_nada_de_clara_queda_en_la_tienda(api, clara, vida):
    assert olvidar(api(clara), clara.rut, contrasena=CONTRASENA).status_code == 200
    clara.refresh_from_db()
    assert (clara.nombre, clara.apellido, clara.correo, clara.telefono) == ("Cliente", "anonimizado", "", "")
    assert (clara.estado, clara.puntos, clara.has_usable_password()) == (Estado.INACTIVO, 0, False)
    assert not Usuario.objects.filter(rut="217997607").exists()
    assert not Notificacion.objects.filter(usuario=clara).exists()
    assert not FrenoIngreso.objects.filter(rut="217997607").exists()
    assert list(Sesion.objects.values_list("ip", "dispositivo")) == [(None, "")]
    for fila in Registro.objects.values():
        texto = str(fila).casefold()
        assert "clara" not in texto
        assert "217997607" not in texto
        assert "200.1.2.3" not in texto
        assert "llegó el té" not in texto


def test_las_ventas_los_folios_y_la_cadena_quedan_como_estaban(api, ana, clara, vida):
    antes = list(Venta.objects.order_by("id").values_list("folio", "total", "iva", "puntos_ganados"))
    olvidar(api(ana), clara.rut)
    assert list(Venta.objects.order_by("id").values_list("folio", "total", "iva", "puntos_ganados")) == antes
    assert list(problemas_de_ventas()) == []
    saldo = sum(MovimientoPuntos.objects.filter(usuario=clara).values_list("cantidad", flat=True))
    assert saldo == 0
    sellar_pendientes(reloj=timezone.now)
    resultado = verificar()
    assert resultado.integra
    assert resultado.borrados > 0


def test_el_nombre_en_la_factura_se_guarda_seis_anios_y_el_de_la_boleta_no(api, ana, clara, vida, ahora):
    olvidar(api(ana), clara.rut)
    assert Venta.objects.get(pk=vida["boleta"].pk).nombre_cliente == ""
    assert Venta.objects.get(pk=vida["factura"].pk).nombre_cliente == "Clara Núñez"
    hoy: datetime = timezone.now()
    assert olvidar_facturas_viejas(actor=SISTEMA, ahora=hoy + timedelta(days=365 * 5)) == 0
    assert olvidar_facturas_viejas(actor=SISTEMA, ahora=hoy + timedelta(days=366 * 6 + 31)) == 1
    assert Venta.objects.get(pk=vida["factura"].pk).nombre_cliente == ""


def test_pedirlo_sobre_uno_mismo_exige_la_contrasena(api, clara, vida):
    respuesta = olvidar(api(clara), clara.rut)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (403, "contrasena_incorrecta")
    assert olvidar(api(clara), clara.rut, contrasena="otra").status_code == 403
    assert Usuario.objects.get(pk=clara.pk).nombre == "Clara"


def test_probar_contrasenas_por_ahi_tiene_el_mismo_freno(api, clara, vida):
    estados = [olvidar(api(clara), clara.rut, contrasena=f"no es {n}").status_code for n in range(12)]
    assert 429 in estados


def test_quien_trabaja_en_la_tienda_no_se_anonimiza(api, ana, carlos):
    for quien in (ana, carlos):
        respuesta = olvidar(api(ana), quien.rut, contrasena=CONTRASENA)
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (403, "solo_clientes")


def test_despues_se_puede_registrar_otra_vez_con_su_rut_como_alguien_nuevo(api, ana, clara, vida):
    olvidar(api(ana), clara.rut)
    assert api(ana).get("/users/217997607").status_code == 404
    nueva = {
        "rut": "21.799.760-7", "nombre": "Clara", "apellido": "Núñez", "contrasena": CONTRASENA,
        "correo": "", "telefono": "",
    }
    assert api().post("/register", nueva).status_code == 201
    assert api(Usuario.objects.get(rut="217997607")).get("/ventas").json() == []


def test_un_olvidado_no_entra_ni_se_encuentra_por_lo_que_quedo_de_rut(api, ana, clara, vida):
    olvidar(api(ana), clara.rut)
    clara.refresh_from_db()
    assert clara.rut == rut_de_olvidado(clara.pk)
    assert api(ana).get(f"/users/{clara.rut}").status_code == 404
    assert api().post("/login", {"rut": clara.rut, "contrasena": CONTRASENA}).status_code in (400, 401)


def test_los_rut_de_olvidados_son_distintos_y_no_son_de_nadie():
    from inventario.base.rut import canonico

    ruts = {rut_de_olvidado(n) for n in range(1, 500)}
    assert len(ruts) == 499
    for rut in ruts:
        with pytest.raises(ValueError, match="verificador"):
            canonico(rut)
    with pytest.raises(ValueError, match="demasiados"):
        rut_de_olvidado(10_000_000)
