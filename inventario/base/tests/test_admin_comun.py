"""Lo común del admin, probado con la tasa de IVA: el error de un caso de uso vuelve al formulario."""

from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory

from inventario.base.actor import Puerta, Rol
from inventario.base.admin_comun import (
    AdminDeLectura,
    AdminDeTienda,
    actor_del_admin,
    error_como_mensaje,
)
from inventario.base.errores import Conflicto
from inventario.base.models import TasaIVA
from inventario.base.operacion import operacion
from usuarios.models import Usuario


class _AdminQueFalla(AdminDeTienda):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        _guardar()


@operacion
def _guardar() -> None:
    raise Conflicto("Esa tasa choca", errores={"tasa": ["Muy alta"], "otro": ["Y además esto"]})


def _post(usuario: Usuario, datos: dict[str, str]) -> HttpRequest:
    peticion = RequestFactory().post("/admin/", datos)
    peticion.user = usuario
    peticion.session = {}  # type: ignore[assignment]
    peticion._messages = FallbackStorage(peticion)  # type: ignore[attr-defined]
    peticion._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return peticion


def test_el_actor_entra_por_la_puerta_del_admin(ana: Usuario) -> None:
    actor = actor_del_admin(_post(ana, {}))
    assert (actor.puerta, actor.usuario_id, actor.rol) == (Puerta.ADMIN, ana.pk, Rol.ADMINISTRADOR)
    assert actor.ip == "127.0.0.1"


@pytest.mark.django_db(transaction=True)
def test_un_error_del_caso_de_uso_vuelve_al_formulario_con_lo_escrito(ana: Usuario) -> None:
    peticion = _post(ana, {"desde": "01/01/2030", "tasa": "21"})
    respuesta: Any = _AdminQueFalla(TasaIVA, AdminSite()).changeform_view(peticion)
    formulario = respuesta.context_data["adminform"].form
    assert formulario.errors["tasa"] == ["Muy alta"]
    assert formulario.non_field_errors() == ["Esa tasa choca", "Y además esto"]
    assert formulario["tasa"].value() == "21"
    assert not TasaIVA.objects.filter(tasa=21).exists()


def test_en_una_accion_el_error_es_un_mensaje(ana: Usuario) -> None:
    peticion = _post(ana, {})
    with error_como_mensaje(peticion):
        raise Conflicto("No se puede.", errores={"1": ["Falta stock"]})
    assert [str(m) for m in get_messages(peticion)] == ["No se puede. Falta stock"]


def test_lo_de_lectura_no_se_agrega_ni_cambia_ni_borra(ana: Usuario) -> None:
    vista = AdminDeLectura(TasaIVA, AdminSite())
    peticion = _post(ana, {})
    assert vista.has_view_permission(peticion)
    assert not vista.has_add_permission(peticion)
    assert not vista.has_change_permission(peticion)
    assert not vista.has_delete_permission(peticion)


def test_el_historial_lleva_a_los_registros_de_ese_objeto(ana: Usuario) -> None:
    respuesta = AdminDeTienda(TasaIVA, AdminSite()).history_view(_post(ana, {}), "7")
    assert respuesta["Location"].endswith("/registro/?objeto_tipo__exact=tasaiva&objeto_id__exact=7")
