"""``datos_demo``: una tienda creíble, entera, repetible, y nunca encima de una de verdad."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stdnum import ean

from inventario.base.actor import Actor, Rol
from inventario.base.fechas import dia_de
from inventario.mantenimiento.demo import carga, plan
from inventario.mantenimiento.demo.catalogo import PERSONAS, categorias, fichas
from inventario.mantenimiento.demo.plan import planear
from productos.models import Descuento, MovimientoStock, Producto
from usuarios.ingreso import es_su_pin
from usuarios.models import Usuario
from ventas.models import Caja, Devolucion, FormaPago, TurnoCaja, Venta
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import LineaPedida, PedidoDeVenta, vender


@pytest.fixture
def pocas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Una venta al día: el mismo camino, más corto."""
    monkeypatch.setattr(plan, "VENTAS_POR_DIA", (1,) * 7)


def _cargar(ahora: datetime) -> list[str]:
    dicho: list[str] = []
    carga.cargar_demo(contrasena="once-con-palta-7", ahora=ahora, contar=dicho.append)
    return dicho


def _cuadra() -> None:
    call_command("verificar_inventario", stdout=StringIO())
    call_command("verificar_ventas", stdout=StringIO())


def test_el_catalogo_es_el_de_un_almacen() -> None:
    catalogo = fichas()
    assert len(catalogo) == 150
    assert len(categorias()) == 10
    assert len({ficha.codigo for ficha in catalogo}) == 150
    for ficha in catalogo:
        assert ean.is_valid(ficha.codigo)
        # El 24 es de las etiquetas de balanza.
        assert 20 <= int(ficha.codigo[:2]) <= 29
        assert not ficha.codigo.startswith("24")
    assert Counter(persona.rol for persona in PERSONAS) == {rol: 3 for rol in Rol}


def test_el_plan_es_el_mismo_cada_vez(ahora: datetime) -> None:
    uno, otro = (planear(fichas(), cajeros=3, clientes=3, ahora=ahora) for _ in range(2))
    assert uno == otro
    assert 800 < len(uno) < 1000
    assert all(a.cuando <= b.cuando for a, b in pairwise(uno))
    assert uno[-1].cuando < ahora
    assert {dia_de(venta.cuando) for venta in uno} >= {
        dia_de(ahora) - timedelta(days=n) for n in range(1, 91)
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("pocas")
def test_carga_una_tienda_que_cuadra(ahora: datetime) -> None:
    dicho = _cargar(ahora)
    assert "once-con-palta-7" in "\n".join(dicho)
    pin = dicho[2].rpartition(" ")[2]
    assert all(es_su_pin(u, pin) for u in Usuario.objects.exclude(rol=Rol.CLIENTE))
    assert Counter(Usuario.objects.values_list("rol", flat=True)) == {rol: 3 for rol in Rol}
    assert Producto.objects.count() == 150
    assert Producto.objects.filter(stock=0).count() == 3
    assert Producto.objects.stock_bajo().count() > 3
    hoy = dia_de(ahora)
    assert Descuento.objects.filter(ultimo_dia=hoy).count() == 2
    assert Descuento.objects.filter(ultimo_dia__lt=hoy).exists()
    assert Producto.objects.filter(fecha_vencimiento__lt=hoy).exists()
    assert MovimientoStock.objects.filter(tipo=MovimientoStock.Tipo.COMPRA).exists()
    assert Venta.objects.count() >= 90
    (abierto,) = TurnoCaja.objects.abiertos()
    assert dia_de(abierto.desde) == hoy
    cerrados = TurnoCaja.objects.filter(cerrado__isnull=False)
    assert cerrados.filter(diferencia=0).exists()
    assert cerrados.exclude(diferencia=0).exists()
    # Cada caja numera sus Z sin saltos.
    for caja in Caja.objects.all():
        assert list(cerrados.filter(caja=caja).order_by("id").values_list("numero_z", flat=True)) == [
            1, 2, 3, 4, 5, 6
        ]
    assert Venta.objects.filter(turno__isnull=False).exists()
    _cuadra()


@pytest.mark.lento
@pytest.mark.django_db
def test_la_muestra_entera_cuadra(ahora: datetime) -> None:
    _cargar(ahora)
    assert set(Venta.objects.values_list("forma_pago", flat=True)) == set(FormaPago)
    assert Devolucion.objects.count() > 5
    assert Venta.objects.filter(exento__gt=0).exists()
    _cuadra()


@pytest.mark.django_db
@pytest.mark.usefixtures("pocas")
def test_repetirla_no_cambia_nada(ahora: datetime) -> None:
    _cargar(ahora)
    antes = (Venta.objects.count(), MovimientoStock.objects.count(), Usuario.objects.count())
    assert _cargar(ahora + timedelta(days=3)) == ["Los datos de muestra ya estaban cargados."]
    assert antes == (Venta.objects.count(), MovimientoStock.objects.count(), Usuario.objects.count())


@pytest.mark.django_db
@pytest.mark.usefixtures("pocas")
@pytest.mark.parametrize("cuantas", [0, 40])
def test_una_carga_interrumpida_sigue_donde_quedo(
    ahora: datetime, monkeypatch: pytest.MonkeyPatch, cuantas: int
) -> None:
    hechas = 0

    def hasta_el_corte(**pedido: Any) -> Any:
        nonlocal hechas
        if hechas == cuantas:
            raise KeyboardInterrupt
        hechas += 1
        return vender(**pedido)

    with monkeypatch.context() as cortada:
        cortada.setattr(carga, "vender", hasta_el_corte)
        with pytest.raises(KeyboardInterrupt):
            _cargar(ahora)
    _cargar(ahora + timedelta(days=1))
    esperadas = planear(fichas(), cajeros=3, clientes=3, ahora=ahora)
    assert list(Venta.objects.order_by("pk").values_list("fecha_venta", flat=True)) == [
        venta.cuando for venta in esperadas
    ]
    _cuadra()


@pytest.mark.django_db
def test_no_se_carga_sobre_una_venta_real(
    ana: Usuario, actor: Callable[[Usuario], Actor], producto: Callable[..., Producto], ahora: datetime
) -> None:
    vender(
        actor=actor(ana),
        pedido=PedidoDeVenta(
            lineas=[LineaPedida(id_producto=producto().pk, cantidad=Decimal(1))],
            pagos=[PagoPedido(forma=FormaPago.EFECTIVO)],
        ),
        ahora=ahora,
    )
    with pytest.raises(CommandError, match="ya tiene ventas reales"):
        call_command("datos_demo", stdout=StringIO())
    assert Producto.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("pocas")
def test_el_comando_muestra_las_cuentas_y_su_contrasena_una_sola_vez() -> None:
    primera, segunda = StringIO(), StringIO()
    call_command("datos_demo", contrasena="once-con-palta-7", stdout=primera)
    call_command("datos_demo", stdout=segunda)
    assert "Administrador" in primera.getvalue()
    assert "once-con-palta-7" in primera.getvalue()
    assert "Contraseña" not in segunda.getvalue()
    assert Usuario.objects.get(rut=PERSONAS[0].rut).check_password("once-con-palta-7")
