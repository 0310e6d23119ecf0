"""Dueños y encargados: nadie da ni quita más de lo que tiene, y siempre queda un dueño."""

from collections.abc import Callable
from datetime import datetime

import pytest
from rest_framework.test import APIClient

from inventario.base.actor import Actor, Rol
from registros.models import Registro
from usuarios.alcance import Alcance, SoloUnDueno, alcance_de
from usuarios.models import Estado, Usuario
from usuarios.servicios import (
    UltimoAdministrador,
    cambiar_usuario,
    desactivar_usuario,
    registrar_usuario,
)

De = Callable[[Usuario], Actor]
pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(ana: Usuario, actor: De, ahora: datetime) -> Usuario:
    """Elena, encargada."""
    elena = registrar_usuario(
        actor=actor(ana), rut="154432787", nombre="Elena", apellido="Espinoza",
        contrasena="Marraqueta-2026", rol=Rol.ADMINISTRADOR, ahora=ahora,
    )
    return cambiar_usuario(
        actor=actor(ana), usuario_id=elena.pk, cambios={}, alcance=Alcance.ENCARGADO, ahora=ahora
    )


def test_un_dueno_nombra_encargados_y_queda_escrito(elena: Usuario) -> None:
    assert alcance_de(elena) is Alcance.ENCARGADO
    assert [grupo.name for grupo in elena.groups.all()] == ["Encargado"]
    registro = Registro.objects.filter(objeto_tipo="usuario", objeto_id=elena.pk).latest("id")
    assert registro.cambios == {"alcance": ["Dueño", "Encargado"]}


def test_cambiar_otra_cosa_no_devuelve_el_alcance(
    elena: Usuario, ana: Usuario, actor: De, ahora: datetime
) -> None:
    cambiar_usuario(actor=actor(ana), usuario_id=elena.pk, cambios={"telefono": "+56 9 1234"}, ahora=ahora)
    elena.refresh_from_db()
    assert alcance_de(elena) is Alcance.ENCARGADO


def test_a_quien_nombra_un_encargado_nace_encargado(elena: Usuario, actor: De, ahora: datetime) -> None:
    nuevo = registrar_usuario(
        actor=actor(elena), rut="123456785", nombre="Nuevo", apellido="Jefe", contrasena="Marraqueta-2026",
        rol=Rol.ADMINISTRADOR, ahora=ahora,
    )
    assert alcance_de(nuevo) is Alcance.ENCARGADO


def test_ni_subiendo_de_cajero_a_administrador(
    elena: Usuario, carlos: Usuario, actor: De, ahora: datetime
) -> None:
    subido = cambiar_usuario(
        actor=actor(elena), usuario_id=carlos.pk, cambios={"rol": Rol.ADMINISTRADOR}, ahora=ahora
    )
    assert alcance_de(subido) is Alcance.ENCARGADO


@pytest.mark.parametrize(
    "cambios", [{"contrasena": "Entro-como-ella-2026"}, {"estado": Estado.INACTIVO}, {"rol": Rol.CLIENTE}]
)
def test_un_encargado_no_toca_la_cuenta_de_un_dueno(
    elena: Usuario, ana: Usuario, actor: De, ahora: datetime, cambios: dict[str, object]
) -> None:
    with pytest.raises(SoloUnDueno):
        cambiar_usuario(actor=actor(elena), usuario_id=ana.pk, cambios=cambios, ahora=ahora)
    with pytest.raises(SoloUnDueno):
        desactivar_usuario(actor=actor(elena), usuario_id=ana.pk, ahora=ahora)


def test_ni_se_nombra_dueno_a_si_mismo(elena: Usuario, actor: De, ahora: datetime) -> None:
    with pytest.raises(SoloUnDueno):
        cambiar_usuario(
            actor=actor(elena), usuario_id=elena.pk, cambios={}, alcance=Alcance.DUENO, ahora=ahora
        )


def test_en_la_api_es_un_administrador_y_lo_negado_es_403(
    elena: Usuario, ana: Usuario, carlos: Usuario, api: Callable[[Usuario], APIClient]
) -> None:
    assert api(elena).get("/users").status_code == 200
    assert api(elena).put(f"/users/{carlos.rut}", {"telefono": "123"}).status_code == 200
    respuesta = api(elena).put(f"/users/{ana.rut}", {"contrasena": "Entro-como-ella-2026"})
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (403, "solo_un_dueno")


def test_el_ultimo_dueno_no_se_vuelve_encargado_aunque_haya_otros_administradores(
    elena: Usuario, ana: Usuario, actor: De, ahora: datetime
) -> None:
    for pedido in ({"alcance": Alcance.ENCARGADO, "cambios": {}}, {"cambios": {"estado": Estado.INACTIVO}}):
        with pytest.raises(UltimoAdministrador):
            cambiar_usuario(actor=actor(ana), usuario_id=ana.pk, ahora=ahora, **pedido)  # type: ignore[arg-type]


def test_dejar_de_ser_administrador_lo_saca_del_grupo(
    elena: Usuario, ana: Usuario, actor: De, ahora: datetime
) -> None:
    cambiar_usuario(actor=actor(ana), usuario_id=elena.pk, cambios={"rol": Rol.CAJERO}, ahora=ahora)
    elena.refresh_from_db()
    assert not elena.groups.exists()
