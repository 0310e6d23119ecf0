"""Los más vendidos del inicio: exactos a toda hora, y sin volver a sumar los días que ya cerraron."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from inventario.panel.consultas import ventas as consulta
from inventario.panel.inicio import reunir
from inventario.panel.periodo import Periodo
from productos.models import Producto
from usuarios.models import Usuario
from ventas.models import ConteoVentas, ResumenProducto, ResumenReciente
from ventas.recientes import DIAS_RECIENTES, dias_cerrados, recientes_cuadran, resumir_recientes
from ventas.resumenes import reconstruir_dia
from ventas.servicios import PedidoDeDevolucion, VentaHecha, devolver

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
DIA = timedelta(days=1)

pytestmark = pytest.mark.django_db


def _pedir(ahora: datetime, cuantos: int = 3) -> tuple[list[tuple[int, int]], bool]:
    """Los más vendidos, y si para decirlos se sumaron los días cerrados."""
    hoy = dia_de(ahora)
    cerrados = ConteoVentas.objects.filter(dia__range=dias_cerrados(hoy))
    documentos = cerrados.aggregate(n=Sum(F("ventas") + F("devoluciones")))["n"] or 0
    with CaptureQueriesContext(connection) as consultas:
        dicho = consulta.mas_vendidos(hoy, cuantos, documentos=documentos)
    assert len(consultas) == 2
    return dicho, "BETWEEN" in consultas.captured_queries[1]["sql"]


def _sumados_uno_a_uno(ahora: datetime, cuantos: int = 3) -> list[tuple[int, int]]:
    hoy = dia_de(ahora)
    ventas: Counter[int] = Counter()
    for fila in ResumenProducto.objects.filter(dia__gt=hoy - DIA * DIAS_RECIENTES, dia__lte=hoy):
        ventas[fila.producto_id] += fila.vendido - fila.devuelto
    return sorted(ventas.items(), key=lambda par: (-par[1], par[0]))[:cuantos]


@pytest.fixture
def de_ayer(venta: Vender, producto: Fabrica, ahora: datetime) -> list[Producto]:
    """Cinco productos, cada uno vendido ayer."""
    productos = [producto(f"P{n}", stock=900) for n in range(5)]
    for n, vendido in enumerate(productos):
        venta((vendido, 10 + n), cuando=ahora - DIA)
    return productos


@pytest.mark.parametrize("semilla", range(8))
def test_son_los_mismos_que_sumando_uno_a_uno(
    semilla: int, venta: Vender, producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor],
    ahora: datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consulta, "CANDIDATOS", 4)
    azar = random.Random(semilla)
    productos = [producto(f"P{n}", precio=azar.choice((500, 1_000, 20_000)), stock=900) for n in range(9)]

    def vender(atras: int) -> VentaHecha:
        llevados = azar.sample(productos, azar.randint(1, 3))
        return venta(*((p, azar.randint(1, 9)) for p in llevados), cuando=ahora - DIA * atras)

    # Del día 30 hacia atrás ya no cuenta.
    viejas = [vender(atras) for atras in (31, 30, 29, 29, 20, 11, 10, 3, 2, 1, 1)]
    resumir_recientes(hoy=dia_de(ahora))
    de_hoy = [vender(0) for _ in range(azar.randint(0, 4))]
    for hecha in azar.sample(viejas + de_hoy, 3):
        devolver(
            actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Cambio"), ahora=ahora
        )
    for cuantos in (1, 2, 3, 20):
        assert _pedir(ahora, cuantos)[0] == _sumados_uno_a_uno(ahora, cuantos), cuantos


def test_con_los_dias_cerrados_sumados_no_se_vuelven_a_sumar(
    de_ayer: list[Producto], venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    venta((de_ayer[0], 3))
    nuevo = producto("Recién llegado", precio=100_000)
    venta((nuevo, 1))
    assert _pedir(ahora) == (_sumados_uno_a_uno(ahora), True)
    assert resumir_recientes(hoy=dia_de(ahora)) == 5
    assert resumir_recientes(hoy=dia_de(ahora)) == 5
    dicho, sumando = _pedir(ahora)
    assert (dicho[0], sumando) == ((nuevo.pk, 100_000), False)
    assert dicho == _sumados_uno_a_uno(ahora)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("de_ayer")
def test_sumarlos_dos_veces_a_la_vez_es_sumarlos_una(ahora: datetime) -> None:
    def sumar(_: int) -> int:
        try:
            return resumir_recientes(hoy=dia_de(ahora))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hilos:
        assert list(hilos.map(sumar, range(12))) == [5] * 12
    assert _pedir(ahora) == (_sumados_uno_a_uno(ahora), False)


def test_una_venta_que_confirma_pasada_la_medianoche_tambien_cuenta(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    te, pan, queso, leche = (producto(n, stock=900) for n in ("Té", "Pan", "Queso", "Leche"))
    venta((te, 5), (pan, 4), (queso, 3), cuando=ahora - DIA)
    resumir_recientes(hoy=dia_de(ahora))
    assert not _pedir(ahora)[1]
    venta((leche, 9), cuando=ahora - DIA)
    assert _pedir(ahora) == (_sumados_uno_a_uno(ahora), True)
    assert reunir(ahora)["mas_vendidos"][0].nombre == "Leche"


def test_al_otro_dia_la_suma_de_ayer_ya_no_vale(venta: Vender, producto: Fabrica, ahora: datetime) -> None:
    te, pan, queso = (producto(n, stock=900) for n in ("Té", "Pan", "Queso"))
    venta((te, 5), (pan, 4), (queso, 3), cuando=ahora - DIA * 29)
    resumir_recientes(hoy=dia_de(ahora))
    assert not _pedir(ahora)[1]
    assert _pedir(ahora + DIA) == ([], True)


def test_si_un_dia_se_corrige_se_vuelve_a_sumar(venta: Vender, producto: Fabrica, ahora: datetime) -> None:
    te, pan, queso = (producto(n, stock=900) for n in ("Té", "Pan", "Queso"))
    venta((te, 5), (pan, 4), (queso, 3), cuando=ahora - DIA)
    ResumenProducto.objects.filter(producto=pan.pk).update(vendido=99_000)
    resumir_recientes(hoy=dia_de(ahora))
    assert _pedir(ahora)[0][0] == (pan.pk, 99_000)
    assert reconstruir_dia(dia=dia_de(ahora - DIA))
    assert _pedir(ahora) == ([(te.pk, 5_000), (pan.pk, 4_000), (queso.pk, 3_000)], True)


def test_reconstruir_suma_los_dias_cerrados_y_verificar_dice_si_no_cuadran(
    venta: Vender, producto: Fabrica
) -> None:
    venta((producto(), 5), cuando=timezone.now() - DIA)
    hoy = dia_de(timezone.now())
    assert recientes_cuadran(hoy=hoy)
    call_command("reconstruir_resumenes", stdout=StringIO())
    assert [fila.venta for fila in ResumenReciente.objects.all()] == [5_000]
    assert recientes_cuadran(hoy=hoy)
    ResumenReciente.objects.update(venta=1)
    with pytest.raises(CommandError, match="No cuadra la suma de los últimos días"):
        call_command("reconstruir_resumenes", verificar=True, stdout=StringIO())


def test_los_totales_del_dia_y_del_cajero_son_los_de_sus_horas(
    venta: Vender, producto: Fabrica, ana: Usuario, carlos: Usuario, actor: Callable[[Usuario], Actor],
    ahora: datetime,
) -> None:
    te = producto(stock=900, costo=300)
    venta((te, 5), quien=ana, cuando=ahora - DIA * 2)
    hecha = venta((te, 2), quien=carlos, cuando=ahora - DIA * 2 + timedelta(hours=3))
    venta((te, 3), quien=ana)
    devolver(
        actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Cambio"), ahora=ahora
    )
    periodo = Periodo(dia_de(ahora - DIA * 3), dia_de(ahora))
    totales = consulta.totales(periodo)

    def mirar(cifras: Any) -> dict[str, int]:
        return {medida: getattr(cifras, medida) for medida in (*consulta.TOTALES, "nombre")}

    por_horas = consulta.por_dia_y_cajero(periodo)
    assert {k: mirar(c) for k, c in totales.items()} == {k: mirar(c) for k, c in por_horas.items()}
    assert len(totales) == 4
    dias = {dia: c.venta for dia, c in consulta.sumar_dias(totales, periodo).items()}
    assert dias == {dia: c.venta for dia, c in consulta.por_dia(periodo).items()}
