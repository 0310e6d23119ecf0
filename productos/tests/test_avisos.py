"""Avisos del catálogo: el stock que llega a su mínimo se avisa una vez."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from inventario.base.actor import Actor
from productos import tasks
from productos.kardex import Cambio, bloquear_productos, mover_stock
from productos.models import Categoria, MovimientoStock, Producto
from productos.servicios import DatosProducto, crear_producto
from usuarios.models import Notificacion, Usuario

pytestmark = pytest.mark.django_db

Crear = Callable[..., Producto]
Vender = Callable[..., None]


@pytest.fixture
def crear(ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime) -> Crear:
    Categoria.objects.create(nombre="Lácteos", nombre_normalizado="lacteos")

    def hacer(nombre: str = "Leche", **extra: object) -> Producto:
        datos = {"stock": Decimal(6), "stock_minimo": Decimal(5), "costo": Decimal(100), **extra}
        return crear_producto(
            datos=DatosProducto(
                nombre=nombre, categoria="Lácteos", precio_venta=1190,
                codigo_barras=nombre.upper().replace(" ", ""),
                **datos,  # type: ignore[arg-type]
            ),
            actor=actor(ana), ahora=ahora,
        )

    return hacer


@pytest.fixture
def mover(carlos: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime) -> Vender:
    def hacer(*productos: Producto, cantidad: int = -1) -> None:
        with transaction.atomic():
            bloqueados = bloquear_productos([p.pk for p in productos])
            mover_stock(
                cambios=[Cambio(producto=p, cantidad=Decimal(cantidad)) for p in bloqueados.values()],
                tipo=MovimientoStock.Tipo.VENTA, actor=actor(carlos), ahora=ahora,
            )

    return hacer


def test_el_stock_en_su_minimo_se_avisa_una_vez_y_no_en_cada_venta(
    crear: Crear, mover: Vender, ana: Usuario
) -> None:
    leche = crear()
    for _ in range(4):
        mover(leche)
    aviso = Notificacion.objects.get()
    assert (aviso.usuario, aviso.tipo) == (ana, "stock_minimo")
    assert aviso.mensaje == "Quedan 5 de Leche (mínimo 5)"
    assert aviso.datos["id_producto"] == leche.pk


def test_si_se_repone_y_vuelve_a_bajar_se_avisa_de_nuevo(crear: Crear, mover: Vender, ana: Usuario) -> None:
    leche = crear()
    mover(leche)
    mover(leche, cantidad=10)
    mover(leche, cantidad=-15)
    assert [n.titulo for n in Notificacion.objects.order_by("pk")] == ["Stock en su mínimo", "Sin stock"]


def test_avisan_a_cada_administrador_activo_y_a_nadie_mas(
    crear: Crear, mover: Vender, ana: Usuario, carlos: Usuario, clara: Usuario
) -> None:
    mover(crear())
    assert list(Notificacion.objects.values_list("usuario", flat=True)) == [ana.pk]


def test_avisar_cuesta_lo_mismo_con_uno_que_con_diez(
    crear: Crear, mover: Vender, ana: Usuario, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    uno, diez = [crear("a")], [crear(f"b{n}") for n in range(10)]
    for grupo in (uno, diez):
        # bloquear, stock, a quién, avisos, kardex: la transacción va aparte
        with django_assert_num_queries(7):
            mover(*grupo)
    assert Notificacion.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_cada_dia_se_avisa_lo_que_esta_bajo_y_nadie_aviso(
    crear: Crear, mover: Vender, ana: Usuario
) -> None:
    cruzada, subida = crear("Leche"), crear("Yogur", stock=Decimal(20))
    crear("Con de sobra", stock=Decimal(20))
    crear("Sin limite", stock=Decimal(0), stock_minimo=Decimal(0))
    crear("Fuera de venta", stock=Decimal(1), estado="Inactivo")
    mover(cruzada)  # se avisa al cruzar
    Producto.objects.filter(pk=subida.pk).update(stock_minimo=Decimal(30))
    Notificacion.objects.exclude(datos__id_producto=cruzada.pk).delete()

    assert (tasks.avisar_stock_bajo(), tasks.avisar_stock_bajo()) == (1, 0)
    aviso = Notificacion.objects.latest("id")
    assert (aviso.usuario, aviso.titulo) == (ana, "1 producto en su mínimo o bajo él")
    assert aviso.mensaje == "Yogur: 20 (mínimo 30)"

    # Lo que se repuso sin alcanzar es otra falta; lo que se siguió vendiendo, la misma.
    mover(cruzada)
    assert tasks.avisar_stock_bajo() == 0
    MovimientoStock.objects.filter(producto=subida).update(fecha=aviso.fecha_y_hora + timedelta(minutes=1))
    assert tasks.avisar_stock_bajo() == 1
