"""Entradas y salidas: quién está, cuánto trabajó, y una corrección que no borra lo que se marcó."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.errores import ErrorDeDominio
from inventario.base.tests.hilos import a_la_vez
from registros.models import Registro
from usuarios.fichajes import (
    AVISO,
    corregir_fichaje,
    fichar,
    lunes_de,
    presentes_en_la_tienda,
    semana_de,
    trabajado,
)
from usuarios.models import Fichaje, Usuario

Api = Callable[[Usuario | None], APIClient]
DeActor = Callable[[Usuario], Actor]
pytestmark = pytest.mark.django_db
ENTRADA, SALIDA = Fichaje.Tipo.ENTRADA, Fichaje.Tipo.SALIDA
LUNES = date(2026, 11, 23)


def codigo_de(hacer: Callable[[], object]) -> str:
    with pytest.raises(ErrorDeDominio) as error:
        hacer()
    return error.value.codigo


def test_se_alternan(carlos: Usuario, actor: DeActor, ahora: datetime) -> None:
    como = {"actor": actor(carlos), "ahora": ahora}
    assert codigo_de(lambda: fichar(tipo=SALIDA, **como)) == "fichaje_fuera_de_orden"
    fichar(tipo=ENTRADA, **como)
    assert codigo_de(lambda: fichar(tipo=ENTRADA, **como)) == "fichaje_fuera_de_orden"
    assert [f.usuario for f in presentes_en_la_tienda()] == [carlos]
    fichar(tipo=SALIDA, **como)
    assert list(presentes_en_la_tienda()) == []


def test_un_cliente_no_ficha(clara: Usuario, actor: DeActor, ahora: datetime) -> None:
    assert codigo_de(lambda: fichar(actor=actor(clara), tipo=ENTRADA, ahora=ahora)) == "sin_permiso"


def test_la_semana_suma_por_el_dia_en_que_se_entro(carlos: Usuario, actor: DeActor, ahora: datetime) -> None:
    for tipo, cuando in (
        (ENTRADA, ahora), (SALIDA, ahora + timedelta(hours=4)),
        (ENTRADA, ahora + timedelta(hours=5)), (SALIDA, ahora + timedelta(hours=13)),
        (ENTRADA, ahora + timedelta(days=1)),
    ):
        fichar(actor=actor(carlos), tipo=tipo, ahora=cuando)
    dias = {dia.dia: (dia.minutos, dia.abierto) for dia in semana_de(carlos, LUNES)}
    assert dias.pop(date(2026, 11, 24)) == (720, False)
    assert dias.pop(date(2026, 11, 25)) == (0, True)
    assert set(dias.values()) == {(0, False)}


def test_la_noche_del_domingo_cuenta_esa_semana_y_no_la_siguiente() -> None:
    noche = datetime(2026, 11, 30, 2, tzinfo=UTC)  # domingo 29 a las 23:00 en Santiago
    marcas = [(True, noche), (False, noche + timedelta(hours=3))]
    assert trabajado(marcas, LUNES)[6].minutos == 180
    assert sum(dia.minutos for dia in trabajado(marcas, LUNES + timedelta(days=7))) == 0


def test_corregir_deja_a_la_vista_lo_marcado_y_el_motivo(
    api: Api, carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    fichaje = fichar(actor=actor(carlos), tipo=ENTRADA, ahora=ahora)
    antes = ahora - timedelta(hours=1)
    corregir_fichaje(
        actor=actor(ana), id_fichaje=fichaje.pk, momento=antes, motivo="Olvidó marcar", ahora=ahora
    )
    (fila,) = api(carlos).get("/fichajes").json()
    assert datetime.fromisoformat(fila["momento"]) == ahora
    assert datetime.fromisoformat(fila["efectivo"]) == antes
    assert (fila["motivo"], fila["corregido_por"], fila["aviso"]) == (
        "Olvidó marcar", ana.nombre_completo, AVISO,
    )
    registro = Registro.objects.get(objeto_tipo="fichaje", usuario=ana)
    assert registro.descripcion == "Olvidó marcar"


def test_no_se_corrige_al_futuro_ni_por_un_cajero(
    carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    fichaje = fichar(actor=actor(carlos), tipo=ENTRADA, ahora=ahora)
    como = {"id_fichaje": fichaje.pk, "motivo": "x", "ahora": ahora}
    futuro = ahora + timedelta(minutes=1)
    assert codigo_de(lambda: corregir_fichaje(actor=actor(ana), momento=futuro, **como)) == "invalido"
    assert codigo_de(lambda: corregir_fichaje(actor=actor(carlos), momento=ahora, **como)) == "sin_permiso"


def test_por_la_api_cada_respuesta_dice_que_no_es_el_registro_legal(api: Api, carlos: Usuario) -> None:
    caja = api(carlos)
    assert caja.post("/fichajes", {"tipo": "entrada"}).json()["aviso"] == AVISO
    for lista in ("/fichajes", "/fichajes/presentes"):
        assert [fila["aviso"] for fila in caja.get(lista).json()] == [AVISO]
    assert caja.get("/fichajes/semana").json()["aviso"] == AVISO
    assert caja.get("/fichajes/semana?semana=nada").status_code == 400


@pytest.mark.parametrize("semana", ["2026-W60", "x", "-W", "2026-11"])
def test_una_semana_que_no_existe(semana: str, ahora: datetime) -> None:
    assert codigo_de(lambda: lunes_de(semana, ahora)) == "invalido"


def test_la_semana_por_omision_es_la_de_la_tienda(ahora: datetime) -> None:
    assert lunes_de("", ahora) == lunes_de("2026-W48", ahora) == LUNES


def test_el_admin_los_muestra(ana: Usuario, carlos: Usuario, actor: DeActor, ahora: datetime) -> None:
    fichaje = fichar(actor=actor(carlos), tipo=ENTRADA, ahora=ahora)
    panel = Client()
    panel.force_login(ana)
    assert panel.get(reverse("admin:usuarios_fichaje_changelist")).status_code == 200
    assert panel.get(reverse("admin:usuarios_fichaje_change", args=[fichaje.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_diez_toques_a_la_vez_marcan_una_entrada(carlos: Usuario, actor: DeActor, ahora: datetime) -> None:
    quien = actor(carlos)
    resultados = a_la_vez([lambda: fichar(actor=quien, tipo=ENTRADA, ahora=ahora).tipo] * 10)
    assert sorted(resultados) == [ENTRADA, *["fichaje_fuera_de_orden"] * 9]
