"""Los resúmenes dicen siempre lo que dicen los documentos, y reconstruirlos no cambia nada."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from inventario.base.actor import Actor
from inventario.base.fechas import dia_de
from productos.models import ClaseTributaria, Producto, Unidad
from usuarios.models import Usuario
from ventas.models import FormaPago, ResumenProducto, ResumenVentas, TipoDocumento
from ventas.reglas.pagos import PagoPedido
from ventas.resumenes import CLAVES, dias_distintos, guardadas, reconstruir_dia
from ventas.servicios import ParteDevuelta, PedidoDeDevolucion, VentaHecha, devolver

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
HOY = date(2026, 11, 24)
ESCRIBE = re.compile("INTO ventas_(?:resumen|conteo)")

pytestmark = pytest.mark.django_db


def _todo(modelo: type[models.Model], dia: date = HOY) -> dict[str, int]:
    montos = [c.name for c in modelo._meta.fields if c.get_internal_type() == "BigIntegerField"]
    return modelo._default_manager.filter(dia=dia).aggregate(**{m: models.Sum(m) for m in montos})


@pytest.fixture
def tarde_agitada(
    venta: Vender, producto: Fabrica, ana: Usuario, carlos: Usuario, clara: Usuario,
    actor: Callable[[Usuario], Actor], ahora: datetime,
) -> datetime:
    """Dos cajeros, pagos mixtos, factura, exentos, kilos, descuentos y devoluciones parciales."""
    te = producto(precio=1_190, costo="700.5", stock=500)
    queso = producto("Queso", precio=9_990, costo="5000.123456", stock="80.5", unidad=Unidad.KILO)
    libro = producto("Libro", precio=7_777, costo=4_000, clase_tributaria=ClaseTributaria.EXENTO, stock=90)
    hechas = [
        venta((te, 3), (queso, "0.345"), porcentaje=Decimal("7.5"), cuando=ahora),
        venta((libro, 2), (te, 1), quien=ana, forma=FormaPago.DEBITO, cuando=ahora + timedelta(hours=2)),
        venta((queso, "1.2"), documento=TipoDocumento.FACTURA, forma=FormaPago.CREDITO, cuando=ahora),
        venta(
            (te, 5), cuando=ahora, id_cliente=clara.pk,
            pagos=[
                PagoPedido(forma=FormaPago.EFECTIVO, monto=1_000),
                PagoPedido(forma=FormaPago.DEBITO, monto=4_950),
            ],
        ),
    ]
    for hecha, partes in (
        (hechas[0], [ParteDevuelta(id_producto=te.pk, cantidad=Decimal(1))]),
        (hechas[3], [ParteDevuelta(id_producto=te.pk, cantidad=Decimal(2))]),
        (hechas[2], []),
    ):
        devolver(
            actor=actor(ana),
            pedido=PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Fallado", partes=partes),
            ahora=ahora + timedelta(hours=3),
        )
    return ahora


def test_dicen_lo_que_dicen_los_documentos(tarde_agitada: datetime) -> None:
    assert dias_distintos(desde=HOY - timedelta(days=1), hasta=HOY + timedelta(days=1)) == []
    horas, productos = _todo(ResumenVentas), _todo(ResumenProducto)
    for medida in ("vendido", "devuelto", "sin_iva", "costo"):
        assert horas[medida] == productos[medida] != 0
    assert horas["pagado"] == horas["vendido"] - horas["devuelto"] == horas["sin_iva"] + horas["iva"]


def test_la_hora_es_la_de_la_tienda_y_la_fila_del_que_vendio(
    venta: Vender, producto: Fabrica, carlos: Usuario
) -> None:
    # 02:30 UTC del 25 es todavía el 24 en Santiago, a las 23:30.
    venta((producto(), 1), cuando=datetime(2026, 11, 25, 2, 30, tzinfo=UTC))
    (fila,) = ResumenVentas.objects.all()
    assert (fila.dia, fila.hora, fila.cajero_id, fila.ventas) == (HOY, 23, carlos.pk, 1)


def test_una_devolucion_de_otro_dia_resta_en_su_dia(
    venta: Vender, producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    hecha = venta((producto(precio=1_000), 2))
    devolver(
        actor=actor(ana), pedido=PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Cambio"),
        ahora=ahora + timedelta(days=1),
    )
    assert (_todo(ResumenVentas)["vendido"], _todo(ResumenVentas)["devuelto"]) == (2_000, 0)
    manana = _todo(ResumenVentas, HOY + timedelta(days=1))
    assert (manana["vendido"], manana["devuelto"], manana["pagado"]) == (0, 2_000, -2_000)


def test_cuestan_tres_sentencias_con_una_linea_o_con_cincuenta(venta: Vender, producto: Fabrica) -> None:
    productos = [producto(f"Producto {n}") for n in range(50)]
    venta((productos[0], 1))  # la primera se hace de nuevo: crea el correlativo
    for lineas in (productos[:1], productos):
        with CaptureQueriesContext(connection) as consultas:
            venta(*((p, 1) for p in lineas))
        assert sum(len(ESCRIBE.findall(q["sql"])) for q in consultas.captured_queries) == 3


def test_una_venta_que_falla_no_deja_rastro(venta: Vender, producto: Fabrica) -> None:
    with pytest.raises(Exception, match="stock"):
        venta((producto(stock=1), 5))
    assert not ResumenVentas.objects.exists()
    assert not ResumenProducto.objects.exists()


def test_reconstruir_repara_lo_que_sobra_falta_o_esta_mal(tarde_agitada: datetime) -> None:
    buenas = {modelo: guardadas(modelo, HOY) for modelo in CLAVES}
    ResumenVentas.objects.filter(hora=12).update(vendido=1, pagado=2)
    primero = ResumenProducto.objects.filter(dia=HOY).order_by("producto_id").first()
    assert primero is not None
    ResumenProducto.objects.filter(pk=primero.pk).delete()
    ResumenVentas.objects.create(dia=HOY, hora=3, cajero=Usuario.objects.first(), forma_pago=1, vendido=99)
    assert dias_distintos(desde=HOY, hasta=HOY) == [HOY]
    assert reconstruir_dia(dia=HOY)
    assert {modelo: guardadas(modelo, HOY) for modelo in CLAVES} == buenas
    assert not reconstruir_dia(dia=HOY)


def test_el_comando_rehace_todo_desde_nada(tarde_agitada: datetime) -> None:
    buenas = {modelo: guardadas(modelo, HOY) for modelo in CLAVES}
    for modelo in CLAVES:
        modelo._default_manager.all().delete()
    with pytest.raises(CommandError, match="2026-11-24"):
        call_command("reconstruir_resumenes", "--verificar", stdout=StringIO())
    salida = StringIO()
    call_command("reconstruir_resumenes", stdout=salida)
    assert "1 días corregidos" in salida.getvalue()
    assert {modelo: guardadas(modelo, HOY) for modelo in CLAVES} == buenas
    call_command("reconstruir_resumenes", "--verificar", stdout=StringIO())


def test_el_comando_no_tropieza_con_una_tienda_sin_ventas(db: None) -> None:
    salida = StringIO()
    call_command("reconstruir_resumenes", stdout=salida)
    assert "No hay ventas" in salida.getvalue()


@pytest.mark.lento
@pytest.mark.django_db(transaction=True)
def test_reconstruir_mientras_se_vende_no_pierde_ni_repite(
    venta: Vender, producto: Fabrica, ana: Usuario, carlos: Usuario
) -> None:
    productos = [producto(f"P{n}", stock=1000, costo=300) for n in range(6)]
    vendiendo = threading.Event()
    vendiendo.set()

    def vender(quien: Usuario, corrido: int) -> None:
        try:
            for n in range(40):
                # Las horas cambian: cada una es una fila nueva, que el que reconstruye no bloqueó.
                venta(
                    (productos[(n + corrido) % 6], 1), (productos[(n * 3) % 6], 1), quien=quien,
                    cuando=datetime(2026, 11, 24, 11 + n % 12, n, tzinfo=UTC),
                )
        finally:
            connection.close()

    def reconstruir() -> None:
        try:
            while vendiendo.is_set():
                reconstruir_dia(dia=HOY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hilos:
        aparte = hilos.submit(reconstruir)
        tareas = [hilos.submit(vender, quien, i) for i, quien in enumerate((ana, carlos, ana))]
        try:
            for tarea in tareas:
                tarea.result()
        finally:
            vendiendo.clear()
        aparte.result()
    assert dia_de(datetime(2026, 11, 24, 22, 0, tzinfo=UTC)) == HOY
    assert dias_distintos(desde=HOY, hasta=HOY) == []
    assert ResumenVentas.objects.aggregate(n=models.Sum("ventas"))["n"] == 120
