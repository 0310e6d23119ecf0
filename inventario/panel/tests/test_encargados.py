"""Un encargado trabaja en el admin, y la tienda, las tareas y las cuentas son del dueño."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from inventario.base.actor import Actor, Rol
from productos.models import Producto
from usuarios.alcance import Alcance
from usuarios.models import Usuario
from usuarios.servicios import registrar_usuario
from ventas.models import Devolucion
from ventas.servicios import VentaHecha

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_de_elena(ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime) -> Client:
    """Elena, encargada, sentada frente al admin."""
    elena = registrar_usuario(
        actor=actor(ana), rut="154432787", nombre="Elena", apellido="Espinoza",
        contrasena="Marraqueta-2026", rol=Rol.ADMINISTRADOR, alcance=Alcance.ENCARGADO, ahora=ahora,
    )
    cliente = Client()
    cliente.force_login(elena)
    return cliente


def test_ve_lo_de_cada_dia_y_no_lo_del_dueno(admin_de_elena: Client) -> None:
    inicio = admin_de_elena.get("/admin/").content.decode()
    for visible in ("Venta de hoy", "Informes", "Productos", "Kardex", "Proveedores", "Registros"):
        assert visible in inicio
    for oculto in ("La tienda", "Tasas de IVA", "Tareas programadas"):
        assert oculto not in inicio


@pytest.mark.parametrize(
    ("direccion", "estado"),
    [
        ("/admin/informes/iva/", 200), ("/admin/productos/producto/add/", 200),
        ("/admin/usuarios/usuario/", 200), ("/admin/ventas/venta/", 200),
        ("/admin/base/tienda/1/change/", 403), ("/admin/base/tasaiva/add/", 403),
        ("/admin/django_q/schedule/", 403), ("/admin/usuarios/usuario/add/", 403),
    ],
)
def test_lo_que_puede_abrir(admin_de_elena: Client, direccion: str, estado: int) -> None:
    assert admin_de_elena.get(direccion).status_code == estado


def test_no_cambia_a_nadie_aunque_conozca_la_direccion(
    admin_de_elena: Client, carlos: Usuario, clara: Usuario
) -> None:
    assert admin_de_elena.post(f"/admin/usuarios/usuario/{carlos.pk}/estado/", {}).status_code == 403
    assert admin_de_elena.post(f"/admin/personas/{clara.pk}/olvidar/", {}).status_code == 403
    assert admin_de_elena.get(f"/admin/personas/{clara.pk}/datos/").status_code == 403


def test_anula_ventas(
    admin_de_elena: Client, venta: Callable[..., VentaHecha], producto: Callable[..., Producto]
) -> None:
    hecha = venta((producto("Té"), 1)).venta
    admin_de_elena.post(f"/admin/ventas/venta/{hecha.pk}/devolver/", {"motivo": "Error", "linea_1": "1"})
    assert Devolucion.objects.count() == 1


def test_el_grupo_se_repone_igual(admin_de_elena: Client, db: Any) -> None:
    from django.contrib.auth.models import Group

    from inventario.panel.semilla import sembrar

    grupo = Group.objects.get(name="Encargado")
    antes = set(grupo.permissions.values_list("codename", flat=True))
    grupo.permissions.clear()
    sembrar()
    assert set(grupo.permissions.values_list("codename", flat=True)) == antes
    assert {"view_usuario", "change_producto", "ver_inicio"} <= antes
    assert not {"change_tienda", "change_usuario", "change_schedule"} & antes
