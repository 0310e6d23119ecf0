"""La gente de la tienda en las pruebas: Ana administra, Carlos cobra, Clara compra; y un desconocido."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as propiedades
from rest_framework.test import APIClient

from inventario.base.actor import Actor, Puerta, Rol
from inventario.base.texto import normalizar
from inventario.tests.vigia import Vigia, vigilar
from productos.consultas import categoria_de_nombre
from productos.models import Producto
from productos.servicios import DatosProducto, crear_categoria, crear_producto
from registros import disparadores, middleware
from usuarios.models import Usuario

# Sin plazo por ejemplo: en una máquina ocupada, lento no es malo. En CI, los mismos ejemplos cada vez.
propiedades.register_profile("tienda", deadline=None, derandomize="CI" in os.environ, print_blob=True)
propiedades.load_profile("tienda")

CONTRASENA = "Pan-con-palta-2026"

NODE = Path(__file__).parent / "pruebas_node" / "node_modules"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SE_INSTALA = {
    "chromium": (lambda: Path(CHROMIUM).exists(), "apt install chromium"),
    "axe": (lambda: (NODE / "axe-core").is_dir(), "npm ci --prefix pruebas_node"),
    "socket.io-client": (
        lambda: shutil.which("node") and (NODE / "socket.io-client").is_dir(),
        "apt install nodejs npm; npm ci --prefix pruebas_node",
    ),
    "redis-server": (lambda: shutil.which("redis-server"), "apt install redis-server"),
    "nginx": (lambda: shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin"), "apt install nginx"),
}
"""Lo que puede pedir ``@pytest.mark.necesita``: cómo se sabe si está, y cómo se instala."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Una prueba no se salta porque a la máquina le falte algo: falla, y dice qué."""
    for marca in item.iter_markers("necesita"):
        for nombre in marca.args:
            esta, como = SE_INSTALA[nombre]
            if not esta():
                pytest.fail(f"Falta {nombre}: {como}", pytrace=False)


@pytest.fixture(autouse=True, scope="session")
def _vaciar_entre_pruebas() -> Iterator[None]:
    """Vaciar la base entre pruebas es lo único que borra registros; ``migrate`` repone lo que se quita."""
    vaciar = BaseDatabaseOperations.execute_sql_flush

    def sin_disparadores(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        disparadores.quitar(self.connection)
        vaciar(self, sql_list)

    with pytest.MonkeyPatch.context() as parche:
        parche.setattr(BaseDatabaseOperations, "execute_sql_flush", sin_disparadores)
        yield


@pytest.fixture(autouse=True)
def _cada_prueba_con_su_cedazo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Que lo que una prueba ya anotó de rechazos no calle lo de la siguiente."""
    monkeypatch.setattr(middleware, "cedazo", middleware.Cedazo())


@pytest.fixture(autouse=True)
def vigia(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vigia]:
    """En toda prueba: lo que un caso de uso escribe deja un registro, y ningún registro lleva un secreto."""
    vigia = vigilar(monkeypatch)
    yield vigia
    assert not vigia.faltas


def _usuario(rut: str, nombre: str, apellido: str, rol: Rol) -> Usuario:
    usuario = Usuario(
        rut=rut, nombre=nombre, apellido=apellido, rol=rol,
        is_superuser=rol == Rol.ADMINISTRADOR,
        nombre_normalizado=normalizar(f"{nombre} {apellido}"),
    )
    usuario.set_password(CONTRASENA)
    usuario.save()
    return usuario


@pytest.fixture
def ana(db: None) -> Usuario:
    return _usuario("111111111", "Ana", "Araya", Rol.ADMINISTRADOR)


@pytest.fixture
def carlos(db: None) -> Usuario:
    return _usuario("123456785", "Carlos", "Cáceres", Rol.CAJERO)


@pytest.fixture
def clara(db: None) -> Usuario:
    return _usuario("217997607", "Clara", "Núñez", Rol.CLIENTE)


@pytest.fixture
def ahora() -> datetime:
    """Un martes cualquiera a mediodía en Santiago."""
    return datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def actor() -> Callable[[Usuario], Actor]:
    """Actor de un usuario, por la puerta de la API."""

    def de(usuario: Usuario) -> Actor:
        return Actor(
            puerta=Puerta.API, usuario_id=usuario.pk, rut=usuario.rut,
            nombre=usuario.nombre_completo, rol=Rol(usuario.rol), ip="127.0.0.1",
        )

    return de


@pytest.fixture
def api() -> Callable[[Usuario | None], APIClient]:
    """Cliente HTTP en nombre de alguien (``None``: un desconocido). No pasa por /login."""

    def de(usuario: Usuario | None = None) -> APIClient:
        cliente = APIClient()
        if usuario is not None:
            cliente.force_authenticate(usuario)
        return cliente

    return de


@pytest.fixture
def producto(db: None, ahora: datetime) -> Callable[..., Producto]:
    """Fábrica de productos por el caso de uso: con stock hay kardex. Acepta todo ``DatosProducto``."""
    sistema = Actor.sistema(puerta=Puerta.COMANDO)
    numero = count(1)

    def crear(
        nombre: str = "Arroz grado 1",
        *,
        precio: int = 1000,
        stock: Decimal | int | str = 10,
        codigo: str | None = None,
        costo: Decimal | int | str = 0,
        categoria: str = "Abarrotes",
        **extra: Any,
    ) -> Producto:
        if categoria_de_nombre(categoria) is None:
            crear_categoria(nombre=categoria, actor=sistema, ahora=ahora)
        datos = DatosProducto(
            nombre=nombre, precio_venta=precio, categoria=categoria,
            codigo_barras=codigo or f"INT-{next(numero)}",
            stock=Decimal(stock), costo=Decimal(costo), **extra,
        )
        return crear_producto(datos=datos, actor=sistema, ahora=ahora)

    return crear
