"""La página de inicio: las cifras del día, comparadas con justicia, en un número fijo de consultas."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.operacion import operacion
from inventario.panel import graficos
from inventario.panel.consultas import stock
from inventario.panel.inicio import reunir
from inventario.panel.periodo import Periodo
from productos.models import Producto
from productos.servicios import desactivar_producto, editar_producto
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Usuario
from ventas.models import Venta
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]

pytestmark = pytest.mark.django_db


def test_hoy_se_compara_con_el_mismo_dia_hasta_la_misma_hora(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    te = producto(precio=1_000, stock=500)
    semana = timedelta(days=7)
    venta((te, 3), cuando=ahora)
    venta((te, 4), cuando=ahora - semana - timedelta(hours=2))
    venta((te, 2), cuando=ahora - semana)
    venta((te, 9), cuando=ahora - semana + timedelta(hours=2))
    # A las 12:30 de Santiago, de la hora en curso de la semana pasada se cuenta la mitad.
    inicio = reunir(ahora + timedelta(minutes=30))
    comparacion = inicio["hoy_contra_antes"]
    assert (comparacion.ahora, comparacion.antes) == (3_000, 5_000)
    assert comparacion.variacion == pytest.approx(-40)
    assert inicio["hace_una_semana"].venta == 15_000


def test_sin_ventas_la_semana_pasada_no_hay_comparacion(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    venta((producto(), 1))
    assert reunir(ahora)["hoy_contra_antes"].variacion is None


def test_el_mes_se_compara_con_los_mismos_dias(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    te = producto(precio=1_000, stock=500)
    venta((te, 1), cuando=datetime(2026, 10, 1, 15, tzinfo=UTC))
    venta((te, 1), cuando=datetime(2026, 10, 24, 15, tzinfo=UTC))
    venta((te, 7), cuando=datetime(2026, 10, 25, 15, tzinfo=UTC))
    venta((te, 4), cuando=datetime(2026, 11, 1, 15, tzinfo=UTC))
    assert reunir(ahora)["mes_contra_antes"].antes == 2_000
    assert reunir(ahora)["mes"].venta == 4_000


def test_dice_lo_que_falta_lo_que_vence_y_lo_poco_usual(
    venta: Vender, producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    hoy = ahora.date()
    producto("Agotado", stock=0)
    producto("En su mínimo", stock=3, stock_minimo=Decimal(5))
    producto("Por vencer", fecha_vencimiento=hoy + timedelta(days=10))
    producto("Vencido", fecha_vencimiento=hoy - timedelta(days=1))
    te = producto("Té")
    hecha = venta((te, 1), porcentaje=Decimal(30))
    anulada = venta((te, 2))
    devolver(
        actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=anulada.venta.pk, motivo="Error"), ahora=ahora
    )
    inicio = reunir(ahora + timedelta(minutes=1))
    alertas = inicio["alertas"]
    assert (alertas.agotados, alertas.en_minimo, alertas.por_vencer, alertas.vencidos) == (1, 1, 1, 1)
    assert [p.nombre for p in alertas.primeros_por_vencer] == ["Vencido", "Por vencer"]
    eventos = {evento.clase: evento for evento in inicio["eventos"]}
    assert eventos["descuento"].texto == f"Descuento de 30 % en la venta {hecha.venta.pk}"
    assert eventos["anulacion"].detalle == "Error"


def test_lo_mismo_muchas_veces_se_cuenta_y_no_tapa_lo_demas(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    venta((producto("Té"), 1), porcentaje=Decimal(30))
    for _ in range(20):
        _anotar_rechazo(ahora)
    por_clase = {evento.clase: evento for evento in reunir(ahora)["eventos"]}
    assert por_clase["seguridad"].veces == 20
    assert "descuento" in por_clase


@operacion
def _anotar_rechazo(ahora: datetime) -> None:
    registrar(
        actor=Actor.sistema(puerta=Puerta.TAREA), tipo=TipoRegistro.SEGURIDAD, mensaje="Rechazado",
        ahora=ahora,
    )


def test_se_muestra_y_cuesta_siempre_las_mismas_consultas(
    admin_de_ana: Client, mes: Periodo, venta: Vender, producto: Fabrica
) -> None:
    def abrir() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as consultas:
            respuesta = admin_de_ana.get("/admin/")
        assert respuesta.status_code == 200
        return len(consultas), respuesta.content.decode()

    venta((producto("Té verde", precio=2_345), 1), cuando=timezone.now())
    antes, pagina = abrir()
    assert "$2.345" in pagina
    assert "Té verde" in pagina
    for n in range(5):
        venta((producto(f"Otro {n}", stock=1), 1), porcentaje=Decimal(50), cuando=timezone.now())
    despues, _ = abrir()
    assert antes == despues <= 20


def test_sin_permiso_se_ve_la_lista_de_siempre(ana: Usuario) -> None:
    ana.is_superuser = False
    ana.save(update_fields=["is_superuser"])
    cliente = Client()
    cliente.force_login(ana)
    respuesta = cliente.get("/admin/")
    assert respuesta.status_code == 200
    assert "Venta de hoy" not in respuesta.content.decode()


def test_una_tienda_vacia_tambien_se_abre(admin_de_ana: Client) -> None:
    assert not Venta.objects.exists()
    texto = admin_de_ana.get("/admin/").content.decode()
    assert "Todavía no hay ventas" in texto


@pytest.mark.parametrize(
    ("valor", "techo"), [(0, 1), (1, 1), (3, 5), (17, 20), (21, 25), (99, 100), (101_000, 200_000)]
)
def test_los_ejes_llegan_a_un_numero_redondo(valor: int, techo: int) -> None:
    assert graficos.techo(valor) == techo


def test_una_barra_negativa_no_se_dibuja_al_reves() -> None:
    serie = graficos.Serie(nombre="Venta", clase="venta", valores=[-500, 1_000], textos=["a", "b"])
    grafico: Any = graficos.barras("Venta", ["1", "2"], [serie])
    assert [barra.alto for barra in grafico.barras] == [0, grafico.base - 8]


def test_las_alertas_siguen_al_stock_y_al_estado_de_cada_producto(
    venta: Vender, producto: Fabrica, actor: Callable[[Usuario], Actor], ana: Usuario, ahora: datetime
) -> None:
    hoy = ahora.date()

    def alertas() -> tuple[int, int, int, int]:
        dichas = stock.alertas(hoy)
        return dichas.agotados, dichas.en_minimo, dichas.por_vencer, dichas.vencidos

    te = producto("Té", codigo="T-1", stock=8, stock_minimo=Decimal(5), fecha_vencimiento=hoy)
    producto("Viejo", codigo="V-1", stock=0, fecha_vencimiento=hoy - timedelta(days=90))
    assert alertas() == (1, 0, 1, 0)
    venta((te, 3))
    assert alertas() == (1, 1, 1, 0)
    venta((te, 5))
    assert alertas() == (2, 0, 0, 0)
    editar = {"codigo": "T-1", "actor": actor(ana), "ahora": ahora}
    editar_producto(
        cambios={"stock": Decimal(6), "fecha_vencimiento": hoy - timedelta(days=1)}, **editar
    )
    assert alertas() == (1, 0, 0, 1)
    editar_producto(cambios={"stock_minimo": Decimal(6), "fecha_vencimiento": None}, **editar)
    assert alertas() == (1, 1, 0, 0)
    desactivar_producto(**editar)
    assert alertas() == (1, 0, 0, 0)
